//! Values that this process read a moment ago: bounded in number and in age, and cheap to look up.

use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;

/// Values by key, none older than a lifetime. Clones share what they hold.
///
/// A value whose time is over stays in memory until its key is kept anew or the room is needed; it is never given out.
pub struct Recent<K, V> {
    kept: Arc<Cache<K, (Instant, V)>>,
    lifetime: Duration,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// Keeps at most about `capacity` values, each for `lifetime`.
    pub fn new(capacity: usize, lifetime: Duration) -> Self {
        Self { kept: Arc::new(Cache::new(capacity)), lifetime }
    }

    /// The value of `key`, when it was kept no longer than a lifetime ago.
    pub fn get(&self, key: &K) -> Option<V> {
        let (since, value) = self.kept.get(key)?;
        (since.elapsed() < self.lifetime).then_some(value)
    }

    /// Keeps `value` under `key` from now on.
    pub fn keep(&self, key: K, value: V) {
        self.kept.insert(key, (Instant::now(), value));
    }

    /// Forgets `key`.
    pub fn forget(&self, key: &K) {
        self.kept.remove(key);
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        self.kept.clear();
    }
}

impl<K, V> Clone for Recent<K, V> {
    fn clone(&self) -> Self {
        Self { kept: Arc::clone(&self.kept), lifetime: self.lifetime }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_with_their_lifetime() {
        let recent = Recent::new(10, Duration::from_millis(20));
        recent.keep("a", 1);
        assert_eq!(recent.get(&"a"), Some(1));
        std::thread::sleep(Duration::from_millis(25));
        assert_eq!(recent.get(&"a"), None);
        recent.keep("a", 2);
        assert_eq!(recent.get(&"a"), Some(2));
    }

    #[test]
    fn values_are_forgotten_at_once_by_all_clones() {
        let recent = Recent::new(10, Duration::from_secs(60));
        let same = recent.clone();
        recent.keep("a", 1);
        recent.keep("b", 2);
        same.forget(&"a");
        assert_eq!((recent.get(&"a"), recent.get(&"b")), (None, Some(2)));
        same.forget_all();
        assert_eq!(recent.get(&"b"), None);
    }

    #[test]
    fn their_number_is_bounded() {
        let recent = Recent::new(100, Duration::from_secs(60));
        for key in 0..10_000 {
            recent.keep(key, ());
        }
        let held = (0..10_000).filter(|key| recent.get(key).is_some()).count();
        assert!((1..=100).contains(&held), "{held}");
    }
}
