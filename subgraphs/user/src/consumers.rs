//! What this service hears.

use std::sync::Arc;

use diesel_async::AsyncConnection;
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::{Event, HandlerError, Subscription, first_delivery};

use crate::actions::{Registration, hear_view, register_once};
use crate::events::UserRegistered;
use crate::vault::Vault;

const CONSUMER: &str = "user";

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["user.registered", "personal_data.viewed"];

/// Everything that this service listens to.
pub(crate) fn subscription(database: Database, vault: Vault) -> Subscription {
    Subscription {
        consumer: CONSUMER,
        kinds: HEARS,
        handler: Arc::new(move |event| Box::pin(handle(database.clone(), vault.clone(), event))),
    }
}

async fn handle(database: Database, vault: Vault, event: Event) -> Result<(), HandlerError> {
    if event.kind == "personal_data.viewed" {
        return hear_view(&database, event.id, event.read()?).await;
    }
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
                register_once(connection, &vault, &registration).await?;
            }
            Ok::<_, GraphError>(())
        })
        .await?;
    Ok(())
}
