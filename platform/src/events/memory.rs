//! The bus of the all-in-one shape: the relay hands each event to the consumers of this process and waits for them, so
//! that an event counts as published only when every consumer has its effect.

use std::sync::RwLock;

use futures::future::join_all;

use super::{Event, PublishError, Subscription, handle};

/// Consumers of this process.
#[derive(Default)]
pub struct MemoryBus {
    subscriptions: RwLock<Vec<Subscription>>,
}

impl MemoryBus {
    pub(super) fn subscribe(&self, subscription: Subscription) {
        self.subscriptions.write().unwrap_or_else(std::sync::PoisonError::into_inner).push(subscription);
    }

    pub(super) async fn publish(&self, event: &Event, only_for: Option<&str>) -> Result<(), PublishError> {
        let handlers: Vec<_> = self
            .subscriptions
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .iter()
            .filter(|subscription| subscription.kinds.contains(&event.kind.as_str()))
            .filter(|subscription| only_for.is_none_or(|only| only == subscription.consumer))
            .map(|subscription| (subscription.consumer, subscription.handler.clone()))
            .collect();
        let outcomes = join_all(handlers.into_iter().map(|(consumer, handler)| {
            let event = event.clone();
            async move { handle(consumer, &handler, event).await.map_err(|error| format!("{consumer}: {error}")) }
        }))
        .await;
        let failures: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
        if failures.is_empty() { Ok(()) } else { Err(PublishError(failures.join("; "))) }
    }
}
