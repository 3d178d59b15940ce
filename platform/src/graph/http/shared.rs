//! Equal queries that are under way at the same moment share one request.
//!
//! Equal are the operation, its variables, who asks, and the headers that the rules add. A query that starts after a
//! mutation has ended never shares one that started before: who writes reads what was written.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::watch;

use super::exchange::Answer;
use crate::graph::TransportError;
use crate::identity::Principal;

/// What makes two requests equal.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) body: Bytes,
    pub(super) principal: Arc<Principal>,
    /// The headers that differ from request to request, without the trace.
    pub(super) headers: HeaderMap,
}

type Told = Option<Result<Answer, TransportError>>;

/// A question and the number of mutations that had ended when it was asked.
type Key = (u64, Question);

/// By their bodies, the questions that are under way, and where their answers will be told.
type Running = HashMap<Bytes, Vec<(Key, watch::Receiver<Told>)>>;

/// The queries that are under way to one subgraph.
#[derive(Default)]
pub(super) struct Shared {
    running: Mutex<Running>,
    mutations: AtomicU64,
}

/// Takes a question off the list when it is answered, or when nobody waits for the answer any more.
struct Listed<'a> {
    shared: &'a Shared,
    key: Key,
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        let mut running = self.shared.running();
        if let Some(questions) = running.get_mut(&self.key.1.body) {
            questions.retain(|(key, _)| *key != self.key);
            if questions.is_empty() {
                running.remove(&self.key.1.body);
            }
        }
    }
}

/// A mutation that is under way.
pub(super) struct Mutation<'a>(&'a Shared);

impl Drop for Mutation<'_> {
    fn drop(&mut self) {
        self.0.mutations.fetch_add(1, Ordering::SeqCst);
    }
}

impl Shared {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A mutation, for as long as it is waited for: where that ends without an answer, it may have happened still.
    pub(super) fn mutation(&self) -> Mutation<'_> {
        Mutation(self)
    }

    /// Sends a query, or waits for the answer to an equal one.
    pub(super) async fn ask(
        &self,
        question: Question,
        send: impl Future<Output = Result<Answer, TransportError>>,
    ) -> Result<Answer, TransportError> {
        let key = (self.mutations.load(Ordering::SeqCst), question);
        loop {
            let mut receiver = match self.join(&key) {
                Ok(receiver) => receiver,
                Err(sender) => {
                    let listed = Listed { shared: self, key };
                    let answer = send.await;
                    drop(listed);
                    // Where nobody waits, nobody is told.
                    let _ = sender.send(Some(answer.clone()));
                    return answer;
                }
            };
            // Where the one who sent it has gone away without an answer, the query is sent again.
            if let Ok(told) = receiver.wait_for(Option::is_some).await
                && let Some(answer) = &*told
            {
                return answer.clone();
            }
        }
    }

    /// Waits for an equal query; or is the first, and tells the others.
    fn join(&self, key: &Key) -> Result<watch::Receiver<Told>, watch::Sender<Told>> {
        let mut running = self.running();
        let questions = running.entry(key.1.body.clone()).or_default();
        if let Some((_, receiver)) = questions.iter().find(|(known, _)| known == key) {
            return Ok(receiver.clone());
        }
        let (sender, receiver) = watch::channel(None);
        questions.push((key.clone(), receiver));
        Err(sender)
    }
}
