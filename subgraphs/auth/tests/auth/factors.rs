//! Second factors: enrolling, signing in with them, losing them, and what they are asked for.

use super::*;

/// The module under test computes codes for the service; tests do it anew, by the standard.
fn code_at(secret: &str, step: i64) -> String {
    let mut bytes = Vec::new();
    let (mut buffer, mut bits) = (0_u32, 0);
    for digit in secret.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == digit).unwrap();
        buffer = buffer << 5 | u32::try_from(value).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits & 0xff) as u8);
        }
    }
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = ring::hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

pub(crate) fn step() -> i64 {
    chrono::Utc::now().timestamp() / 30
}

/// Waits for the next step of codes when this one has not that many seconds left.
async fn settle(seconds: i64) {
    let left = 30 - chrono::Utc::now().timestamp() % 30;
    if left < seconds {
        tokio::time::sleep(Duration::from_secs(u64::try_from(left).unwrap())).await;
    }
}

const BEGIN: &str = "mutation { beginTotp(input: { name: \"휴대폰\" }) { factorId secret uri userErrors { code } } }";
const CONFIRM: &str = "mutation($id: ID!, $code: String!) { confirmTotp(input: { factorId: $id, code: $code }) {
    factor { id kind name confirmedAt } recoveryCodes userErrors { code field } } }";
const COMPLETE: &str = "mutation($input: CompleteSignInInput!) { completeSignIn(input: $input) {
    user { id } session { id } tokens { accessToken refreshToken } userErrors { code field retryable } } }";
const STEP_UP: &str =
    "mutation($input: StepUpInput!) { stepUp(input: $input) { session { id } userErrors { code field } } }";
const SECURITY: &str = "{ mySecurity { factors { id name kind lastUsedAt } recoveryCodesLeft secondFactorRequired } }";

/// An authenticator app, and what the person wrote down.
pub(crate) struct App {
    pub(crate) factor: String,
    secret: String,
    pub(crate) recovery_codes: Vec<String>,
}

impl App {
    pub(crate) fn code(&self, step: i64) -> String {
        code_at(&self.secret, step)
    }
}

/// Enrols an app with the code of the step before this one, so that this one's is left to use.
pub(crate) async fn enrol(services: &TestServices, signed: &Signed) -> App {
    settle(4).await;
    let begun = services.data("auth", BEGIN, json!({}), signed.context()).await["beginTotp"].clone();
    let text = |name: &str| begun[name].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned();
    let (factor, secret, uri) = (text("factorId"), text("secret"), text("uri"));
    assert!(uri.starts_with("otpauth://totp/DOA%20Market:") && uri.contains(&format!("secret={secret}&")), "{uri}");
    let code = code_at(&secret, step() - 1);
    let variables = json!({ "id": factor, "code": code });
    let confirmed = services.data("auth", CONFIRM, variables, signed.context()).await["confirmTotp"].clone();
    assert_eq!(confirmed["factor"]["id"], factor, "{confirmed}");
    let codes = confirmed["recoveryCodes"].as_array().unwrap();
    let recovery_codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    App { factor, secret, recovery_codes }
}

const CHALLENGED: &str =
    "mutation($email: String!, $password: String!) { signIn(input: { email: $email, password: $password }) {
    tokens { accessToken } challenge { token expiresAt } userErrors { code } } }";

pub(crate) async fn challenge(services: &TestServices, email: &str) -> String {
    let variables = json!({ "email": email, "password": PASSWORD });
    let answer = services.data("auth", CHALLENGED, variables, visitor()).await["signIn"].clone();
    assert_eq!((&answer["tokens"], &answer["userErrors"]), (&Value::Null, &json!([])), "{answer}");
    answer["challenge"]["token"].as_str().unwrap().to_owned()
}

pub(crate) async fn complete(services: &TestServices, challenge: &str, with: Value) -> Value {
    let mut input = with;
    input["challenge"] = json!(challenge);
    services.data("auth", COMPLETE, json!({ "input": input }), visitor()).await["completeSignIn"].clone()
}

