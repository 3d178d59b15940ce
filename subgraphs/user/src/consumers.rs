//! What this service hears.

use std::sync::Arc;

use diesel_async::AsyncConnection;
use platform::database::Database;
use platform::events::{Event, HandlerError, Subscription, first_delivery};

use crate::actions::{Registration, register_once};
use crate::events::UserRegistered;

const CONSUMER: &str = "user";

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["user.registered"];

/// Everything that this service listens to.
pub(crate) fn subscription(database: Database) -> Subscription {
    Subscription {
        consumer: CONSUMER,
        kinds: HEARS,
        handler: Arc::new(move |event| Box::pin(handle(database.clone(), event))),
    }
}

async fn handle(database: Database, event: Event) -> Result<(), HandlerError> {
    let registered: UserRegistered = event.read()?;
    let registration = Registration {
        id: registered.user_id,
        email: registered.email,
        name: registered.name,
        phone: registered.phone,
        consents: registered.consents,
        at: registered.registered_at,
    };
    let mut connection = database.connection().await?;
    connection
        .transaction(async |connection| {
            if first_delivery(connection, event.id, CONSUMER).await? {
                register_once(connection, &registration).await?;
            }
            Ok(())
        })
        .await
}
