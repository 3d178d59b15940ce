//! What an authenticator's answer has to be (Web Authentication, level 3, §7.1 and §7.2): the relying party's side, for
//! passkeys alone. Pure.
//!
//! `webauthn-rs` brings OpenSSL into a binary that has none, and most of what it does (attestation of devices) is not
//! wanted here: we ask for none, so that there are the challenge, the origin, the flags and one signature to check.

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
/// The longest attestation object and the longest public key, in bytes: RSA with 8,192 bits has a little over 1,024.
const LONGEST_ATTESTATION: usize = 1 << 16;
const LONGEST_KEY: usize = 2_048;
/// How many bytes an RSA modulus has.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1_024;
/// The bits of the flags.
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

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
    /// The device attests itself in a way that was not asked for.
    #[error("an attestation that was not asked for")]
    Attestation,
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
    /// The page that frames ours.
    #[serde(default, rename = "topOrigin")]
    top_origin: Option<String>,
}

/// A key that an authenticator has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewCredential {
    pub(crate) id: Vec<u8>,
    /// In COSE.
    pub(crate) public_key: Vec<u8>,
    pub(crate) state: KeyState,
}

/// What an authenticator says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyState {
    pub(crate) sign_count: u32,
    /// Whether it may be copied to other devices. It is so or not for the key's life.
    pub(crate) backup_eligible: bool,
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
    // Nobody frames our pages.
    if data.origin != party.origin || data.cross_origin || data.top_origin.is_some() {
        return Err(Disbelief::Other("origin"));
    }
    Ok(())
}

/// What an authenticator says of itself and the person.
struct AuthenticatorData<'a> {
    flags: u8,
    state: KeyState,
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
    let state = KeyState {
        sign_count: u32::from_be_bytes(*count),
        backup_eligible: flags & BACKUP_ELIGIBLE != 0,
        backed_up: flags & BACKED_UP != 0,
    };
    if state.backed_up && !state.backup_eligible {
        return Err(malformed);
    }
    Ok(AuthenticatorData { flags: *flags, state, rest })
}

/// The value that bytes begin with, its own bytes, and what follows it.
fn first_value(bytes: &[u8], malformed: Disbelief) -> Result<(Value, &[u8], &[u8]), Disbelief> {
    let mut rest = bytes;
    let value = ciborium::from_reader(&mut rest).map_err(|_| malformed)?;
    let (own, rest) = bytes.split_at_checked(bytes.len() - rest.len()).ok_or(malformed)?;
    Ok((value, own, rest))
}

/// Extensions where the flags say so, and nothing else.
fn check_end(flags: u8, rest: &[u8]) -> Result<(), Disbelief> {
    let malformed = Disbelief::Malformed("authenticator data");
    let rest = match flags & HAS_EXTENSIONS {
        0 => rest,
        _ => match first_value(rest, malformed)? {
            (Value::Map(_), _, rest) => rest,
            _ => return Err(malformed),
        },
    };
    if rest.is_empty() { Ok(()) } else { Err(malformed) }
}

/// The key of a registration. The caller has made sure that its challenge is ours.
pub(crate) fn registered(
    party: &RelyingParty,
    client_data: &[u8],
    attestation: &[u8],
) -> Result<NewCredential, Disbelief> {
    check_client_data(client_data, "webauthn.create", party)?;
    let malformed = Disbelief::Malformed("attestation object");
    if attestation.len() > LONGEST_ATTESTATION {
        return Err(malformed);
    }
    let (attestation, _, rest) = first_value(attestation, malformed)?;
    let entry = |name: &str| entry_of(&attestation, |key| key.as_text() == Some(name));
    if !rest.is_empty() {
        return Err(malformed);
    }
    let authenticator = entry("authData").and_then(Value::as_bytes).ok_or(malformed)?;
    let data = authenticator_data(authenticator, party)?;
    let made = new_credential(&data)?;
    let format = entry("fmt").and_then(Value::as_text).ok_or(malformed)?;
    let statement = entry("attStmt").filter(|statement| statement.is_map()).ok_or(malformed)?;
    check_attestation(format, statement, &made, &signed_bytes(authenticator, client_data))?;
    Ok(made)
}

fn new_credential(data: &AuthenticatorData<'_>) -> Result<NewCredential, Disbelief> {
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
    let (_, public_key, rest) = first_value(rest, malformed)?;
    check_end(data.flags, rest)?;
    CoseKey::read(public_key)?;
    Ok(NewCredential { id: id.to_vec(), public_key: public_key.to_vec(), state: data.state })
}

