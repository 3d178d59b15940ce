//! Batching: rows that resolvers of one moment ask for one by one are read with one query.
//!
//! A loader lives as long as its service and keeps nothing between batches, so that a row is never older than the
//! request that reads it. A batch runs in a task of its own: a request that is dropped takes no other request's rows
//! with it, and two batches run at the same time.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use crate::errors::{ErrorCode, GraphError};

/// How often the scheduler goes round before a batch is closed: resolvers that are ready to run join it.
const ROUNDS: usize = 8;
/// The largest number of keys that one query is given.
const LARGEST_BATCH: usize = 500;

/// What a batch finds; a key without a row is absent.
type Found<K, V> = Result<HashMap<K, V>, GraphError>;
type Read<K, V> = Arc<dyn Fn(Vec<K>) -> BoxFuture<'static, Found<K, V>> + Send + Sync>;
type Waiting<K, V> = HashMap<K, Vec<oneshot::Sender<Result<Option<V>, Failed>>>>;

/// A batch failed; the cause was logged once, for all who waited for it.
#[derive(Clone)]
struct Failed {
    code: ErrorCode,
    message: Arc<str>,
}

/// Reads values by key, many at once.
pub struct Loader<K, V> {
    waiting: Arc<Mutex<Waiting<K, V>>>,
    read: Read<K, V>,
}

impl<K, V> Clone for Loader<K, V> {
    fn clone(&self) -> Self {
        Self { waiting: Arc::clone(&self.waiting), read: Arc::clone(&self.read) }
    }
}

impl<K, V> Loader<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// A loader that reads with `read`: it is given distinct keys and answers with the rows it found.
    pub fn new<F, Fut>(read: F) -> Self
    where
        F: Fn(Vec<K>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Found<K, V>> + Send + 'static,
    {
        Self { waiting: Arc::default(), read: Arc::new(move |keys| Box::pin(read(keys))) }
    }

    /// The value of `key`; `None` when there is none.
    ///
    /// # Errors
    /// When the batch could not be read.
    pub async fn load(&self, key: K) -> Result<Option<V>, GraphError> {
        let (sender, receiver) = oneshot::channel();
        let (first, full) = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let first = waiting.is_empty();
            waiting.entry(key).or_default().push(sender);
            let full = if waiting.len() >= LARGEST_BATCH { Some(std::mem::take(&mut *waiting)) } else { None };
            (first, full)
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
        // A page waits for hundreds of values in one task. Would they count against the task's budget, a used-up one would
        // have all of them asked again.
        match tokio::task::unconstrained(receiver).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(failed)) => Err(GraphError::new(failed.code, &*failed.message)),
            Err(_) => Err(GraphError::internal("a batch ended without an answer")),
        }
    }
}

/// Closes the batch when it is dropped: at its time, or because the request that would have closed it is gone.
struct Closing<K, V>(Loader<K, V>)
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static;

impl<K, V> Drop for Closing<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    fn drop(&mut self) {
        let batch = std::mem::take(&mut *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner));
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

async fn run<K: Copy + Eq + Hash, V: Clone>(read: Read<K, V>, batch: Waiting<K, V>) {
    if batch.is_empty() {
        return;
    }
    let found = read(batch.keys().copied().collect())
        .await
        .map_err(|error| Failed { code: error.code, message: error.message.into() });
    for (key, senders) in batch {
        let answer = match &found {
            Ok(values) => Ok(values.get(&key).cloned()),
            Err(failed) => Err(failed.clone()),
        };
        for sender in senders {
            // A receiver that is gone belongs to a request that was dropped.
            let _ = sender.send(answer.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;

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
