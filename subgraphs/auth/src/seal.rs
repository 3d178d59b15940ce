//! Encrypting secrets where they are stored: ChaCha20-Poly1305 under `AUTH_SIGNING_KEY`.

use platform::service::StartError;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest as _, Sha256};

use crate::settings::AuthSettings;

/// The shortest `AUTH_SIGNING_KEY`, in characters.
const SHORTEST_SECRET: usize = 32;

/// Why a secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    /// What is stored was sealed under another key, or for another row.
    #[error("AUTH_SIGNING_KEY: what is stored was encrypted with another value; set the one it was made with")]
    OtherKey,
    /// Not a sealed secret at all.
    #[error("a sealed secret is broken")]
    Broken,
}

/// A secret as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The nonce and the encrypted secret; the secret itself when it is not sealed.
    pub(crate) bytes: Vec<u8>,
    /// Whether it is encrypted.
    pub(crate) sealed: bool,
}

/// Seals secrets for one purpose. Without `AUTH_SIGNING_KEY` they are stored as they are.
pub(crate) struct Sealer {
    key: Option<LessSafeKey>,
}

impl Sealer {
    /// A sealer of the settings for a purpose. Each purpose has a key of its own.
    pub(crate) fn new(settings: &AuthSettings, purpose: &str) -> Result<Self, StartError> {
        let Some(secret) = settings.signing_key.as_deref() else { return Ok(Self { key: None }) };
        if secret.chars().count() < SHORTEST_SECRET {
            return Err(StartError(format!("AUTH_SIGNING_KEY: give at least {SHORTEST_SECRET} characters")));
        }
        Ok(Self { key: Some(key(secret, purpose).map_err(|error| StartError(error.to_string()))?) })
    }

    /// A secret as it is to be stored, bound to the name of its row.
    pub(crate) fn seal(&self, name: &str, secret: &[u8]) -> Result<Stored, SealError> {
        let Some(key) = &self.key else { return Ok(Stored { bytes: secret.to_vec(), sealed: false }) };
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut text = secret.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut text)
            .map_err(|_| SealError::Broken)?;
        Ok(Stored { bytes: [nonce.as_slice(), &text].concat(), sealed: true })
    }

    /// The secret of the row of that name.
    pub(crate) fn open(&self, name: &str, stored: Stored) -> Result<Vec<u8>, SealError> {
        let Stored { mut bytes, sealed } = stored;
        if !sealed {
            return Ok(bytes);
        }
        let key = self.key.as_ref().ok_or(SealError::OtherKey)?;
        let (nonce, text) = bytes.split_first_chunk_mut::<NONCE_LEN>().ok_or(SealError::Broken)?;
        key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(name), text)
            .map(|secret| secret.to_vec())
            .map_err(|_| SealError::OtherKey)
    }
}

fn key(secret: &str, purpose: &str) -> Result<LessSafeKey, SealError> {
    let key = Sha256::new().chain_update(format!("doa-market {purpose}\n")).chain_update(secret).finalize();
    UnboundKey::new(&CHACHA20_POLY1305, &key).map(LessSafeKey::new).map_err(|_| SealError::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(secret: &str, purpose: &str) -> Sealer {
        Sealer { key: Some(key(secret, purpose).unwrap()) }
    }

    #[test]
    fn secrets_open_with_their_key_name_and_purpose_alone() {
        let ours = sealer("a secret of more than 32 characters", "tests");
        let stored = ours.seal("one", &[7; 32]).unwrap();
        assert!(stored.sealed);
        assert_ne!(stored.bytes[NONCE_LEN..NONCE_LEN + 32], [7; 32]);
        assert_eq!(ours.open("one", stored.clone()).unwrap(), [7; 32]);
        assert!(matches!(ours.open("two", stored.clone()), Err(SealError::OtherKey)));
        for other in [
            sealer("another secret of 32 characters...", "tests"),
            sealer("a secret of more than 32 characters", "other tests"),
            Sealer { key: None },
        ] {
            assert!(matches!(other.open("one", stored.clone()), Err(SealError::OtherKey)));
        }
        let short = Stored { bytes: vec![1; NONCE_LEN - 1], sealed: true };
        assert!(matches!(ours.open("one", short), Err(SealError::Broken)));
    }

    #[test]
    fn without_a_key_secrets_are_stored_as_they_are() {
        let open = Sealer { key: None };
        let stored = open.seal("one", b"secret").unwrap();
        assert_eq!((stored.bytes.as_slice(), stored.sealed), (b"secret".as_slice(), false));
        assert_eq!(sealer("a secret of more than 32 characters", "tests").open("one", stored).unwrap(), b"secret");
    }
}
