//! What the sandbox remembers: who agreed to what, its keys, and the faults to come.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Fault;
use crate::providers::OauthProvider;

const KEY_ID: &str = "sandbox";

/// Somebody who agreed.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) provider: OauthProvider,
    pub(super) subject: String,
    pub(super) email: String,
    pub(super) verified: bool,
    pub(super) name: String,
}

impl Person {
    /// The one with this address: the same person each time.
    pub(super) fn new(provider: OauthProvider, email: &str, name: &str, verified: bool) -> Self {
        let digest = Sha256::digest(format!("{provider:?} {email}"));
        let subject = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { provider, subject, email: email.to_owned(), verified, name: name.to_owned() }
    }
}

/// An agreement that waits for its exchange.
#[derive(Clone, Debug)]
pub(super) struct Agreed {
    pub(super) person: Person,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) nonce: String,
    pub(super) challenge: String,
}

#[derive(Default)]
struct Memory {
    codes: HashMap<String, Agreed>,
    tokens: HashMap<String, Person>,
    faults: Vec<(Fault, u32)>,
}

pub(super) struct People {
    key: EncodingKey,
    other_key: EncodingKey,
    published: Value,
    memory: Mutex<Memory>,
}

impl People {
    pub(super) fn new() -> Result<Self, String> {
        let (key, published) = new_key()?;
        let (other_key, _) = new_key()?;
        Ok(Self { key, other_key, published, memory: Mutex::default() })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn plan(&self, fault: Fault, times: u32) {
        self.memory().faults.push((fault, times));
    }

    /// Whether one of these faults is next.
    pub(super) fn take_fault(&self, among: &[Fault]) -> Option<Fault> {
        let mut memory = self.memory();
        let (fault, times) = memory.faults.iter_mut().find(|(fault, times)| *times > 0 && among.contains(fault))?;
        *times -= 1;
        Some(*fault)
    }

    /// The code of an agreement.
    pub(super) fn agree(&self, agreed: Agreed) -> String {
        let code = secret();
        self.memory().codes.insert(code.clone(), agreed);
        code
    }

    /// Takes an agreement by its code, once.
    pub(super) fn take(&self, code: &str) -> Option<Agreed> {
        self.memory().codes.remove(code)
    }

    /// The access token of a person.
    pub(super) fn token_of(&self, person: Person) -> String {
        let token = secret();
        self.memory().tokens.insert(token.clone(), person);
        token
    }

    pub(super) fn person(&self, token: &str) -> Option<Person> {
        self.memory().tokens.get(token).cloned()
    }

    pub(super) fn published(&self) -> &Value {
        &self.published
    }

    /// A signed token; by another key than the published one when `forged`.
    pub(super) fn signed(&self, claims: &Value, forged: bool) -> Option<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(KEY_ID.to_owned());
        let key = if forged { &self.other_key } else { &self.key };
        jsonwebtoken::encode(&header, claims, key).ok()
    }
}

fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}

/// A new key, and its published form.
fn new_key() -> Result<(EncodingKey, Value), String> {
    let failed = |what: &str| format!("identity sandbox: {what}");
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
    let document = document.map_err(|_| failed("no key was made"))?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random);
    let pair = pair.map_err(|_| failed("its key is broken"))?;
    // An uncompressed point: 4, x, y.
    let point = pair.public_key().as_ref();
    let (x, y) = (point.get(1..33), point.get(33..65));
    let (x, y) = x.zip(y).ok_or_else(|| failed("its key is no point"))?;
    let published = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": KEY_ID,
        "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) }] });
    Ok((EncodingKey::from_ec_der(document.as_ref()), published))
}
