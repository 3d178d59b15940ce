//! Hashing passwords: Argon2id, away from the threads that answer requests, a bounded number at once.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use platform::errors::GraphError;
use platform::service::StartError;
use tokio::sync::Semaphore;

use crate::settings::AuthSettings;

/// How long a request waits for its turn.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

/// Hashes and verifies passwords.
#[derive(Clone)]
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    /// What the passwords of unknown accounts are compared with, so that they take as long as those of known ones.
    nobody: Arc<str>,
}

/// The outcome of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    /// Whether the password is the right one.
    pub(crate) matches: bool,
    /// Whether the hash was made with other parameters than today's.
    pub(crate) outdated: bool,
}

impl Passwords {
    /// A hasher with the parameters of the settings.
    pub(crate) fn new(settings: &AuthSettings) -> Result<Self, StartError> {
        let (memory, passes, lanes) = (settings.argon2_memory, settings.argon2_passes, settings.argon2_lanes);
        let params = Params::new(memory, passes, lanes, None).map_err(|error| {
            StartError(format!("AUTH_ARGON2_MEMORY_KIB, AUTH_ARGON2_PASSES, AUTH_ARGON2_LANES: {error}"))
        })?;
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let at_once = if settings.hashes_at_once == 0 { cores() } else { settings.hashes_at_once };
        let (salt, output) = (rand::random::<[u8; 16]>(), rand::random::<[u8; 32]>());
        let nobody = format!(
            "$argon2id$v=19$m={memory},t={passes},p={lanes}${}${}",
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(output)
        );
        Ok(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            turns: Arc::new(Semaphore::new(at_once)),
            nobody: nobody.into(),
        })
    }

    /// The hash of a new password, as a PHC string.
    pub(crate) async fn hash(&self, password: String) -> Result<String, GraphError> {
        let argon2 = self.argon2.clone();
        self.in_turn(move || {
            argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|error| error.to_string())
        })
        .await
    }

    /// Compares a password with a stored hash. Without one (an unknown account) it takes as long and never matches.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<Verified, GraphError> {
        let argon2 = self.argon2.clone();
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        self.in_turn(move || {
            let hash = PasswordHash::new(&stored).map_err(|error| error.to_string())?;
            let matches = argon2.verify_password(password.as_bytes(), &hash).is_ok();
            let used = Params::try_from(&hash).map_err(|error| error.to_string())?;
            let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
            Ok(Verified { matches: matches && known, outdated: costs(&used) != costs(argon2.params()) })
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, GraphError> {
        let turn = tokio::time::timeout(QUEUE_TIMEOUT, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| GraphError::unavailable("too many passwords to hash at once"))?
            .map_err(GraphError::internal)?;
        tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(turn);
            outcome
        })
        .await
        .map_err(GraphError::internal)?
        .map_err(GraphError::internal)
    }
}

#[cfg(test)]
mod tests {
    use platform::settings::SettingSource;

    use super::*;

    fn passwords(memory: &str) -> Passwords {
        let source = SettingSource::from_values([("AUTH_ARGON2_MEMORY_KIB".to_owned(), memory.to_owned())]);
        Passwords::new(&AuthSettings::from_source(&source).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_password_matches_its_hash_alone() {
        let hasher = passwords("64");
        let hash = hasher.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{hash}");
        let verify = async |password: &str, hash: Option<&String>| {
            hasher.verify(password.to_owned(), hash.cloned()).await.unwrap()
        };
        assert_eq!(verify("correct horse", Some(&hash)).await, Verified { matches: true, outdated: false });
        assert!(!verify("wrong horse", Some(&hash)).await.matches);
        assert!(!verify("correct horse", None).await.matches);
    }

    #[tokio::test]
    async fn other_parameters_are_noticed() {
        let hash = passwords("64").hash("correct horse".to_owned()).await.unwrap();
        let verified = passwords("128").verify("correct horse".to_owned(), Some(hash)).await.unwrap();
        assert_eq!(verified, Verified { matches: true, outdated: true });
    }
}
