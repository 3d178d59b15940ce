//! The cache in this process's memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::ops::compute::Op;

#[derive(Clone)]
struct Entry {
    value: Arc<[u8]>,
    lifetime: Duration,
}

struct ByEntry;

impl Expiry<String, Entry> for ByEntry {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.lifetime)
    }

    fn expire_after_update(&self, _: &String, entry: &Entry, _: Instant, left: Option<Duration>) -> Option<Duration> {
        // A lifetime of zero marks a counter's later step, which keeps the time that its first step was given.
        if entry.lifetime.is_zero() { left } else { Some(entry.lifetime) }
    }
}

/// Values in memory, bounded by their size.
#[derive(Clone)]
pub struct MemoryCache {
    entries: moka::sync::Cache<String, Entry>,
}

impl MemoryCache {
    /// A cache of at most `max_bytes` of values.
    pub fn new(max_bytes: u64) -> Self {
        let entries = moka::sync::Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &String, entry: &Entry| {
                u32::try_from(key.len() + entry.value.len() + 64).unwrap_or(u32::MAX)
            })
            .expire_after(ByEntry)
            .build();
        Self { entries }
    }

    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.entries.get(key).map(|entry| entry.value.to_vec())
    }

    pub(super) fn set(&self, key: &str, value: Vec<u8>, lifetime: Duration) {
        self.entries.insert(key.to_owned(), Entry { value: value.into(), lifetime });
    }

    pub(super) fn remove(&self, key: &str) {
        self.entries.invalidate(key);
    }

    pub(super) fn add(&self, key: &str, amount: u32, lifetime: Duration) -> u64 {
        let read = |value: &[u8]| value.try_into().map(u64::from_be_bytes).unwrap_or(0);
        let result = self.entries.entry(key.to_owned()).and_compute_with(|current| match current {
            Some(entry) => {
                let next = read(&entry.value().value).saturating_add(amount.into());
                Op::Put(Entry { value: next.to_be_bytes().to_vec().into(), lifetime: Duration::ZERO })
            }
            None => Op::Put(Entry { value: u64::from(amount).to_be_bytes().to_vec().into(), lifetime }),
        });
        result.into_entry().map_or(amount.into(), |entry| read(&entry.value().value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_keep_the_time_of_their_first_step() {
        let cache = MemoryCache::new(10_000);
        assert_eq!(cache.add("k", 1, Duration::from_millis(80)), 1);
        assert_eq!(cache.add("k", 4, Duration::from_millis(80)), 5);
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(cache.add("k", 1, Duration::from_millis(80)), 1);
    }

    #[test]
    fn values_die() {
        let cache = MemoryCache::new(10_000);
        cache.set("a", b"1".to_vec(), Duration::from_millis(30));
        cache.set("b", b"2".to_vec(), Duration::from_secs(30));
        assert_eq!(cache.get("a"), Some(b"1".to_vec()));
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(cache.get("a"), None);
        cache.remove("b");
        assert_eq!(cache.get("b"), None);
    }
}
