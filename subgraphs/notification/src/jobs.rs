//! The worker that sends what is due, and forgets what is old.

use chrono::TimeDelta;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::actions::{Notifications, deliver_due};
use crate::store;

/// How long finished deliveries and read notifications are kept.
const KEEP: TimeDelta = TimeDelta::days(180);
const PRUNE_INTERVAL: std::time::Duration = std::time::Duration::from_secs(3_600);

/// Sends what is due until `shutdown`: when it is woken, and every now and then.
pub(crate) async fn work(notifications: Notifications, shutdown: CancellationToken) {
    let mut prune_at = Instant::now();
    while !shutdown.is_cancelled() {
        let taken = match deliver_due(&notifications).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(error, "deliveries will be tried again");
                0
            }
        };
        if Instant::now() >= prune_at {
            prune_at = Instant::now() + PRUNE_INTERVAL;
            if let Err(error) = prune(&notifications).await {
                tracing::warn!(error, "old notifications stay for now");
            }
        }
        if taken > 0 {
            continue;
        }
        tokio::select! {
            () = notifications.wake.notified() => {}
            () = tokio::time::sleep(notifications.settings.interval) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

async fn prune(notifications: &Notifications) -> Result<(), String> {
    let mut connection = notifications.database.connection().await.map_err(|error| error.to_string())?;
    store::prune(&mut connection, KEEP).await.map_err(|error| error.to_string())
}
