//! Passkeys, with an authenticator made of software.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value as Cbor;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};

use super::factors::challenge;
use super::*;

const BEGIN: &str = "mutation { beginPasskey { options userErrors { code } } }";
const ADD: &str = "mutation($credential: String!) { addPasskey(input: { name: \"노트북\", credential: $credential }) {
    passkey { id name backedUp } userErrors { code } } }";
const BEGIN_SIGN_IN: &str = "mutation { beginPasskeySignIn { options userErrors { code } } }";
const SIGN_IN_BY: &str = "mutation($credential: String!) { signInWithPasskey(input: { credential: $credential }) {
    user { id } session { id } tokens { accessToken refreshToken } userErrors { code } } }";
const BEGIN_STEP_UP: &str = "mutation { beginPasskeyStepUp { options userErrors { code } } }";
const STEP_UP_BY: &str = "mutation($credential: String!) { stepUp(input: { credential: $credential }) {
    session { id } userErrors { code field } } }";
const RENAME: &str = "mutation($id: ID!, $name: String!) { renamePasskey(input: { passkeyId: $id, name: $name }) {
    passkey { name } userErrors { code } } }";
const REMOVE: &str =
    "mutation($id: ID!) { removePasskey(input: { passkeyId: $id }) { passkey { id } userErrors { code } } }";
const SECURITY: &str = "{ mySecurity { passkeys { id name lastUsedAt } } }";

/// A device. What it says can be falsified.
struct Device {
    key: EcdsaKeyPair,
    credential: Vec<u8>,
    handle: String,
    count: u32,
    origin: &'static str,
    host: &'static str,
    flags: u8,
}

impl Device {
    fn new() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        let credential = rand::random::<[u8; 16]>().to_vec();
        // Present and verified.
        Self {
            key,
            credential,
            handle: String::new(),
            count: 0,
            origin: "http://localhost:3000",
            host: "localhost",
            flags: 5,
        }
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin }).to_string().into_bytes()
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let hash = Sha256::digest(self.host);
        [&hash[..], &[self.flags | more], &self.count.to_be_bytes()].concat()
    }

    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let entry = |label: i64, value: Cbor| (Cbor::from(label), value);
        let key = Cbor::Map(vec![
            entry(1, Cbor::from(2)),
            entry(3, Cbor::from(-7)),
            entry(-1, Cbor::from(1)),
            entry(-2, Cbor::Bytes(point[1..33].to_vec())),
            entry(-3, Cbor::Bytes(point[33..].to_vec())),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&key, &mut bytes).unwrap();
        bytes
    }

    /// `navigator.credentials.create()`.
    fn create(&mut self, options: &Value) -> String {
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        options["user"]["id"].as_str().unwrap().clone_into(&mut self.handle);
        let length = u16::try_from(self.credential.len()).unwrap().to_be_bytes();
        let data = [self.data(0x40).as_slice(), &[0; 16], &length, &self.credential, &self.cose_key()].concat();
        let attestation = Cbor::Map(vec![
            (Cbor::from("fmt"), Cbor::from("none")),
            (Cbor::from("attStmt"), Cbor::Map(Vec::new())),
            (Cbor::from("authData"), Cbor::Bytes(data)),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&attestation, &mut bytes).unwrap();
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "id": encoded(&self.credential), "type": "public-key", "response": {
            "clientDataJSON": encoded(&self.client_data("webauthn.create", options)),
            "attestationObject": encoded(&bytes) } })
        .to_string()
    }

    /// `navigator.credentials.get()`.
    fn get(&mut self, options: &Value) -> Value {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (client_data, data) = (self.client_data("webauthn.get", options), self.data(0));
        let signed = [data.as_slice(), &Sha256::digest(&client_data)[..]].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({ "id": encoded(&self.credential), "type": "public-key", "response": {
            "clientDataJSON": encoded(&client_data), "authenticatorData": encoded(&data),
            "signature": encoded(signature.as_ref()), "userHandle": self.handle } })
    }
}

