//! Batching: rows that resolvers of one moment ask for one by one are read with one query.
//!
//! A loader lives as long as its service and keeps nothing between batches, so that a row is never older than the
//! request that reads it. A batch runs in a task of its own: a request that is dropped takes no other request's rows
//! with it, and two batches run at the same time.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt as _;
use futures::channel::oneshot;
use futures::future::{BoxFuture, Shared};

use crate::errors::GraphError;

/// How often the scheduler goes round before a batch is closed: resolvers that are ready to run join it.
const ROUNDS: usize = 8;
/// The largest number of keys that one query is given.
const LARGEST_BATCH: usize = 500;

/// What a batch finds; a key without a row is absent.
type Found<K, V> = Result<HashMap<K, V>, GraphError>;
type Read<K, V> = Arc<dyn Fn(Vec<K>) -> BoxFuture<'static, Found<K, V>> + Send + Sync>;

/// The keys that are asked for, and whom to tell what was found.
struct Batch<K, V> {
    keys: HashSet<K>,
    sender: oneshot::Sender<Arc<Found<K, V>>>,
    /// What was found, told to all who wait at once: told one by one, a large request would be resumed many times.
    found: Shared<oneshot::Receiver<Arc<Found<K, V>>>>,
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        let (sender, found) = oneshot::channel();
        Self { keys: HashSet::new(), sender, found: found.shared() }
    }
}

/// Reads values by key, many at once.
pub struct Loader<K, V> {
    open: Arc<Mutex<Batch<K, V>>>,
    read: Read<K, V>,
}

impl<K, V> Clone for Loader<K, V> {
    fn clone(&self) -> Self {
        Self { open: Arc::clone(&self.open), read: Arc::clone(&self.read) }
    }
}

impl<K, V> Loader<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// A loader that reads with `read`: it is given distinct keys and answers with the rows it found.
    pub fn new<F, Fut>(read: F) -> Self
    where
        F: Fn(Vec<K>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Found<K, V>> + Send + 'static,
    {
        Self { open: Arc::default(), read: Arc::new(move |keys| Box::pin(read(keys))) }
    }

    /// The value of `key`; `None` when there is none.
    ///
    /// # Errors
    /// When the batch could not be read.
    pub async fn load(&self, key: K) -> Result<Option<V>, GraphError> {
        let (found, first, full) = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let first = open.keys.is_empty();
            open.keys.insert(key);
            let found = open.found.clone();
            let full = (open.keys.len() >= LARGEST_BATCH).then(|| std::mem::take(&mut *open));
            (found, first, full)
        };
        if let Some(batch) = full {
            tokio::spawn(run(Arc::clone(&self.read), batch));
        } else if first {
            // Whoever came first closes the batch, from its own place among the resolvers, so that those that are ready
            // beside it are asked before.
            let closing = Closing(self.clone());
            for _ in 0..ROUNDS {
                tokio::task::yield_now().await;
            }
            drop(closing);
        }
        // The channel is not tokio's: hundreds of values of a page would use up its task's budget, and be asked again.
        let found = found.await.map_err(|_| GraphError::internal("a batch ended without an answer"))?;
        match &*found {
            Ok(values) => Ok(values.get(&key).cloned()),
            Err(failed) => Err(GraphError::new(failed.code, failed.message.clone())),
        }
    }
}

/// Closes the batch when it is dropped: at its time, or because the request that would have closed it is gone.
struct Closing<K, V>(Loader<K, V>)
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static;

impl<K, V> Drop for Closing<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn drop(&mut self) {
        let batch = std::mem::take(&mut *self.0.open.lock().unwrap_or_else(PoisonError::into_inner));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(run(Arc::clone(&self.0.read), batch));
        }
    }
}

/// Rows by their key, for a loader that finds at most one row a key.
pub fn each<K: Eq + Hash, R>(rows: Vec<R>, key_of: impl Fn(&R) -> K) -> HashMap<K, R> {
    rows.into_iter().map(|row| (key_of(&row), row)).collect()
}

/// Rows grouped by a key, in the order in which they were read, for a loader that finds any number of rows a key.
pub fn grouped<K: Eq + Hash, R>(rows: Vec<R>, key_of: impl Fn(&R) -> K) -> HashMap<K, Vec<R>> {
    let mut groups: HashMap<K, Vec<R>> = HashMap::new();
    for row in rows {
        groups.entry(key_of(&row)).or_default().push(row);
    }
    groups
}

async fn run<K, V>(read: Read<K, V>, batch: Batch<K, V>) {
    if batch.keys.is_empty() {
        return;
    }
    let found = read(batch.keys.into_iter().collect()).await;
    // Where nobody waits any more, all requests of the batch were dropped.
    let _ = batch.sender.send(Arc::new(found));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;
    use crate::errors::ErrorCode;

    fn counting(batches: Arc<AtomicUsize>) -> Loader<u32, u32> {
        Loader::new(move |keys: Vec<u32>| {
            batches.fetch_add(1, Ordering::SeqCst);
            async move { Ok(keys.into_iter().filter(|key| key % 2 == 0).map(|key| (key, key * 10)).collect()) }
        })
    }

    #[tokio::test]
    async fn one_batch_answers_all_who_ask_together() {
        let batches = Arc::new(AtomicUsize::new(0));
        let loader = counting(Arc::clone(&batches));
        let values = join_all([1, 2, 2, 4].map(|key| loader.load(key))).await;
        let values: Vec<_> = values.into_iter().map(Result::unwrap).collect();
        assert_eq!(values, [None, Some(20), Some(20), Some(40)]);
        assert_eq!(batches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_siblings_share_a_batch_on_any_runtime() {
        let batches = Arc::new(AtomicUsize::new(0));
        let loader = counting(Arc::clone(&batches));
        let values = join_all((0..300).map(|key| loader.load(key))).await;
        assert_eq!(values.len(), 300);
        assert_eq!(batches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn large_requests_are_cut_into_batches() {
        let batches = Arc::new(AtomicUsize::new(0));
        let loader = counting(Arc::clone(&batches));
        let values = join_all((0..1_200).map(|key| loader.load(key))).await;
        assert_eq!(values.into_iter().filter(|value| matches!(value, Ok(Some(_)))).count(), 600);
        assert_eq!(batches.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_dropped_request_takes_nobody_with_it() {
        let loader = counting(Arc::default());
        let dropped = tokio::spawn({
            let loader = loader.clone();
            async move { loader.load(2).await }
        });
        tokio::task::yield_now().await;
        let kept = tokio::spawn({
            let loader = loader.clone();
            async move { loader.load(4).await }
        });
        tokio::task::yield_now().await;
        dropped.abort();
        assert_eq!(kept.await.unwrap().unwrap(), Some(40));
    }

    #[tokio::test]
    async fn a_failure_reaches_all_who_wait() {
        let loader: Loader<u32, u32> =
            Loader::new(|_| async { Err(GraphError::new(ErrorCode::Unavailable, "try again")) });
        let outcomes = join_all([1, 2].map(|key| loader.load(key))).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(error) if error.code == ErrorCode::Unavailable)));
    }
}
