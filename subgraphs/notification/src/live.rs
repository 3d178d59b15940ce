//! Who is told at once: new notifications, heard by every replica from the database.
//!
//! A notification is announced by PostgreSQL's NOTIFY in the transaction that writes it, so that a subscriber hears of it
//! whichever replica wrote it and whichever serves the subscriber, and never of one that was not written.

use std::time::Duration;

use diesel_async::RunQueryDsl as _;
use futures::StreamExt as _;
use platform::database::Database;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::model::{NotificationId, UserId};

/// How many announcements a slow subscriber may be behind before it misses some.
const CAPACITY: usize = 1_024;
const PAUSE: Duration = Duration::from_secs(1);

/// Announcements of new notifications.
#[derive(Clone)]
pub(crate) struct Live {
    announced: broadcast::Sender<(UserId, NotificationId)>,
    listening: watch::Sender<bool>,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self { announced: broadcast::Sender::new(CAPACITY), listening: watch::Sender::new(false) }
    }

    /// Begins to receive what is announced from now on; waits until this process listens.
    pub(crate) async fn receive(&self) -> broadcast::Receiver<(UserId, NotificationId)> {
        let receiver = self.announced.subscribe();
        // The sender lives as long as we do.
        let _ = self.listening.subscribe().wait_for(|listening| *listening).await;
        receiver
    }
}

/// The text of an announcement.
pub(crate) fn announcement(user: UserId, notification: NotificationId) -> String {
    format!("{user} {notification}")
}

fn read(text: &str) -> Option<(UserId, NotificationId)> {
    let (user, notification) = text.split_once(' ')?;
    Some((user.parse().ok()?, notification.parse().ok()?))
}

/// Listens until `shutdown`, on a connection of its own.
pub(crate) async fn listen(database: Database, live: Live, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let outcome = tokio::select! {
            outcome = hear(&database, &live) => outcome,
            () = shutdown.cancelled() => return,
        };
        live.listening.send_replace(false);
        if let Err(error) = outcome {
            tracing::warn!(error, "new notifications are not heard; trying again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear(database: &Database, live: &Live) -> Result<(), String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    diesel::sql_query("LISTEN notification_added").execute(&mut connection).await.map_err(|error| error.to_string())?;
    live.listening.send_replace(true);
    let mut heard = std::pin::pin!(connection.notifications_stream());
    while let Some(notification) = heard.next().await {
        let notification = notification.map_err(|error| error.to_string())?;
        if let Some(announced) = read(&notification.payload) {
            // Nobody may be subscribed.
            let _ = live.announced.send(announced);
        }
    }
    Err("the connection ended".to_owned())
}