async fn step_up(services: &TestServices, signed: &Signed, input: Value) -> Value {
    services.data("auth", STEP_UP, json!({ "input": input }), signed.context()).await["stepUp"].clone()
}

fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let body = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_enrolled_and_asked_for() {
    let services = start([CHEAP, ("AUTH_SIGNING_KEY", "a secret of more than 32 characters")]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let elsewhere = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    let wrong = services.data("auth", BEGIN, json!({}), signed.context()).await["beginTotp"].clone();
    let variables = json!({ "id": wrong["factorId"], "code": "000000x" });
    let refused = services.data("auth", CONFIRM, variables, signed.context()).await["confirmTotp"].clone();
    assert_eq!(code(&refused), "INVALID_CODE");
    Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);

    let app = enrol(&services, &signed).await;
    let variables = json!({ "id": wrong["factorId"], "code": app.code(step()) });
    let replaced = services.data("auth", CONFIRM, variables, signed.context()).await["confirmTotp"].clone();
    assert_eq!(code(&replaced), "FACTOR_NOT_FOUND", "the one that was begun first is forgotten");
    assert_eq!(app.recovery_codes.len(), 10);
    assert!(app.recovery_codes.iter().all(|code| code.len() == 19 && code.split('-').count() == 4));
    assert_eq!(code(&refresh(&services, &elsewhere.refresh).await), "INVALID_REFRESH_TOKEN", "it has not shown it");
    assert_eq!(facts(&services, "session.revoked").await[0]["reason"], "FACTOR_ADDED");
    assert_eq!(facts(&services, "auth.security_changed").await[0]["change"], "FACTOR_ADDED");
    assert!(!secrets(&services).await.iter().any(|secret| secret.len() == 20), "sealed where it is stored");

    let waiting = challenge(&services, "kim@example.com").await;
    assert_eq!(code(&complete(&services, "nonsense", json!({ "code": app.code(step()) })).await), "INVALID_CHALLENGE");
    assert_eq!(code(&complete(&services, &waiting, json!({})).await), "INVALID_CODE");
    assert_eq!(code(&complete(&services, &waiting, json!({ "code": "123" })).await), "INVALID_CODE");
    let used = app.code(step());
    let entered = complete(&services, &waiting, json!({ "code": used })).await;
    let entered = Signed::read(&entered);
    let claims = claims(&entered.access);
    assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));
    assert!(claims["auth_time"].is_u64() && claims["proof_lifetime"] == 600, "{claims}");
    assert_eq!(code(&complete(&services, &waiting, json!({ "code": used })).await), "INVALID_CHALLENGE", "it is over");
    let again = challenge(&services, "kim@example.com").await;
    assert_eq!(
        code(&complete(&services, &again, json!({ "code": used })).await),
        "INVALID_CODE",
        "a code is good once"
    );
    Signed::read(&complete(&services, &again, json!({ "code": app.code(step() + 1) })).await);
    services.stop().await;
}