fn options(payload: &Value) -> Value {
    serde_json::from_str(payload["options"].as_str().unwrap_or_else(|| panic!("{payload}"))).unwrap()
}

async fn add(services: &TestServices, signed: &Signed, device: &mut Device) -> Value {
    let begun = services.data("auth", BEGIN, json!({}), signed.context()).await;
    let credential = device.create(&options(&begun["beginPasskey"]));
    services.data("auth", ADD, json!({ "credential": credential }), signed.context()).await["addPasskey"].clone()
}

async fn begin_sign_in(services: &TestServices) -> Value {
    options(&services.data("auth", BEGIN_SIGN_IN, json!({}), visitor()).await["beginPasskeySignIn"])
}

async fn hand_in(services: &TestServices, credential: &Value) -> Value {
    let variables = json!({ "credential": credential.to_string() });
    services.data("auth", SIGN_IN_BY, variables, visitor()).await["signInWithPasskey"].clone()
}

async fn enter(services: &TestServices, device: &mut Device) -> Value {
    let options = begin_sign_in(services).await;
    hand_in(services, &device.get(&options)).await
}

async fn begin_step_up(services: &TestServices, signed: &Signed) -> Value {
    options(&services.data("auth", BEGIN_STEP_UP, json!({}), signed.context()).await["beginPasskeyStepUp"])
}

async fn step_up(services: &TestServices, signed: &Signed, credential: &Value) -> Value {
    let variables = json!({ "credential": credential.to_string() });
    services.data("auth", STEP_UP_BY, variables, signed.context()).await["stepUp"].clone()
}

/// Makes all sessions as old as a proof can be, so that only a new one counts.
async fn let_proofs_age(services: &TestServices) {
    sql(services, "UPDATE session SET authenticated_at = now() - interval '1 day', mfa_verified_at = NULL").await;
}

