//! What this service hears.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};

use crate::actions::{State, erase_account, hear_of_staff};
use crate::events::UserWithdrawn;

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["user.withdrawn", "staff.changed"];

/// Everything that this service listens to.
pub(crate) fn subscription(state: State) -> Subscription {
    Subscription {
        consumer: "auth",
        kinds: HEARS,
        handler: Arc::new(move |event| Box::pin(handle(state.clone(), event))),
    }
}

async fn handle(state: State, event: Event) -> Result<(), HandlerError> {
    if event.kind == "staff.changed" {
        return hear_of_staff(&state, event.read()?, event.trace_parent.as_deref()).await;
    }
    let withdrawn: UserWithdrawn = event.read()?;
    erase_account(&state, withdrawn.user_id, event.trace_parent.as_deref()).await
}
