//! The cache in Redis.

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands as _, Client, cmd};

use super::CacheError;

/// How long connecting, and each question, may take. A cache that is slower than this is no cache.
const TIMEOUT: Duration = Duration::from_millis(500);

/// One connection to Redis that all requests share: their commands are pipelined. It is made when it is first needed,
/// and again after it was lost.
#[derive(Clone)]
pub struct RedisCache {
    connection: ConnectionManager,
}

fn failed(error: impl std::fmt::Display) -> CacheError {
    CacheError(error.to_string())
}

impl RedisCache {
    /// The cache at a `redis://` URL. Call it in a Tokio runtime.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn connect(url: &str) -> Result<Self, CacheError> {
        // Without retries a question fails at once where Redis is not there, and the next one tries to connect again.
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_number_of_retries(0);
        let client = Client::open(url).map_err(failed)?;
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(failed)?;
        Ok(Self { connection })
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        self.connection.clone().get(key).await.map_err(failed)
    }

    pub(super) async fn set(&self, key: &str, value: Vec<u8>, lifetime: Duration) -> Result<(), CacheError> {
        self.connection.clone().pset_ex(key, value, milliseconds(lifetime)).await.map_err(failed)
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), CacheError> {
        self.connection.clone().del(key).await.map_err(failed)
    }

    pub(super) async fn add(&self, key: &str, amount: u32, lifetime: Duration) -> Result<u64, CacheError> {
        // One script, so that a counter never stays without its time to live.
        let script = "local n = redis.call('INCRBY', KEYS[1], ARGV[2]) if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n";
        let mut connection = self.connection.clone();
        let mut command = cmd("EVAL");
        command.arg(script).arg(1).arg(key).arg(milliseconds(lifetime)).arg(amount);
        command.query_async(&mut connection).await.map_err(failed)
    }
}

fn milliseconds(lifetime: Duration) -> u64 {
    u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX).max(1)
}
