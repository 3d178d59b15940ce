//! The cache in Redis.

use std::time::Duration;

use bb8_redis::RedisConnectionManager;
use bb8_redis::redis::{AsyncCommands as _, cmd};

use super::CacheError;

const CHECKOUT_TIMEOUT: Duration = Duration::from_millis(500);

/// A pool of Redis connections.
#[derive(Clone)]
pub struct RedisCache {
    pool: bb8::Pool<RedisConnectionManager>,
}

fn failed(error: impl std::fmt::Display) -> CacheError {
    CacheError(error.to_string())
}

impl RedisCache {
    /// A pool at a `redis://` URL. Connections are opened when they are first needed.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn connect(url: &str, connections: u32) -> Result<Self, CacheError> {
        let manager = RedisConnectionManager::new(url).map_err(failed)?;
        let pool = bb8::Pool::builder()
            .max_size(connections)
            .connection_timeout(CHECKOUT_TIMEOUT)
            .test_on_check_out(false)
            .build_unchecked(manager);
        Ok(Self { pool })
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        self.pool.get().await.map_err(failed)?.get(key).await.map_err(failed)
    }

    pub(super) async fn set(&self, key: &str, value: Vec<u8>, lifetime: Duration) -> Result<(), CacheError> {
        let milliseconds = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX).max(1);
        self.pool.get().await.map_err(failed)?.pset_ex(key, value, milliseconds).await.map_err(failed)
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), CacheError> {
        self.pool.get().await.map_err(failed)?.del(key).await.map_err(failed)
    }

    pub(super) async fn increment(&self, key: &str, lifetime: Duration) -> Result<u64, CacheError> {
        // One script, so that a counter never stays without its time to live.
        let script =
            "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n";
        let milliseconds = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX).max(1);
        let mut connection = self.pool.get().await.map_err(failed)?;
        cmd("EVAL").arg(script).arg(1).arg(key).arg(milliseconds).query_async(&mut *connection).await.map_err(failed)
    }
}
