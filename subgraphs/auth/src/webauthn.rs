//! What an authenticator's answer has to be (Web Authentication, level 2): the relying party's side, for passkeys alone.
//! Pure.
//!
//! `webauthn-rs` brings OpenSSL into a binary that has none, and most of what it does (attestation of devices) is not
//! wanted here: we ask for none, so that there are the challenge, the origin, the flags and one signature to check.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// COSE's numbers of the algorithms that we take, the preferred first: ES256, EdDSA, RS256.
pub(crate) const ALGORITHMS: [i64; 3] = [-7, -8, -257];
/// The longest name of a credential, in bytes.
const LONGEST_CREDENTIAL_ID: usize = 1_023;
/// The bits of the flags.
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;

/// Why an answer is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Disbelief {
    /// It cannot be read.
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// It was made for something else.
    #[error("made for another {0}")]
    Other(&'static str),
    /// The person was not there, or not verified by the device.
    #[error("the person was not verified")]
    NotVerified,
    /// The key is of a kind that we do not take.
    #[error("a key of another kind")]
    Algorithm,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
}

/// Who we are to authenticators.
#[derive(Clone, Debug)]
pub(crate) struct RelyingParty {
    /// The host's name.
    pub(crate) id: String,
    /// Scheme, host and port.
    pub(crate) origin: String,
}

impl RelyingParty {
    /// The one of a URL.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let url = reqwest::Url::parse(url).ok()?;
        Some(Self { id: url.host_str()?.to_owned(), origin: url.origin().ascii_serialization() })
    }
}

/// What the browser says of the ceremony.
#[derive(Debug, Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
}

/// A key that an authenticator has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewCredential {
    pub(crate) id: Vec<u8>,
    /// In COSE.
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: u32,
    pub(crate) backed_up: bool,
}

/// The challenge that an answer is for, as the text that the browser was given.
pub(crate) fn challenge_of(client_data: &[u8]) -> Result<String, Disbelief> {
    let data: ClientData = serde_json::from_slice(client_data).map_err(|_| Disbelief::Malformed("client data"))?;
    Ok(data.challenge)
}

fn check_client_data(client_data: &[u8], kind: &str, party: &RelyingParty) -> Result<(), Disbelief> {
    let data: ClientData = serde_json::from_slice(client_data).map_err(|_| Disbelief::Malformed("client data"))?;
    if data.kind != kind {
        return Err(Disbelief::Other("ceremony"));
    }
    if data.origin != party.origin || data.cross_origin {
        return Err(Disbelief::Other("origin"));
    }
    Ok(())
}

/// What an authenticator says of itself and the person.
struct AuthenticatorData<'a> {
    flags: u8,
    sign_count: u32,
    /// What follows: the new credential, and extensions.
    rest: &'a [u8],
}

fn authenticator_data<'a>(data: &'a [u8], party: &RelyingParty) -> Result<AuthenticatorData<'a>, Disbelief> {
    let malformed = Disbelief::Malformed("authenticator data");
    let (party_hash, rest) = data.split_first_chunk::<32>().ok_or(malformed)?;
    let (flags, rest) = rest.split_first().ok_or(malformed)?;
    let (count, rest) = rest.split_first_chunk::<4>().ok_or(malformed)?;
    if party_hash[..] != Sha256::digest(&party.id)[..] {
        return Err(Disbelief::Other("relying party"));
    }
    if flags & USER_PRESENT == 0 || flags & USER_VERIFIED == 0 {
        return Err(Disbelief::NotVerified);
    }
    Ok(AuthenticatorData { flags: *flags, sign_count: u32::from_be_bytes(*count), rest })
}

