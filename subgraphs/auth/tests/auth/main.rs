//! The auth service on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod factors;
mod oauth;
mod passkeys;
mod recovery;
mod stubs;
mod withdrawal;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use platform::graph::{ClientInfo, RequestContext};
use platform::identity::{AccessTokenVerifier, OrganisationRole, Principal, Scope, TokenError};
use platform::testing::{TestServices, service, user, visitor};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

const PASSWORD: &str = "correct horse battery";
/// Cheap hashing, so that tests spend their time on the service.
const CHEAP: (&str, &str) = ("AUTH_ARGON2_MEMORY_KIB", "64");

const SIGN_UP: &str = "mutation($input: SignUpInput!) { signUp(input: $input) {
    user { id emailVerified } session { id current userAgent ipAddress } tokens { accessToken refreshToken tokenType expiresIn }
    userErrors { code field message } } }";
const SIGN_IN: &str =
    "mutation($email: String!, $password: String!) { signIn(input: { email: $email, password: $password }) {
    user { id } session { id } tokens { accessToken refreshToken } userErrors { code field message retryable } } }";
const REFRESH: &str = "mutation($token: String!) { refreshSession(input: { refreshToken: $token }) {
    user { id } session { id } tokens { accessToken refreshToken } userErrors { code } } }";

async fn start<const N: usize>(values: [(&str, &str); N]) -> TestServices {
    TestServices::start_with(&[&auth::SERVICE, &stubs::SELLER, &stubs::USER], values).await
}

fn sign_up_input(email: &str) -> Value {
    let consent = |purpose: &str| json!({ "purpose": purpose, "version": "1", "granted": true });
    json!({ "input": { "email": email, "password": PASSWORD, "name": "김도아", "phone": "01012345678",
        "consents": [consent("TERMS"), consent("PRIVACY"), consent("AGE_OVER_14")] } })
}

struct Signed {
    user: Uuid,
    id: String,
    session: String,
    access: String,
    refresh: String,
}

impl Signed {
    fn read(payload: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{payload}")).to_owned();
        let id = text(&payload["user"]["id"]);
        Self {
            user: Uuid::try_parse(id.strip_prefix("usr_").unwrap()).unwrap(),
            id,
            session: text(&payload["session"]["id"]),
            access: text(&payload["tokens"]["accessToken"]),
            refresh: text(&payload["tokens"]["refreshToken"]),
        }
    }

    fn context(&self) -> RequestContext {
        let mut context = user(self.user, &[Scope::Buyer], &[]);
        let session = Uuid::try_parse(self.session.strip_prefix("ses_").unwrap()).unwrap();
        context.principal = Arc::new(Principal { session_id: Some(session), ..(*context.principal).clone() });
        context
    }
}

async fn sign_up(services: &TestServices, email: &str) -> Signed {
    let context = RequestContext {
        client: Arc::new(ClientInfo {
            user_agent: Some("Firefox".to_owned()),
            ip_address: Some("192.0.2.7".to_owned()),
            ..ClientInfo::default()
        }),
        ..visitor()
    };
    // The session's owner asks for `emailVerified`, which a visitor may not read; so it is asked for without.
    let query = SIGN_UP.replace("emailVerified", "");
    Signed::read(&services.data("auth", &query, sign_up_input(email), context).await["signUp"])
}

async fn sign_in(services: &TestServices, email: &str, password: &str) -> Value {
    let variables = json!({ "email": email, "password": password });
    services.data("auth", SIGN_IN, variables, visitor()).await["signIn"].clone()
}

async fn refresh(services: &TestServices, token: &str) -> Value {
    services.data("auth", REFRESH, json!({ "token": token }), visitor()).await["refreshSession"].clone()
}