async fn secrets(services: &TestServices) -> Vec<Vec<u8>> {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    diesel::table! { mfa_factor (id) { id -> Uuid, secret -> Binary, } }
    let database = services.database_of("auth").await;
    let mut connection = database.connection().await.unwrap();
    let secrets: Vec<Vec<u8>> = mfa_factor::table.select(mfa_factor::secret).load(&mut connection).await.unwrap();
    assert!(!secrets.is_empty());
    secrets
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_that_show_a_code_at_once_gets_in() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let app = enrol(&services, &signed).await;
    let (one, two) = (challenge(&services, "kim@example.com").await, challenge(&services, "kim@example.com").await);
    let code_now = json!({ "code": app.code(step()) });
    let (first, second) =
        tokio::join!(complete(&services, &one, code_now.clone()), complete(&services, &two, code_now.clone()));
    let codes = [code(&first).to_owned(), code(&second).to_owned()];
    assert!(codes.contains(&"-".to_owned()) && codes.contains(&"INVALID_CODE".to_owned()), "{codes:?}");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_good_once_and_can_be_replaced() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let app = enrol(&services, &signed).await;
    let waiting = challenge(&services, "kim@example.com").await;
    let lower = json!({ "recoveryCode": app.recovery_codes[0].to_lowercase().replace('-', " ") });
    Signed::read(&complete(&services, &waiting, lower.clone()).await);
    let again = challenge(&services, "kim@example.com").await;
    assert_eq!(code(&complete(&services, &again, lower).await), "INVALID_CODE");
    let told = facts(&services, "auth.security_changed").await;
    assert_eq!(told.last().unwrap()["change"], "RECOVERY_CODE_USED");
    let security = services.data("auth", SECURITY, json!({}), signed.context()).await["mySecurity"].clone();
    assert_eq!(security["recoveryCodesLeft"], 9);

    let regenerate = "mutation { regenerateRecoveryCodes { recoveryCodes userErrors { code } } }";
    let codes = services.data("auth", regenerate, json!({}), signed.context()).await["regenerateRecoveryCodes"].clone();
    assert_eq!(codes["recoveryCodes"].as_array().unwrap().len(), 10);
    let old = json!({ "recoveryCode": app.recovery_codes[1] });
    assert_eq!(code(&complete(&services, &again, old).await), "INVALID_CODE", "the old ones are worth nothing");
    Signed::read(&complete(&services, &again, json!({ "recoveryCode": codes["recoveryCodes"][3] })).await);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_codes_has_to_wait_and_a_sign_in_ends() {
    let services = start([CHEAP, ("AUTH_FREE_CODES", "3"), ("AUTH_CHALLENGE_LIFETIME", "3s")]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let app = enrol(&services, &signed).await;
    let waiting = challenge(&services, "kim@example.com").await;
    for _ in 0..4 {
        assert_eq!(code(&complete(&services, &waiting, json!({ "code": "12345x" })).await), "INVALID_CODE");
    }
    let right = json!({ "code": app.code(step()) });
    let other = challenge(&services, "kim@example.com").await;
    let refused = complete(&services, &other, right.clone()).await;
    assert_eq!((code(&refused), &refused["userErrors"][0]["retryable"]), ("TOO_MANY_ATTEMPTS", &json!(true)));
    tokio::time::sleep(Duration::from_millis(3_200)).await;
    assert_eq!(code(&complete(&services, &other, right).await), "INVALID_CHALLENGE", "it waited long enough");
    let fresh = challenge(&services, "kim@example.com").await;
    Signed::read(&complete(&services, &fresh, json!({ "code": app.code(step()) })).await);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_can_be_tried_ten_times() {
    let services = start([CHEAP, ("AUTH_FREE_CODES", "100")]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let app = enrol(&services, &signed).await;
    let waiting = challenge(&services, "kim@example.com").await;
    for _ in 0..10 {
        assert_eq!(code(&complete(&services, &waiting, json!({ "code": "12345x" })).await), "INVALID_CODE");
    }
    let right = json!({ "code": app.code(step()) });
    assert_eq!(code(&complete(&services, &waiting, right).await), "INVALID_CHALLENGE");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_and_sellers_have_no_such_scopes_before_they_have_a_second_factor() {
    let services = start([CHEAP, ("AUTH_MFA_REQUIRED", "true")]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let seller = Uuid::now_v7();
    stubs::set_memberships(&signed.id, &[format!("slr_{}", seller.as_simple())]);
    let grant = "mutation($id: ID!) { grantScope(input: { userId: $id, scope: STAFF }) { userErrors { code } } }";
    services.data("auth", grant, json!({ "id": signed.id }), service("admin")).await;
    let signed = Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    let principal = verified(&services, &signed.access).await.unwrap();
    assert_eq!(principal.scopes, [Scope::Buyer]);
    assert_eq!(principal.withheld, [Scope::Seller, Scope::Staff]);
    assert!(principal.organisations.is_empty());
    let context = RequestContext { principal, ..visitor() };
    let security = services.data("auth", SECURITY, json!({}), context.clone()).await["mySecurity"].clone();
    assert_eq!(security["secondFactorRequired"], true);

    let app = enrol(&services, &signed).await;
    let signed = Signed::read(&refresh(&services, &signed.refresh).await);
    let principal = verified(&services, &signed.access).await.unwrap();
    assert_eq!(principal.scopes, [Scope::Buyer, Scope::Seller, Scope::Staff]);
    assert_eq!((principal.withheld.len(), principal.organisations.as_slice()), (0, [seller].as_slice()));

    let remove = "mutation($id: ID!) { removeFactor(input: { factorId: $id }) { factor { id } userErrors { code } } }";
    let stranger = sign_up(&services, "lee@example.com").await;
    let variables = json!({ "id": app.factor });
    let by_stranger = services.data("auth", remove, variables.clone(), stranger.context()).await;
    assert_eq!(code(&by_stranger["removeFactor"]), "FACTOR_NOT_FOUND");
    let removed = services.data("auth", remove, variables, signed.context()).await;
    assert_eq!(removed["removeFactor"]["factor"]["id"], app.factor);
    let signed = Signed::read(&refresh(&services, &signed.refresh).await);
    let principal = verified(&services, &signed.access).await.unwrap();
    assert_eq!((&*principal.scopes, &*principal.withheld), (&[Scope::Buyer][..], &[Scope::Seller, Scope::Staff][..]));
    let security = services.data("auth", SECURITY, json!({}), signed.context()).await["mySecurity"].clone();
    assert_eq!((&security["factors"], &security["recoveryCodesLeft"]), (&json!([]), &json!(0)));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_ask_for_a_proof_of_a_moment_ago() {
    let services = start([CHEAP, ("AUTH_PROOF_LIFETIME", "2s")]).await;
    settle(16).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let begin = async |signed: &Signed| services.execute("auth", BEGIN, json!({}), signed.context()).await;
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let refused = serde_json::to_value(begin(&signed).await).unwrap();
    assert_eq!(refused["errors"][0]["extensions"]["code"], "STEP_UP_REQUIRED", "{refused}");
    assert_eq!(code(&step_up(&services, &signed, json!({})).await), "INVALID_CREDENTIALS");
    assert_eq!(
        code(&step_up(&services, &signed, json!({ "password": "wrong password" })).await),
        "INVALID_CREDENTIALS"
    );
    let proved = step_up(&services, &signed, json!({ "password": PASSWORD })).await;
    assert_eq!(proved["session"]["id"], signed.session);
    let app = enrol(&services, &signed).await;

    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let stale = Signed::read(&refresh(&services, &signed.refresh).await);
    let principal = verified(&services, &stale.access).await.unwrap();
    let now = u64::try_from(chrono::Utc::now().timestamp()).unwrap();
    assert_eq!((principal.proof_lifetime, principal.has_recent_proof(now + 1)), (Some(2), false));
    let by_password = step_up(&services, &stale, json!({ "password": PASSWORD })).await;
    assert_eq!(code(&by_password), "INVALID_CODE", "who has a factor proves by it");
    step_up(&services, &stale, json!({ "code": app.code(step()) })).await;
    let fresh = Signed::read(&refresh(&services, &stale.refresh).await);
    let principal = verified(&services, &fresh.access).await.unwrap();
    assert!(principal.has_recent_proof(principal.proved_at.unwrap()));
    assert_eq!(claims(&fresh.access)["amr"], json!(["otp"]));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_for_a_proof_who_needs_none() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let principal = verified(&services, &signed.access).await.unwrap();
    assert_eq!(principal.proof_lifetime, None);
    assert!(principal.proved_at.is_some() && principal.has_recent_proof(u64::MAX));
    services.stop().await;
}
