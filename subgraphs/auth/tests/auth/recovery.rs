//! Mailed links: verifying an e-mail address, and a new password in place of a forgotten one.

use super::*;

const REQUEST_RESET: &str = "mutation($email: String!) { requestPasswordReset(input: { email: $email }) {
    accepted userErrors { code field retryable } } }";
const RESET: &str =
    "mutation($token: String!, $new: String!) { resetPassword(input: { token: $token, newPassword: $new }) {
    user { id } userErrors { code field } } }";
const VERIFY: &str =
    "mutation($token: String!) { verifyEmail(input: { token: $token }) { user { id } userErrors { code field } } }";
const NEW: &str = "another horse battery";

async fn request_reset(services: &TestServices, email: &str) -> Value {
    services.data("auth", REQUEST_RESET, json!({ "email": email }), visitor()).await["requestPasswordReset"].clone()
}

async fn reset(services: &TestServices, token: &str, new: &str) -> Value {
    services.data("auth", RESET, json!({ "token": token, "new": new }), visitor()).await["resetPassword"].clone()
}

async fn verify(services: &TestServices, token: &str) -> Value {
    services.data("auth", VERIFY, json!({ "token": token }), visitor()).await["verifyEmail"].clone()
}

async fn is_verified(services: &TestServices, signed: &Signed) -> bool {
    let query = "{ mySessions { user { emailVerified } } }";
    let data = services.data("auth", query, json!({}), signed.context()).await;
    data["mySessions"][0]["user"]["emailVerified"].as_bool().unwrap()
}

/// The facts of this kind, as soon as there are so many.
async fn links(services: &TestServices, kind: &str, count: usize) -> Vec<Value> {
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    loop {
        let facts = facts(services, kind).await;
        if facts.len() >= count {
            assert_eq!(facts.len(), count);
            return facts;
        }
        assert!(std::time::Instant::now() < deadline, "{facts:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn token(fact: &Value, path: &str) -> String {
    let (before, token) = fact["url"].as_str().unwrap().split_once("?token=").unwrap();
    assert!(before.ends_with(path) && before.starts_with("http"), "{fact}");
    token.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_link_verifies_the_address() {
    let services = start([CHEAP, ("AUTH_FREE_MAILS", "1")]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let first = links(&services, "auth.email_verification_requested", 1).await.remove(0);
    assert_eq!((&first["userId"], &first["email"]), (&json!(signed.id), &json!("kim@example.com")));
    assert!(first["expiresAt"].is_string());
    assert!(!is_verified(&services, &signed).await);

    let request = "mutation { requestEmailVerification { user { id } userErrors { code } } }";
    assert_eq!(services.execute("auth", request, json!({}), visitor()).await.errors.len(), 1, "for people alone");
    let ask =
        async || services.data("auth", request, json!({}), signed.context()).await["requestEmailVerification"].clone();
    assert_eq!(ask().await["user"]["id"], signed.id);
    assert_eq!(ask().await["user"]["id"], signed.id);
    assert_eq!(code(&ask().await), "TOO_MANY_ATTEMPTS");
    links(&services, "auth.email_verification_requested", 3).await;

    assert_eq!(code(&verify(&services, "nonsense").await), "INVALID_TOKEN");
    let token = token(&first, "/verify-email");
    assert_eq!(code(&reset(&services, &token, NEW).await), "INVALID_TOKEN", "a link is good for one purpose");
    assert_eq!(verify(&services, &token).await["user"]["id"], signed.id);
    assert_eq!(verify(&services, &token).await["user"]["id"], signed.id, "once more is no harm");
    assert!(is_verified(&services, &signed).await);
    assert_eq!(code(&ask().await), "EMAIL_ALREADY_VERIFIED");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_once() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let unknown = request_reset(&services, "nobody@example.com").await;
    assert_eq!(unknown, request_reset(&services, "Kim@example.com").await);
    assert_eq!(unknown["accepted"], true);
    request_reset(&services, "kim@example.com").await;
    assert_eq!(code(&request_reset(&services, "kim").await), "INVALID_EMAIL");
    let facts = links(&services, "auth.password_reset_requested", 2).await;
    assert!(facts.iter().all(|fact| fact["userId"] == signed.id), "nobody is told of unknown addresses");
    let (first, second) = (token(&facts[0], "/reset-password"), token(&facts[1], "/reset-password"));
    assert!(!stored(&services, &first).await, "the token itself is not stored");

    assert_eq!(code(&verify(&services, &first).await), "INVALID_TOKEN");
    assert_eq!(code(&reset(&services, &first, "kim@example.com").await), "WEAK_PASSWORD");
    assert_eq!(reset(&services, &first, NEW).await["user"]["id"], signed.id, "a refusal does not use the link up");
    assert_eq!(code(&reset(&services, &first, NEW).await), "INVALID_TOKEN");
    assert_eq!(code(&reset(&services, &second, NEW).await), "INVALID_TOKEN", "other links end with it");

    assert_eq!(code(&refresh(&services, &signed.refresh).await), "INVALID_REFRESH_TOKEN");
    let ended = super::facts(&services, "session.revoked").await;
    assert_eq!(ended[0]["reason"], "PASSWORD_RESET");
    assert_eq!(code(&sign_in(&services, "kim@example.com", PASSWORD).await), "INVALID_CREDENTIALS");
    let signed = Signed::read(&sign_in(&services, "kim@example.com", NEW).await);
    assert!(is_verified(&services, &signed).await, "the link came by mail");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_resets_at_once_wins() {
    let services = start([CHEAP]).await;
    sign_up(&services, "kim@example.com").await;
    request_reset(&services, "kim@example.com").await;
    let fact = links(&services, "auth.password_reset_requested", 1).await.remove(0);
    let token = token(&fact, "/reset-password");
    let other = "yet another horse";
    let (one, two) = tokio::join!(reset(&services, &token, NEW), reset(&services, &token, other));
    let (winner, loser) = if code(&one) == "-" { (NEW, &two) } else { (other, &one) };
    assert_eq!(code(loser), "INVALID_TOKEN");
    Signed::read(&sign_in(&services, "kim@example.com", winner).await);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_expire_and_mails_are_rationed_for_everybody_alike() {
    let services = start([CHEAP, ("AUTH_RESET_LINK_LIFETIME", "1s"), ("AUTH_FREE_MAILS", "2")]).await;
    sign_up(&services, "kim@example.com").await;
    for email in ["kim@example.com", "nobody@example.com"] {
        for _ in 0..3 {
            assert_eq!(request_reset(&services, email).await["accepted"], true);
        }
        let refused = request_reset(&services, email).await;
        assert_eq!((code(&refused), &refused["accepted"]), ("TOO_MANY_ATTEMPTS", &json!(false)));
        assert_eq!(refused["userErrors"][0]["retryable"], true);
    }
    let facts = links(&services, "auth.password_reset_requested", 3).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let late = reset(&services, &token(&facts[2], "/reset-password"), NEW).await;
    assert_eq!(code(&late), "INVALID_TOKEN");
    services.stop().await;
}

/// Whether a row of the tokens holds this text.
async fn stored(services: &TestServices, token: &str) -> bool {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    diesel::table! { account_token (digest) { digest -> Binary, } }
    let database = services.database_of("auth").await;
    let mut connection = database.connection().await.unwrap();
    let digests: Vec<Vec<u8>> = account_token::table.select(account_token::digest).load(&mut connection).await.unwrap();
    assert_eq!(digests.len(), 3, "one verification, two resets");
    digests.iter().any(|digest| digest == token.as_bytes())
}
