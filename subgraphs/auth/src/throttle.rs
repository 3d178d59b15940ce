//! Slowing down those who guess, and those who have others mailed to: counters in the cache.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use platform::cache::{Cache, CacheError};
use platform::graph::ClientInfo;
use sha2::{Digest as _, Sha256};

use crate::rules;

/// How long attempts are remembered.
const MEMORY: Duration = Duration::from_secs(30 * 60);

/// Counts attempts and tells who has to wait.
#[derive(Clone)]
pub(crate) struct Throttle {
    cache: Cache,
}

/// Attempts that count together.
pub(crate) struct Attempts {
    counter: String,
    wait: String,
    free: u32,
}

impl Attempts {
    /// The sign-ins to the account of `email` from the client's address.
    pub(crate) fn sign_in(email: &str, client: &ClientInfo, free: u32) -> Self {
        Self::new("SIGN_IN", &[email, client.ip_address.as_deref().unwrap_or_default()], free)
    }

    /// The attempts at something by the same people or addresses, of which `free` ones never wait. Their names in the
    /// cache reveal nobody.
    pub(crate) fn new(at: &str, by: &[&str], free: u32) -> Self {
        let digest = Sha256::digest(format!("{at}\n{}", by.join("\n")));
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { counter: format!("auth:attempts:{name}"), wait: format!("auth:wait:{name}"), free }
    }
}

impl Throttle {
    pub(crate) fn new(cache: Cache) -> Self {
        Self { cache }
    }

    /// Counts an attempt before its outcome is known, so that attempts made at once are counted too. When it has to
    /// wait, it returns for how long and does not count.
    pub(crate) async fn begin(&self, attempts: &Attempts) -> Option<Duration> {
        self.try_begin(attempts).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "attempts are not counted");
            None
        })
    }

    async fn try_begin(&self, attempts: &Attempts) -> Result<Option<Duration>, CacheError> {
        if let Some(until) = self.cache.get(&attempts.wait).await?.and_then(|bytes| bytes.try_into().ok()) {
            let left = Duration::from_millis(u64::from_be_bytes(until)).saturating_sub(now());
            if !left.is_zero() {
                return Ok(Some(left));
            }
        }
        let count = self.cache.increment(&attempts.counter, MEMORY).await?;
        if let Some(wait) = rules::wait_after(count, attempts.free) {
            let until = u64::try_from((now() + wait).as_millis()).unwrap_or(u64::MAX);
            self.cache.set(&attempts.wait, until.to_be_bytes().to_vec(), wait).await?;
        }
        Ok(None)
    }

    /// Forgets the attempts: the right answer came.
    pub(crate) async fn succeed(&self, attempts: &Attempts) {
        for key in [&attempts.counter, &attempts.wait] {
            if let Err(error) = self.cache.remove(key).await {
                tracing::warn!(%error, "attempts are not forgotten");
            }
        }
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use platform::cache::MemoryCache;

    use super::*;

    #[tokio::test]
    async fn guessing_waits_and_success_forgets() {
        let from = |ip: &str| {
            let client = ClientInfo { ip_address: Some(ip.to_owned()), ..ClientInfo::default() };
            Attempts::sign_in("a@b.kr", &client, 2)
        };
        let throttle = Throttle::new(Cache::Memory(MemoryCache::new(100_000)));
        let attempts = from("192.0.2.1");
        for _ in 0..3 {
            assert_eq!(throttle.begin(&attempts).await, None);
        }
        let wait = throttle.begin(&attempts).await.unwrap();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert_eq!(throttle.begin(&from("192.0.2.2")).await, None, "another address is free");
        throttle.succeed(&attempts).await;
        assert_eq!(throttle.begin(&attempts).await, None);
    }
}
