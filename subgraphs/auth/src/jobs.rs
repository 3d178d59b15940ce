//! What the service does by itself.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use platform::database::Database;
use platform::errors::GraphError;
use tokio_util::sync::CancellationToken;

use crate::keys::KeyRing;
use crate::{rules, store};

const PRUNE_INTERVAL: Duration = Duration::from_secs(3_600);

/// Keeps the signing keys current until `shutdown`.
pub(crate) async fn rotate_keys(keys: Arc<KeyRing>, shutdown: CancellationToken) {
    while wait(keys.look_interval(), &shutdown).await {
        if let Err(error) = keys.maintain().await {
            tracing::warn!(%error, "the signing keys were not looked after");
        }
    }
}

/// Forgets sessions that ended their lifetime ago, and links that have expired, until `shutdown`.
pub(crate) async fn prune(database: Database, lifetime: Duration, shutdown: CancellationToken) {
    while wait(PRUNE_INTERVAL, &shutdown).await {
        match prune_once(&database, lifetime).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "forgot ended sessions and old tokens"),
            Err(error) => tracing::warn!(error = error.message, "ended sessions were not forgotten"),
        }
    }
}

async fn prune_once(database: &Database, lifetime: Duration) -> Result<usize, GraphError> {
    let before = Utc::now() - rules::delta(lifetime);
    Ok(store::prune(&mut *database.connection().await?, before).await?)
}

/// Waits, and tells whether to go on.
async fn wait(interval: Duration, shutdown: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(interval) => true,
        () = shutdown.cancelled() => false,
    }
}
