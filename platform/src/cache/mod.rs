//! The cache: Redis when `REDIS_URL` is set, this process's memory otherwise. What it holds can be lost at any time.

mod memory;
mod redis;

use std::time::Duration;

pub use memory::MemoryCache;
pub use redis::RedisCache;

/// The cache did not answer. Callers go on without it.
#[derive(Debug, thiserror::Error)]
#[error("cache: {0}")]
pub struct CacheError(String);

/// Values by key, each with a time to live.
#[derive(Clone)]
pub enum Cache {
    /// In this process.
    Memory(MemoryCache),
    /// In Redis, shared by all processes.
    Redis(RedisCache),
}

impl Cache {
    /// The value of `key`, when it has one that is still alive.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        match self {
            Self::Memory(cache) => Ok(cache.get(key)),
            Self::Redis(cache) => cache.get(key).await,
        }
    }

    /// Keeps `value` under `key` for `lifetime`.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn set(&self, key: &str, value: Vec<u8>, lifetime: Duration) -> Result<(), CacheError> {
        match self {
            Self::Memory(cache) => {
                cache.set(key, value, lifetime);
                Ok(())
            }
            Self::Redis(cache) => cache.set(key, value, lifetime).await,
        }
    }

    /// Forgets `key`.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn remove(&self, key: &str) -> Result<(), CacheError> {
        match self {
            Self::Memory(cache) => {
                cache.remove(key);
                Ok(())
            }
            Self::Redis(cache) => cache.remove(key).await,
        }
    }

    /// Adds one to the counter `key` and returns it; the counter begins at its first use and lives for `lifetime`.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn increment(&self, key: &str, lifetime: Duration) -> Result<u64, CacheError> {
        self.add(key, 1, lifetime).await
    }

    /// Adds an amount to the counter `key` and returns it; the counter begins at its first use and lives for `lifetime`.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn add(&self, key: &str, amount: u32, lifetime: Duration) -> Result<u64, CacheError> {
        match self {
            Self::Memory(cache) => Ok(cache.add(key, amount, lifetime)),
            Self::Redis(cache) => cache.add(key, amount, lifetime).await,
        }
    }

    /// Whether the cache answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), CacheError> {
        self.get("health").await.map(|_| ())
    }
}
