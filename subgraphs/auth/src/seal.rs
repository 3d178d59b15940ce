//! Encrypting secrets where they are stored, under `AUTH_SIGNING_KEY`.

use platform::seal::{self, SealingKey};
use platform::service::StartError;
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

impl From<seal::SealError> for SealError {
    fn from(error: seal::SealError) -> Self {
        match error {
            seal::SealError::OtherKey => Self::OtherKey,
            seal::SealError::Broken => Self::Broken,
        }
    }
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
    key: Option<SealingKey>,
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
        Ok(Stored { bytes: key.seal(name.as_bytes(), secret)?, sealed: true })
    }

    /// The secret of the row of that name.
    pub(crate) fn open(&self, name: &str, stored: Stored) -> Result<Vec<u8>, SealError> {
        let Stored { bytes, sealed } = stored;
        if !sealed {
            return Ok(bytes);
        }
        let key = self.key.as_ref().ok_or(SealError::OtherKey)?;
        Ok(key.open(name.as_bytes(), &bytes)?)
    }
}

fn key(secret: &str, purpose: &str) -> Result<SealingKey, SealError> {
    let key = Sha256::new().chain_update(format!("doa-market {purpose}\n")).chain_update(secret).finalize();
    Ok(SealingKey::new(&key)?)
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
        assert!(!stored.bytes.windows(32).any(|part| part == [7; 32]));
        assert_eq!(ours.open("one", stored.clone()).unwrap(), [7; 32]);
        assert!(matches!(ours.open("two", stored.clone()), Err(SealError::OtherKey)));
        for other in [
            sealer("another secret of 32 characters...", "tests"),
            sealer("a secret of more than 32 characters", "other tests"),
            Sealer { key: None },
        ] {
            assert!(matches!(other.open("one", stored.clone()), Err(SealError::OtherKey)));
        }
        let short = Stored { bytes: vec![1; 11], sealed: true };
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
