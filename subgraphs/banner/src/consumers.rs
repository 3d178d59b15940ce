//! What the banner service does with what it hears. Each effect can be repeated without harm, so that no inbox entry is
//! needed.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};

use crate::actions::Banners;
use crate::events::{UserRegistered, UserWithdrawn};
use crate::store;

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["user.registered", "user.withdrawn"];

/// What the service hears: who is a new member.
pub(crate) fn subscription(banners: Banners) -> Subscription {
    Subscription {
        consumer: "banner",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let banners = banners.clone();
            Box::pin(async move { handle(&banners, event).await })
        }),
    }
}

async fn handle(banners: &Banners, event: Event) -> Result<(), HandlerError> {
    let mut connection = banners.database.connection().await?;
    if event.kind == "user.registered" {
        let fact: UserRegistered = event.read()?;
        let at = fact.registered_at.unwrap_or(event.occurred_at);
        return Ok(store::insert_new_member(&mut connection, fact.user_id, at).await?);
    }
    let fact: UserWithdrawn = event.read()?;
    Ok(store::delete_new_member(&mut connection, fact.user_id).await?)
}