async fn published_keys(services: &TestServices) -> jsonwebtoken::jwk::JwkSet {
    let request = Request::get(auth::KEYS_PATH).body(Body::empty()).unwrap();
    let response = services.routes_of("auth").oneshot(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

async fn verified(services: &TestServices, token: &str) -> Result<Arc<Principal>, TokenError> {
    let keys = published_keys(services).await;
    let source = Arc::new(move || {
        let keys = keys.clone();
        Box::pin(async move { Some(keys) }) as _
    });
    AccessTokenVerifier::new(source).verify(token).await
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("-")
}

async fn facts(services: &TestServices, kind: &str) -> Vec<Value> {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
    let database = services.database_of("auth").await;
    let mut connection = database.connection().await.unwrap();
    let query = outbox::table.filter(outbox::kind.eq(kind)).order(outbox::sequence).select(outbox::payload);
    query.load(&mut connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_signs_in_and_tells() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "Kim@Example.com").await;
    let principal = verified(&services, &signed.access).await.unwrap();
    assert_eq!(principal.user_id, Some(signed.user));
    assert_eq!(principal.scopes, [Scope::Buyer]);
    assert!(principal.organisations.is_empty());

    let facts = facts(&services, "user.registered").await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0]["userId"], signed.id);
    assert_eq!(facts[0]["email"], "kim@example.com");
    assert_eq!(facts[0]["phone"], "010-1234-5678");
    assert_eq!(facts[0]["consents"][2], json!({ "purpose": "AGE_OVER_14", "version": "1", "granted": true }));
    assert_eq!(stubs::registered_email(&signed.id).as_deref(), Some("kim@example.com"));

    let again =
        services.data("auth", &SIGN_UP.replace("emailVerified", ""), sign_up_input("kim@example.com"), visitor()).await;
    assert_eq!((code(&again["signUp"]), &again["signUp"]["tokens"]), ("EMAIL_TAKEN", &Value::Null));

    let sessions = "{ mySessions { id current userAgent ipAddress user { emailVerified } } }";
    let data = services.data("auth", sessions, json!({}), signed.context()).await;
    let expected = json!([{ "id": signed.session, "current": true, "userAgent": "Firefox", "ipAddress": "192.0.2.7",
        "user": { "emailVerified": false } }]);
    assert_eq!(data["mySessions"], expected);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_sign_up_is_told_at_once() {
    let services = start([CHEAP]).await;
    let input = json!({ "input": { "email": "nobody", "password": "short", "name": " ", "phone": "1",
        "consents": [{ "purpose": "TERMS", "version": "1", "granted": true }] } });
    let data = services.data("auth", SIGN_UP, input, visitor()).await;
    let errors = data["signUp"]["userErrors"].as_array().unwrap().clone();
    let codes: Vec<&str> = errors.iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["INVALID_EMAIL", "WEAK_PASSWORD", "INVALID_NAME", "INVALID_PHONE", "CONSENT_REQUIRED"]);
    assert_eq!(errors[4]["field"], json!(["consents"]));
    assert!(facts(&services, "user.registered").await.is_empty());
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_and_unknown_people_look_alike_and_have_to_wait() {
    let services = start([CHEAP, ("AUTH_FREE_ATTEMPTS", "3")]).await;
    sign_up(&services, "kim@example.com").await;
    let wrong = sign_in(&services, "kim@example.com", "wrong password").await;
    let unknown = sign_in(&services, "nobody@example.com", "wrong password").await;
    assert_eq!(code(&wrong), "INVALID_CREDENTIALS");
    assert_eq!(wrong, unknown);
    for email in ["kim@example.com", "nobody@example.com"] {
        for _ in 0..3 {
            assert_eq!(code(&sign_in(&services, email, "wrong password").await), "INVALID_CREDENTIALS");
        }
        let refused = sign_in(&services, email, PASSWORD).await;
        assert_eq!(code(&refused), "TOO_MANY_ATTEMPTS");
        assert_eq!(refused["userErrors"][0]["retryable"], true);
    }
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(code(&sign_in(&services, "kim@example.com", PASSWORD).await), "-");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_are_used_once() {
    let services = start([CHEAP, ("AUTH_REFRESH_GRACE", "0s")]).await;
    let first = sign_up(&services, "kim@example.com").await;
    let other = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    let second = Signed::read(&refresh(&services, &first.refresh).await);
    assert_eq!(second.session, first.session);
    assert_ne!(second.refresh, first.refresh);
    assert_eq!(code(&refresh(&services, "nonsense").await), "INVALID_REFRESH_TOKEN");

    assert_eq!(code(&refresh(&services, &first.refresh).await), "REFRESH_TOKEN_REUSED");
    assert_eq!(code(&refresh(&services, &second.refresh).await), "INVALID_REFRESH_TOKEN", "the family is revoked");
    Signed::read(&refresh(&services, &other.refresh).await);
    let facts = facts(&services, "session.revoked").await;
    assert_eq!(facts, [json!({ "userId": first.id, "sessionId": first.session, "reason": "TOKEN_REUSED" })]);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_lost_the_answer_asks_once_more() {
    let services = start([CHEAP, ("AUTH_REFRESH_GRACE", "1s")]).await;
    let first = sign_up(&services, "kim@example.com").await;
    let (lost, found) = tokio::join!(refresh(&services, &first.refresh), refresh(&services, &first.refresh));
    let (lost, found) = (Signed::read(&lost), Signed::read(&found));
    assert_ne!(lost.refresh, found.refresh);
    assert_eq!(
        verified(&services, &found.access).await.unwrap().session_id,
        verified(&services, &lost.access).await.unwrap().session_id
    );

    let next = Signed::read(&refresh(&services, &found.refresh).await);
    assert_eq!(code(&refresh(&services, &first.refresh).await), "REFRESH_TOKEN_REUSED", "a successor was used");
    assert_eq!(code(&refresh(&services, &next.refresh).await), "INVALID_REFRESH_TOKEN");

    let late = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    Signed::read(&refresh(&services, &late.refresh).await);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(code(&refresh(&services, &late.refresh).await), "REFRESH_TOKEN_REUSED", "the grace is over");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memberships_and_grants_show_in_tokens() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let sellers = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
    let ids: Vec<String> = sellers.iter().map(|seller| format!("slr_{}", seller.as_simple())).collect();
    stubs::set_memberships(&signed.id, &ids);
    let roles = [OrganisationRole::Owner, OrganisationRole::Staff, OrganisationRole::Manager];
    let signed_in = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    let principal = verified(&services, &signed_in.access).await.unwrap();
    assert_eq!(
        (principal.scopes.as_slice(), principal.organisations.as_slice()),
        ([Scope::Buyer, Scope::Seller].as_slice(), sellers.as_slice())
    );
    assert_eq!(principal.roles, roles);

    let grant =
        "mutation($id: ID!, $granted: Boolean!) { grantScope(input: { userId: $id, scope: STAFF, granted: $granted }) {
        user { id } userErrors { code } } }";
    let variables = json!({ "id": signed.id, "granted": true });
    assert_eq!(services.execute("auth", grant, variables.clone(), signed.context()).await.errors.len(), 1);
    let data = services.data("auth", grant, variables, service("admin")).await;
    assert_eq!(data["grantScope"]["user"]["id"], signed.id);
    let unknown = json!({ "id": format!("usr_{}", Uuid::now_v7().as_simple()), "granted": true });
    assert_eq!(code(&services.data("auth", grant, unknown, service("admin")).await["grantScope"]), "USER_NOT_FOUND");

    stubs::fail_for(&signed.id);
    let refreshed = Signed::read(&refresh(&services, &signed_in.refresh).await);
    let principal = verified(&services, &refreshed.access).await.unwrap();
    assert_eq!(principal.scopes, [Scope::Buyer, Scope::Seller, Scope::Staff]);
    assert_eq!(principal.organisations, sellers, "the last known memberships");
    assert_eq!(principal.roles, roles, "with what was known of them");
    let without = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    let principal = verified(&services, &without.access).await.unwrap();
    assert_eq!(principal.scopes, [Scope::Buyer, Scope::Staff], "signing in works without the seller service");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_one_by_one_or_all_together() {
    let services = start([CHEAP]).await;
    let first = sign_up(&services, "kim@example.com").await;
    let second = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    let third = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    let stranger = sign_up(&services, "lee@example.com").await;

    let revoke =
        "mutation($id: ID!) { revokeSession(input: { sessionId: $id }) { session { id } userErrors { code } } }";
    let by_stranger = services.data("auth", revoke, json!({ "id": first.session }), stranger.context()).await;
    assert_eq!(code(&by_stranger["revokeSession"]), "SESSION_NOT_FOUND");
    let by_owner = services.data("auth", revoke, json!({ "id": second.session }), first.context()).await;
    assert_eq!(by_owner["revokeSession"]["session"]["id"], second.session);
    assert_eq!(code(&refresh(&services, &second.refresh).await), "INVALID_REFRESH_TOKEN");

    let sign_out =
        "mutation($everywhere: Boolean!) { signOut(input: { everywhere: $everywhere }) { revokedSessions } }";
    let here = services.data("auth", sign_out, json!({ "everywhere": false }), third.context()).await;
    assert_eq!(here["signOut"]["revokedSessions"], 1);
    let everywhere = services.data("auth", sign_out, json!({ "everywhere": true }), first.context()).await;
    assert_eq!(everywhere["signOut"]["revokedSessions"], 1);
    Signed::read(&refresh(&services, &stranger.refresh).await);

    let entity = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Session { id } ... on User { sessions { id } } } }";
    let session = json!({ "r": [{ "__typename": "Session", "id": stranger.session }] });
    let data = services.data("auth", entity, session.clone(), stranger.context()).await;
    assert_eq!(data["_entities"][0]["id"], stranger.session);
    assert_eq!(services.data("auth", entity, session, first.context()).await["_entities"][0], Value::Null);
    let of_user = json!({ "r": [{ "__typename": "User", "id": stranger.id }] });
    let refused = services.execute("auth", entity, of_user, first.context()).await;
    assert_eq!(refused.errors.len(), 1, "a person's sessions are their own");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_other_sessions() {
    let services = start([CHEAP]).await;
    let here = sign_up(&services, "kim@example.com").await;
    let there = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    let change =
        "mutation($old: String!, $new: String!) { changePassword(input: { currentPassword: $old, newPassword: $new }) {
        user { id } userErrors { code field } } }";
    let new = "another horse battery";
    let run = async |old: &str, new: &str| {
        let variables = json!({ "old": old, "new": new });
        services.data("auth", change, variables, here.context()).await["changePassword"].clone()
    };
    let wrong = run("wrong password", new).await;
    assert_eq!((code(&wrong), &wrong["userErrors"][0]["field"]), ("INVALID_CREDENTIALS", &json!(["currentPassword"])));
    assert_eq!(code(&run(PASSWORD, "1234567890").await), "WEAK_PASSWORD");
    assert_eq!(run(PASSWORD, new).await["user"]["id"], here.id);
    assert_eq!(code(&refresh(&services, &there.refresh).await), "INVALID_REFRESH_TOKEN");
    Signed::read(&refresh(&services, &here.refresh).await);
    assert_eq!(code(&sign_in(&services, "kim@example.com", PASSWORD).await), "INVALID_CREDENTIALS");
    Signed::read(&sign_in(&services, "kim@example.com", new).await);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_without_signing_anybody_out() {
    let secret = "a secret of more than thirty-two characters";
    let services = start([CHEAP, ("AUTH_KEY_ROTATION", "1s"), ("AUTH_SIGNING_KEY", secret)]).await;
    let first = sign_up(&services, "kim@example.com").await;
    let key_of = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let before = key_of(&first.access);
    let mut current = first.refresh.clone();
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let next = Signed::read(&refresh(&services, &current).await);
        verified(&services, &next.access).await.unwrap();
        verified(&services, &first.access).await.unwrap();
        if key_of(&next.access) != before {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "the key did not change");
        current = next.refresh;
    }
    let mut forged = first.access.into_bytes();
    let middle = forged.len() / 2;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    assert!(matches!(verified(&services, &String::from_utf8(forged).unwrap()).await, Err(TokenError::Invalid)));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_made_once_and_rehashed() {
    let services = start([CHEAP]).await;
    let database = services.database_of("auth").await;
    let source =
        platform::settings::SettingSource::from_values([("AUTH_ARGON2_MEMORY_KIB".to_owned(), "128".to_owned())]);
    let settings = auth::AuthSettings::from_source(&source).unwrap();
    let make = async |scopes: &[Scope]| {
        auth::create_account(&database, &settings, "Admin@example.com", PASSWORD, "관리자", scopes).await
    };
    let id = make(&[]).await.unwrap();
    assert_eq!(make(&[Scope::Staff]).await.unwrap(), id);
    assert!(matches!(make(&[Scope::Service]).await, Err(auth::CreateAccountError::InvalidScope(_))));
    assert_eq!(facts(&services, "user.registered").await.len(), 1);
    let signed = Signed::read(&sign_in(&services, "admin@example.com", PASSWORD).await);
    assert_eq!(verified(&services, &signed.access).await.unwrap().scopes, [Scope::Buyer, Scope::Staff]);

    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    diesel::table! { account (id) { id -> Uuid, password_hash -> Text, } }
    let mut connection = database.connection().await.unwrap();
    let hash: String = account::table.find(id).select(account::password_hash).first(&mut connection).await.unwrap();
    assert!(hash.contains("m=64,"), "signing in hashed the password with today's parameters: {hash}");
    services.stop().await;
}
