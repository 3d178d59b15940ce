//! What the notification service does with what it hears.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};
use serde::Deserialize;

use crate::actions::{Notifications, tell};
use crate::model::{ContactRow, UserId};
use crate::plan::{KINDS, messages};
use crate::store;

/// `user.registered` and `user.updated`: how somebody is reached.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reached {
    user_id: UserId,
    email: String,
    name: String,
    #[serde(default)]
    phone: Option<String>,
}

/// What the service hears: everything that a person or a seller's system is told of.
pub(crate) fn subscription(notifications: Notifications) -> Subscription {
    Subscription {
        consumer: "notification",
        kinds: KINDS,
        handler: Arc::new(move |event| {
            let notifications = notifications.clone();
            Box::pin(async move { handle(&notifications, event).await })
        }),
    }
}

async fn handle(notifications: &Notifications, event: Event) -> Result<(), HandlerError> {
    // How somebody is reached can be kept again without harm; what is told has the inbox.
    match event.kind.as_str() {
        "user.registered" | "user.updated" => {
            let Reached { user_id, email, name, phone } = event.read()?;
            let changed_at = event.occurred_at;
            let row = ContactRow { user_id, email, name, phone, withdrawn: false, changed_at };
            let mut connection = notifications.database.connection().await?;
            store::keep_contact(&mut connection, &row).await?;
        }
        "user.withdrawn" => {
            if let Some(user) = crate::plan::person(&event.payload) {
                let mut connection = notifications.database.connection().await?;
                store::forget(&mut connection, user, event.occurred_at).await?;
            }
        }
        _ => {}
    }
    tell(notifications, &event, messages(&event.kind, &event.payload)).await
}