/// The key of a registration. The caller has made sure that its challenge is ours.
pub(crate) fn registered(
    party: &RelyingParty,
    client_data: &[u8],
    attestation: &[u8],
) -> Result<NewCredential, Disbelief> {
    check_client_data(client_data, "webauthn.create", party)?;
    let attestation: Value =
        ciborium::from_reader(attestation).map_err(|_| Disbelief::Malformed("attestation object"))?;
    let entries = attestation.as_map().ok_or(Disbelief::Malformed("attestation object"))?;
    let data =
        entries.iter().find(|(name, _)| name.as_text() == Some("authData")).and_then(|(_, data)| data.as_bytes());
    let data = authenticator_data(data.ok_or(Disbelief::Malformed("attestation object"))?, party)?;
    let malformed = Disbelief::Malformed("credential");
    if data.flags & HAS_CREDENTIAL == 0 {
        return Err(malformed);
    }
    let (_model, rest) = data.rest.split_first_chunk::<16>().ok_or(malformed)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(malformed)?;
    let (id, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(malformed)?;
    if id.is_empty() || id.len() > LONGEST_CREDENTIAL_ID {
        return Err(malformed);
    }
    // Extensions may follow the key.
    let mut reader = Cursor::new(rest);
    let _key: Value = ciborium::from_reader(&mut reader).map_err(|_| malformed)?;
    let length = usize::try_from(reader.position()).map_err(|_| malformed)?;
    let public_key = rest.get(..length).ok_or(malformed)?;
    CoseKey::read(public_key)?;
    Ok(NewCredential {
        id: id.to_vec(),
        public_key: public_key.to_vec(),
        sign_count: data.sign_count,
        backed_up: data.flags & BACKED_UP != 0,
    })
}

/// The counter of a sign-in by a registered key. The caller has made sure that its challenge is ours.
pub(crate) fn asserted(
    party: &RelyingParty,
    public_key: &[u8],
    client_data: &[u8],
    authenticator: &[u8],
    signature: &[u8],
) -> Result<u32, Disbelief> {
    check_client_data(client_data, "webauthn.get", party)?;
    let data = authenticator_data(authenticator, party)?;
    let signed = [authenticator, &Sha256::digest(client_data)[..]].concat();
    CoseKey::read(public_key)?.verify(&signed, signature)?;
    Ok(data.sign_count)
}

/// Whether a counter may follow another. Authenticators that do not count stay at zero.
pub(crate) fn counts_on(stored: i64, shown: u32) -> bool {
    (stored == 0 && shown == 0) || i64::from(shown) > stored
}

/// A public key (RFC 9053).
enum CoseKey {
    /// An uncompressed point on P-256.
    Es256(Vec<u8>),
    Ed25519(Vec<u8>),
    Rs256 {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl CoseKey {
    fn read(bytes: &[u8]) -> Result<Self, Disbelief> {
        let malformed = Disbelief::Malformed("public key");
        let key: Value = ciborium::from_reader(bytes).map_err(|_| malformed)?;
        let entries = key.as_map().ok_or(malformed)?;
        let entry = |label: i64| {
            let is_it = |name: &Value| name.as_integer().and_then(|name| i64::try_from(name).ok()) == Some(label);
            entries.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value)
        };
        let number = |label: i64| entry(label).and_then(Value::as_integer).and_then(|value| i64::try_from(value).ok());
        let text = |label: i64| entry(label).and_then(Value::as_bytes).cloned().ok_or(malformed);
        match (number(1), number(3), number(-1)) {
            (Some(2), Some(-7), Some(1)) => {
                let (x, y) = (text(-2)?, text(-3)?);
                if x.len() != 32 || y.len() != 32 {
                    return Err(malformed);
                }
                Ok(Self::Es256([[4].as_slice(), &x, &y].concat()))
            }
            (Some(1), Some(-8), Some(6)) => Ok(Self::Ed25519(text(-2)?)),
            (Some(3), Some(-257), _) => Ok(Self::Rs256 { modulus: text(-1)?, exponent: text(-2)? }),
            _ => Err(Disbelief::Algorithm),
        }
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Disbelief> {
        let verified = match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256 { modulus, exponent } => RsaPublicKeyComponents { n: modulus, e: exponent }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        verified.map_err(|_| Disbelief::Signature)
    }
}

/// What browsers send, in base64url.
pub(crate) fn decoded(text: &str) -> Result<Vec<u8>, Disbelief> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| Disbelief::Malformed("base64url"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_go_up_or_are_not_kept() {
        for (stored, shown, goes) in
            [(0, 0, true), (0, 1, true), (1, 2, true), (1, 1, false), (2, 1, false), (1, 0, false)]
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
        assert!(matches!(CoseKey::read(&[0xa0]), Err(Disbelief::Algorithm)));
        let foreign = br#"{"type":"webauthn.create","challenge":"x","origin":"http://evil.example"}"#;
        assert_eq!(registered(&party, foreign, &[]), Err(Disbelief::Other("origin")));
        let framed =
            br#"{"type":"webauthn.create","challenge":"x","origin":"http://localhost:3000","crossOrigin":true}"#;
        assert_eq!(registered(&party, framed, &[]), Err(Disbelief::Other("origin")));
        let other = br#"{"type":"webauthn.get","challenge":"x","origin":"http://localhost:3000"}"#;
        assert_eq!(registered(&party, other, &[]), Err(Disbelief::Other("ceremony")));
    }
}