/// None was asked for. A browser may leave what a device has signed with the new key itself (`packed` without
/// certificates, §8.2), which tells nothing of the device but has to be right.
fn check_attestation(format: &str, statement: &Value, made: &NewCredential, signed: &[u8]) -> Result<(), Disbelief> {
    let entry = |name: &str| entry_of(statement, |key| key.as_text() == Some(name));
    match format {
        "none" if statement.as_map().is_some_and(Vec::is_empty) => Ok(()),
        "packed" if entry("x5c").is_none() => {
            let malformed = Disbelief::Malformed("attestation statement");
            let key = CoseKey::read(&made.public_key)?;
            if entry("alg").and_then(number) != Some(key.algorithm()) {
                return Err(malformed);
            }
            key.verify(signed, entry("sig").and_then(Value::as_bytes).ok_or(malformed)?)
        }
        _ => Err(Disbelief::Attestation),
    }
}

/// What a device signs.
fn signed_bytes(authenticator: &[u8], client_data: &[u8]) -> Vec<u8> {
    [authenticator, &Sha256::digest(client_data)[..]].concat()
}

/// What a registered key says as it signs. The caller has made sure that its challenge is ours, and compares it with what
/// is known of the key.
pub(crate) fn asserted(
    party: &RelyingParty,
    public_key: &[u8],
    client_data: &[u8],
    authenticator: &[u8],
    signature: &[u8],
) -> Result<KeyState, Disbelief> {
    check_client_data(client_data, "webauthn.get", party)?;
    let data = authenticator_data(authenticator, party)?;
    if data.flags & HAS_CREDENTIAL != 0 {
        return Err(Disbelief::Malformed("authenticator data"));
    }
    check_end(data.flags, data.rest)?;
    CoseKey::read(public_key)?.verify(&signed_bytes(authenticator, client_data), signature)?;
    Ok(data.state)
}

impl KeyState {
    /// Whether a key of which that is known may say this.
    pub(crate) fn follows(self, sign_count: i64, backup_eligible: Option<bool>) -> bool {
        counts_on(sign_count, self.sign_count) && backup_eligible.is_none_or(|known| known == self.backup_eligible)
    }
}

/// Whether a counter may follow another. Authenticators that do not count stay at zero.
fn counts_on(stored: i64, shown: u32) -> bool {
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

fn entry_of(map: &Value, is_it: impl Fn(&Value) -> bool) -> Option<&Value> {
    map.as_map()?.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value)
}

fn number(value: &Value) -> Option<i64> {
    value.as_integer().and_then(|value| i64::try_from(value).ok())
}

impl CoseKey {
    fn read(bytes: &[u8]) -> Result<Self, Disbelief> {
        let malformed = Disbelief::Malformed("public key");
        if bytes.len() > LONGEST_KEY {
            return Err(malformed);
        }
        let (key, _, rest) = first_value(bytes, malformed)?;
        if !key.is_map() || !rest.is_empty() {
            return Err(malformed);
        }
        let entry = |label: i64| entry_of(&key, |name| number(name) == Some(label));
        let text = |label: i64| entry(label).and_then(Value::as_bytes).cloned().ok_or(malformed);
        let of_size = |text: Vec<u8>, size: usize| if text.len() == size { Ok(text) } else { Err(malformed) };
        let label = |label: i64| entry(label).and_then(number);
        match (label(1), label(3), label(-1)) {
            (Some(2), Some(-7), Some(1)) => {
                let (x, y) = (of_size(text(-2)?, 32)?, of_size(text(-3)?, 32)?);
                Ok(Self::Es256([[4].as_slice(), &x, &y].concat()))
            }
            (Some(1), Some(-8), Some(6)) => Ok(Self::Ed25519(of_size(text(-2)?, 32)?)),
            (Some(3), Some(-257), _) => {
                let (modulus, exponent) = (text(-1)?, text(-2)?);
                if !MODULUS.contains(&modulus.len()) || !(1..=4).contains(&exponent.len()) {
                    return Err(malformed);
                }
                Ok(Self::Rs256 { modulus, exponent })
            }
            _ => Err(Disbelief::Algorithm),
        }
    }

    /// COSE's number of its algorithm.
    fn algorithm(&self) -> i64 {
        match self {
            Self::Es256(_) => -7,
            Self::Ed25519(_) => -8,
            Self::Rs256 { .. } => -257,
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
mod tests;