async fn sql(services: &TestServices, statement: &str) {
    use diesel_async::SimpleAsyncConnection;
    services.database_of("auth").await.connection().await.unwrap().batch_execute(statement).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_proves_anew_who_one_is() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let none = services.data("auth", BEGIN_STEP_UP, json!({}), signed.context()).await;
    assert_eq!(code(&none["beginPasskeyStepUp"]), "PASSKEY_NOT_FOUND");
    let mut device = Device::new();
    add(&services, &signed, &mut device).await;
    super::factors::enrol(&services, &signed).await;
    let_proofs_age(&services).await;
    let is_refused = async || {
        let begun = services.execute("auth", BEGIN, json!({}), signed.context()).await;
        !begun.errors.is_empty()
    };
    assert!(is_refused().await, "the proof is too old");
    let asked = begin_step_up(&services, &signed).await;
    assert_eq!(asked["allowCredentials"][0]["id"], URL_SAFE_NO_PAD.encode(&device.credential));
    let mut answer = device.get(&asked);
    // Whom it asks is known, so that the device need not say.
    answer["response"].as_object_mut().unwrap().remove("userHandle");
    let proved = step_up(&services, &signed, &answer).await;
    assert_eq!(proved["session"]["id"], signed.session, "{proved}");
    assert!(!is_refused().await, "it counts as the second factor that the account has");
    let next = Signed::read(&refresh(&services, &signed.refresh).await);
    let principal = verified(&services, &next.access).await.unwrap();
    assert!(principal.has_recent_proof(u64::try_from(chrono::Utc::now().timestamp()).unwrap()));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_is_for_its_session_and_by_its_owner() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let other = sign_up(&services, "lee@example.com").await;
    let (mut device, mut others) = (Device::new(), Device::new());
    add(&services, &signed, &mut device).await;
    add(&services, &other, &mut others).await;
    let elsewhere = Signed::read(&enter(&services, &mut device).await);
    let_proofs_age(&services).await;
    let refused = async |credential: &Value, why: &str| {
        let answer = step_up(&services, &signed, credential).await;
        assert_eq!(
            (code(&answer), &answer["userErrors"][0]["field"]),
            ("INVALID_PASSKEY", &json!(["credential"])),
            "{why}"
        );
        let begun = services.execute("auth", BEGIN, json!({}), signed.context()).await;
        assert!(!begun.errors.is_empty(), "{why}: the session proved nothing");
    };

    let mut by_other = others.get(&begin_step_up(&services, &signed).await);
    refused(&by_other, "another person's passkey").await;
    by_other = others.get(&begin_step_up(&services, &signed).await);
    by_other["response"]["userHandle"] = json!(URL_SAFE_NO_PAD.encode(signed.user.as_bytes()));
    refused(&by_other, "another person's passkey under a false name").await;
    by_other["response"].as_object_mut().unwrap().remove("userHandle");
    refused(&by_other, "the challenge is used up").await;
    refused(&device.get(&begin_step_up(&services, &other).await), "another person's challenge").await;
    refused(&device.get(&begin_step_up(&services, &elsewhere).await), "another session's challenge").await;
    refused(&device.get(&begin_sign_in(&services).await), "the challenge of a sign-in").await;
    refused(&json!("nonsense"), "nonsense").await;

    let asked = begin_step_up(&services, &signed).await;
    assert_eq!(code(&hand_in(&services, &device.get(&asked)).await), "INVALID_PASSKEY", "no sign-in by it");
    let asked = begin_step_up(&services, &signed).await;
    sql(&services, "UPDATE passkey_challenge SET expires_at = now() - interval '1 second'").await;
    refused(&device.get(&asked), "too late").await;
    for (origin, host, flags) in [
        ("https://evil.example", "localhost", 5),
        ("http://localhost:3000", "evil.example", 5),
        ("http://localhost:3000", "localhost", 1),
    ] {
        (device.origin, device.host, device.flags) = (origin, host, flags);
        refused(&device.get(&begin_step_up(&services, &signed).await), &format!("{origin} {host} {flags}")).await;
    }
    (device.origin, device.host, device.flags) = ("http://localhost:3000", "localhost", 5);
    let answer = device.get(&begin_step_up(&services, &signed).await);
    assert_eq!(step_up(&services, &signed, &answer).await["session"]["id"], signed.session);
    assert_eq!(code(&step_up(&services, &signed, &answer).await), "INVALID_PASSKEY", "a challenge is good once");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_signs_in_and_goes() {
    let services = start([CHEAP, ("AUTH_MFA_REQUIRED", "true")]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let grant = "mutation($id: ID!) { grantScope(input: { userId: $id, scope: STAFF }) { userErrors { code } } }";
    services.data("auth", grant, json!({ "id": signed.id }), service("admin")).await;
    let mut device = Device::new();
    let added = add(&services, &signed, &mut device).await;
    assert_eq!(
        (&added["passkey"]["name"], &added["passkey"]["backedUp"]),
        (&json!("노트북"), &json!(false)),
        "{added}"
    );
    assert_eq!(code(&add(&services, &signed, &mut device).await), "INVALID_PASSKEY", "each belongs to one account");
    assert_eq!(facts(&services, "auth.security_changed").await[0]["change"], "PASSKEY_ADDED");

    device.count = 1;
    let entered = Signed::read(&enter(&services, &mut device).await);
    assert_eq!(entered.id, signed.id);
    let principal = verified(&services, &entered.access).await.unwrap();
    assert_eq!(principal.scopes, [Scope::Buyer, Scope::Staff], "the device has verified the person");

    let id = added["passkey"]["id"].clone();
    let stranger = sign_up(&services, "lee@example.com").await;
    let variables = json!({ "id": id, "name": "회사 노트북" });
    let by_stranger = services.data("auth", RENAME, variables.clone(), stranger.context()).await;
    assert_eq!(code(&by_stranger["renamePasskey"]), "PASSKEY_NOT_FOUND");
    services.data("auth", RENAME, variables, signed.context()).await;
    let security = services.data("auth", SECURITY, json!({}), signed.context()).await["mySecurity"].clone();
    assert_eq!(security["passkeys"][0]["name"], "회사 노트북");
    assert!(security["passkeys"][0]["lastUsedAt"].is_string());

    let by_stranger = services.data("auth", REMOVE, json!({ "id": id }), stranger.context()).await;
    assert_eq!(code(&by_stranger["removePasskey"]), "PASSKEY_NOT_FOUND");
    let removed = services.data("auth", REMOVE, json!({ "id": id }), signed.context()).await;
    assert_eq!(removed["removePasskey"]["passkey"]["id"], id);
    device.count = 2;
    assert_eq!(code(&enter(&services, &mut device).await), "INVALID_PASSKEY");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_does_not_go_up_is_a_copys() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let mut device = Device::new();
    device.count = 5;
    add(&services, &signed, &mut device).await;
    for (count, expected) in
        [(5, "INVALID_PASSKEY"), (0, "INVALID_PASSKEY"), (6, "-"), (6, "INVALID_PASSKEY"), (9, "-")]
    {
        device.count = count;
        assert_eq!(code(&enter(&services, &mut device).await), expected, "{count}");
    }
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_devices_own_answer_to_our_challenge_is_believed() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let other = sign_up(&services, "lee@example.com").await;
    let mut device = Device::new();
    // A registration is for the one who began it, and each challenge is good once.
    let begun = options(&services.data("auth", BEGIN, json!({}), other.context()).await["beginPasskey"]);
    let credential = json!({ "credential": device.create(&begun) });
    let stolen = services.data("auth", ADD, credential.clone(), signed.context()).await;
    assert_eq!(code(&stolen["addPasskey"]), "INVALID_PASSKEY");
    let late = services.data("auth", ADD, credential, other.context()).await;
    assert_eq!(code(&late["addPasskey"]), "INVALID_PASSKEY");
    for falsify in [
        |device: &mut Device| device.origin = "https://evil.example",
        |device: &mut Device| device.host = "evil.example",
        |device: &mut Device| device.flags = 1,
        |device: &mut Device| device.flags = 4,
    ] {
        let mut false_one = Device::new();
        falsify(&mut false_one);
        assert_eq!(code(&add(&services, &signed, &mut false_one).await), "INVALID_PASSKEY");
    }

    add(&services, &signed, &mut device).await;
    let challenge = begin_sign_in(&services).await;
    let answer = device.get(&challenge);
    Signed::read(&hand_in(&services, &answer).await);
    assert_eq!(code(&hand_in(&services, &answer).await), "INVALID_PASSKEY", "a challenge is good once");
    assert_eq!(code(&hand_in(&services, &json!("nonsense")).await), "INVALID_PASSKEY");
    let ours = json!({ "challenge": URL_SAFE_NO_PAD.encode([7; 32]) });
    assert_eq!(code(&hand_in(&services, &device.get(&ours)).await), "INVALID_PASSKEY", "no challenge of ours");
    let registering = options(&services.data("auth", BEGIN, json!({}), signed.context()).await["beginPasskey"]);
    assert_eq!(code(&hand_in(&services, &device.get(&registering)).await), "INVALID_PASSKEY", "of another ceremony");

    let mut impostor = Device::new();
    impostor.credential.clone_from(&device.credential);
    impostor.handle.clone_from(&device.handle);
    assert_eq!(code(&enter(&services, &mut impostor).await), "INVALID_PASSKEY", "another key");
    let mut unknown = Device::new();
    assert_eq!(code(&enter(&services, &mut unknown).await), "INVALID_PASSKEY");
    let mut answer = device.get(&begin_sign_in(&services).await);
    answer["response"].as_object_mut().unwrap().remove("userHandle");
    assert_eq!(code(&hand_in(&services, &answer).await), "INVALID_PASSKEY", "who signs in has a name");
    let challenge = begin_sign_in(&services).await;
    let mut answer = device.get(&challenge);
    answer["response"]["userHandle"] = json!(URL_SAFE_NO_PAD.encode(other.user.as_bytes()));
    assert_eq!(code(&hand_in(&services, &answer).await), "INVALID_PASSKEY", "somebody else's name");
    for (origin, host, flags) in [
        ("https://evil.example", "localhost", 5),
        ("http://localhost:3000", "evil.example", 5),
        ("http://localhost:3000", "localhost", 1),
    ] {
        (device.origin, device.host, device.flags) = (origin, host, flags);
        assert_eq!(code(&enter(&services, &mut device).await), "INVALID_PASSKEY", "{origin} {host} {flags}");
    }
    (device.origin, device.host, device.flags) = ("http://localhost:3000", "localhost", 5);
    Signed::read(&enter(&services, &mut device).await);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_and_a_passkey_stand_beside_each_other() {
    let services = start([CHEAP]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    let mut device = Device::new();
    add(&services, &signed, &mut device).await;
    Signed::read(&sign_in(&services, "kim@example.com", PASSWORD).await);
    super::factors::enrol(&services, &signed).await;
    challenge(&services, "kim@example.com").await;
    let entered = Signed::read(&enter(&services, &mut device).await);
    let next = Signed::read(&refresh(&services, &entered.refresh).await);
    let principal = verified(&services, &next.access).await.unwrap();
    let now = u64::try_from(chrono::Utc::now().timestamp()).unwrap();
    assert!(principal.proof_lifetime.is_some() && principal.has_recent_proof(now), "it counts as a factor");
    Signed::read(&refresh(&services, &next.refresh).await);
    assert_eq!(code(&refresh(&services, &entered.refresh).await), "REFRESH_TOKEN_REUSED");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_can_be_switched_off() {
    let services = start([CHEAP, ("AUTH_PASSKEYS", "false")]).await;
    let signed = sign_up(&services, "kim@example.com").await;
    // One that was added before.
    let device = Device::new();
    let id = Uuid::now_v7();
    sql(
        &services,
        &format!(
            "INSERT INTO passkey (id, user_id, credential_id, public_key, sign_count, name, backed_up, created_at)
            VALUES ('{id}', '{}', '\\x{}', '\\x00', 0, '노트북', false, now())",
            signed.user,
            device.credential.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        ),
    )
    .await;
    let nonsense = json!({ "credential": "{}" });
    for (query, field, variables, context) in [
        (BEGIN, "beginPasskey", json!({}), signed.context()),
        (ADD, "addPasskey", nonsense.clone(), signed.context()),
        (BEGIN_SIGN_IN, "beginPasskeySignIn", json!({}), visitor()),
        (SIGN_IN_BY, "signInWithPasskey", nonsense.clone(), visitor()),
        (BEGIN_STEP_UP, "beginPasskeyStepUp", json!({}), signed.context()),
        (STEP_UP_BY, "stepUp", nonsense, signed.context()),
    ] {
        let answer = services.data("auth", query, variables, context).await;
        assert_eq!(code(&answer[field]), "PASSKEYS_DISABLED", "{field}: {answer}");
    }
    let security = services.data("auth", SECURITY, json!({}), signed.context()).await["mySecurity"].clone();
    assert_eq!(security["passkeys"][0]["name"], "노트북", "it is there still");
    let remove = json!({ "id": security["passkeys"][0]["id"] });
    sql(&services, "UPDATE account SET password_hash = NULL").await;
    let removed = services.data("auth", REMOVE, remove.clone(), signed.context()).await;
    assert_eq!(code(&removed["removePasskey"]), "LAST_CREDENTIAL", "{removed}");
    sql(&services, "UPDATE account SET password_hash = 'x'").await;
    let removed = services.data("auth", REMOVE, remove, signed.context()).await;
    assert_eq!(code(&removed["removePasskey"]), "-");
    services.stop().await;
}
