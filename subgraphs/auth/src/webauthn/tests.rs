//! The relying party's side, fed by an authenticator that can be told to say anything.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};

use super::*;

const ORIGIN: &str = "http://localhost:3000";

fn party() -> RelyingParty {
    RelyingParty::of(ORIGIN).unwrap()
}

fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn map<K: Into<Value>>(entries: Vec<(K, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn es256(pair: &EcdsaKeyPair) -> Value {
    let point = pair.public_key().as_ref();
    let (x, y) = (point[1..33].to_vec(), point[33..].to_vec());
    map(vec![(1, 2.into()), (3, (-7).into()), (-1, 1.into()), (-2, Value::Bytes(x)), (-3, Value::Bytes(y))])
}

fn pair() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap()
}

fn client(kind: &str, more: &str) -> Vec<u8> {
    format!(r#"{{"type":"{kind}","challenge":"x","origin":"{ORIGIN}"{more}}}"#).into_bytes()
}

/// What an authenticator says as it makes a key; present and verified unless it is told otherwise.
struct Made {
    flags: u8,
    id: Vec<u8>,
    key: Vec<u8>,
    extensions: Vec<u8>,
    format: &'static str,
    statement: Value,
    trailing: Vec<u8>,
    client: Vec<u8>,
}

impl Made {
    fn new(pair: &EcdsaKeyPair) -> Self {
        Self {
            flags: USER_PRESENT | USER_VERIFIED | HAS_CREDENTIAL,
            id: vec![7; 16],
            key: cbor(&es256(pair)),
            extensions: Vec::new(),
            format: "none",
            statement: Value::Map(Vec::new()),
            trailing: Vec::new(),
            client: client("webauthn.create", ""),
        }
    }

    fn data(&self) -> Vec<u8> {
        let head = [&Sha256::digest("localhost")[..], &[self.flags], &[0, 0, 0, 3], &[0; 16]].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        [head.as_slice(), &length, &self.id, &self.key, &self.extensions].concat()
    }

    fn read(&self) -> Result<NewCredential, Disbelief> {
        let attestation = map(vec![
            ("fmt", self.format.into()),
            ("attStmt", self.statement.clone()),
            ("authData", Value::Bytes(self.data())),
        ]);
        registered(&party(), &self.client, &[cbor(&attestation), self.trailing.clone()].concat())
    }
}

fn made(change: impl FnOnce(&mut Made)) -> Result<NewCredential, Disbelief> {
    let mut made = Made::new(&pair());
    change(&mut made);
    made.read()
}

/// What an authenticator says as it signs.
fn signed(flags: u8, rest: &[u8], more: &str) -> Result<KeyState, Disbelief> {
    let pair = pair();
    let data = [&Sha256::digest("localhost")[..], &[flags], &[0, 0, 0, 9], rest].concat();
    let client = client("webauthn.get", more);
    let signature = pair.sign(&SystemRandom::new(), &signed_bytes(&data, &client)).unwrap();
    asserted(&party(), &cbor(&es256(&pair)), &client, &data, signature.as_ref())
}

const EXTENSIONS: [u8; 1] = [0xa0];

#[test]
fn what_is_right_is_believed() {
    let plain = made(|_| ()).unwrap();
    assert_eq!((plain.id.len(), plain.state.sign_count, plain.state.backup_eligible), (16, 3, false));
    let copied = made(|made| made.flags |= BACKUP_ELIGIBLE | BACKED_UP).unwrap();
    assert!(copied.state.backup_eligible && copied.state.backed_up);
    made(|made| made.id = vec![1; 1_023]).unwrap();
    made(|made| (made.flags, made.extensions) = (made.flags | HAS_EXTENSIONS, EXTENSIONS.to_vec())).unwrap();
    made(|made| made.client = client("webauthn.create", r#","crossOrigin":false,"other":[1]"#)).unwrap();
    assert_eq!(signed(5, &[], "").unwrap().sign_count, 9);
    signed(5 | HAS_EXTENSIONS, &EXTENSIONS, "").unwrap();
}

#[test]
fn a_key_that_may_not_be_copied_is_not() {
    let malformed = Disbelief::Malformed("authenticator data");
    assert_eq!(made(|made| made.flags |= BACKED_UP), Err(malformed));
    assert_eq!(signed(5 | BACKED_UP, &[], ""), Err(malformed));
    let shown = signed(5 | BACKUP_ELIGIBLE, &[], "").unwrap();
    assert!(shown.follows(8, Some(true)) && shown.follows(8, None));
    assert!(!shown.follows(8, Some(false)), "it was not to be copied");
    assert!(!shown.follows(9, Some(true)), "it has not counted on");
}

#[test]
fn nothing_follows_what_was_said() {
    let data = Disbelief::Malformed("authenticator data");
    assert_eq!(made(|made| made.trailing = vec![0]), Err(Disbelief::Malformed("attestation object")));
    assert_eq!(made(|made| made.extensions = EXTENSIONS.to_vec()), Err(data), "no flag says that they are there");
    assert_eq!(made(|made| made.flags |= HAS_EXTENSIONS), Err(data), "a flag says that they are there");
    let extended = |extensions: &[u8]| {
        made(|made| (made.flags, made.extensions) = (made.flags | HAS_EXTENSIONS, extensions.to_vec()))
    };
    assert_eq!(extended(&[0xa0, 0]), Err(data));
    assert_eq!(extended(&[0x01]), Err(data), "extensions are a map");
    assert_eq!(signed(5, &[0], ""), Err(data));
    assert_eq!(signed(5 | HAS_EXTENSIONS, &[], ""), Err(data));
    assert_eq!(signed(5 | HAS_CREDENTIAL, &[], ""), Err(data), "a new key has no place in a sign-in");
}

#[test]
fn nobody_frames_our_pages() {
    for more in [r#","crossOrigin":true"#, r#","topOrigin":"https://evil.example""#] {
        assert_eq!(made(|made| made.client = client("webauthn.create", more)), Err(Disbelief::Other("origin")));
        assert_eq!(signed(5, &[], more), Err(Disbelief::Other("origin")));
    }
}

#[test]
fn what_was_not_asked_for_is_not_taken() {
    for (format, statement) in [
        ("none", map(vec![("sig", Value::Bytes(vec![1]))])),
        ("fido-u2f", Value::Map(Vec::new())),
        ("packed", map(vec![("x5c", Value::Array(Vec::new()))])),
    ] {
        assert_eq!(
            made(|made| (made.format, made.statement) = (format, statement)),
            Err(Disbelief::Attestation),
            "{format}"
        );
    }
}

#[test]
fn a_device_may_vouch_for_itself_with_its_new_key() {
    let pair = pair();
    let with = |algorithm: i64, signer: &EcdsaKeyPair| {
        let mut made = Made::new(&pair);
        let signature = signer.sign(&SystemRandom::new(), &signed_bytes(&made.data(), &made.client)).unwrap();
        made.format = "packed";
        made.statement = map(vec![("alg", algorithm.into()), ("sig", Value::Bytes(signature.as_ref().to_vec()))]);
        made.read()
    };
    with(-7, &pair).unwrap();
    assert_eq!(with(-8, &pair), Err(Disbelief::Malformed("attestation statement")));
    assert_eq!(with(-7, &self::pair()), Err(Disbelief::Signature), "another key");
}

#[test]
fn keys_have_their_size() {
    let text = |length: usize| Value::Bytes(vec![7; length]);
    let ed25519 = |length| map(vec![(1, 1.into()), (3, (-8).into()), (-1, 6.into()), (-2, text(length))]);
    let rsa =
        |modulus, exponent| map(vec![(1, 3.into()), (3, (-257).into()), (-1, text(modulus)), (-2, text(exponent))]);
    let es256 = |x, y: Value| map(vec![(1, 2.into()), (3, (-7).into()), (-1, 1.into()), (-2, text(x)), (-3, y)]);
    for good in [ed25519(32), rsa(256, 3), rsa(1_024, 4), es256(32, text(32))] {
        made(|made| made.key = cbor(&good)).unwrap();
    }
    let malformed = Err(Disbelief::Malformed("public key"));
    for bad in [
        ed25519(31),
        ed25519(33),
        rsa(255, 3),
        rsa(1_025, 3),
        rsa(256, 0),
        rsa(256, 5),
        es256(31, text(32)),
        es256(32, Value::Bool(true)),
        Value::from(1),
        map((0..600).map(|label| (label + 100, Value::from(9_999))).collect()),
    ] {
        assert_eq!(made(|made| made.key = cbor(&bad)), malformed, "{bad:?}");
    }
    let foreign = map(vec![(1, 2.into()), (3, (-35).into()), (-1, 2.into()), (-2, text(48)), (-3, text(48))]);
    assert_eq!(made(|made| made.key = cbor(&foreign)), Err(Disbelief::Algorithm));
    assert!(matches!(made(|made| made.id = Vec::new()), Err(Disbelief::Malformed("credential"))));
    assert!(matches!(made(|made| made.id = vec![1; 1_024]), Err(Disbelief::Malformed("credential"))));
}

#[test]
fn ed25519_signs_as_well() {
    let random = SystemRandom::new();
    let document = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
    let public = Value::Bytes(pair.public_key().as_ref().to_vec());
    let key = cbor(&map(vec![(1, 1.into()), (3, (-8).into()), (-1, 6.into()), (-2, public)]));
    let client = client("webauthn.get", "");
    let data = [&Sha256::digest("localhost")[..], &[5], &[0, 0, 0, 1]].concat();
    let signature = pair.sign(&signed_bytes(&data, &client));
    asserted(&party(), &key, &client, &data, signature.as_ref()).unwrap();
    let other = [&Sha256::digest("localhost")[..], &[5], &[0, 0, 0, 2]].concat();
    assert_eq!(asserted(&party(), &key, &client, &other, signature.as_ref()), Err(Disbelief::Signature));
}

#[test]
fn counters_go_up_or_are_not_kept() {
    for (stored, shown, goes) in [(0, 0, true), (0, 1, true), (1, 2, true), (1, 1, false), (2, 1, false), (1, 0, false)]
    {
        assert_eq!(counts_on(stored, shown), goes, "{stored} {shown}");
    }
}

#[test]
fn the_relying_party_is_the_hosts_name() {
    let party = RelyingParty::of("https://shop.example.com:8443").unwrap();
    assert_eq!((&*party.id, &*party.origin), ("shop.example.com", "https://shop.example.com:8443"));
    let party = RelyingParty::of("https://shop.example.com:443/").unwrap();
    assert_eq!(party.origin, "https://shop.example.com");
    assert!(RelyingParty::of("nonsense").is_none());
}

#[test]
fn nonsense_is_refused_and_does_not_panic() {
    let party = RelyingParty::of("http://localhost:3000").unwrap();
    let client = br#"{"type":"webauthn.create","challenge":"x","origin":"http://localhost:3000"}"#;
    for attestation in [&b""[..], &[0xa0], &[0xff; 40], &[0x1b; 9], &[0x9f; 200]] {
        assert!(matches!(registered(&party, client, attestation), Err(Disbelief::Malformed(_))));
    }
    // What claims to be longer than it is takes no memory.
    for claim in
        [[0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x9b, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]]
    {
        assert!(matches!(registered(&party, client, &claim), Err(Disbelief::Malformed(_))));
    }
    assert!(matches!(registered(&party, client, &[0x81; 60_000]), Err(Disbelief::Malformed(_))), "very deep");
    assert!(matches!(CoseKey::read(&[0xa0]), Err(Disbelief::Algorithm)));
    let foreign = br#"{"type":"webauthn.create","challenge":"x","origin":"http://evil.example"}"#;
    assert_eq!(registered(&party, foreign, &[]), Err(Disbelief::Other("origin")));
    let framed = br#"{"type":"webauthn.create","challenge":"x","origin":"http://localhost:3000","crossOrigin":true}"#;
    assert_eq!(registered(&party, framed, &[]), Err(Disbelief::Other("origin")));
    let other = br#"{"type":"webauthn.get","challenge":"x","origin":"http://localhost:3000"}"#;
    assert_eq!(registered(&party, other, &[]), Err(Disbelief::Other("ceremony")));
}
