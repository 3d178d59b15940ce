//! What the service does by itself.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use platform::database::Database;
use platform::errors::GraphError;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::keys::KeyRing;
use crate::{rules, store};

const PRUNE_INTERVAL: Duration = Duration::from_secs(3_600);

/// Keeps the signing keys current until `shutdown`.
pub(crate) async fn rotate_keys(keys: Arc<KeyRing>, shutdown: CancellationToken) {
    every("rotate signing keys", keys.look_interval(), &shutdown, || keys.maintain()).await;
}

/// Forgets sessions that ended their lifetime ago, and links that have expired, until `shutdown`.
pub(crate) async fn prune(database: Database, lifetime: Duration, shutdown: CancellationToken) {
    every("forget ended sessions", PRUNE_INTERVAL, &shutdown, || prune_once(&database, lifetime)).await;
}

async fn prune_once(database: &Database, lifetime: Duration) -> Result<(), GraphError> {
    let before = Utc::now() - rules::delta(lifetime);
    let rows = store::prune(&mut *database.connection().await?, before).await?;
    if rows > 0 {
        tracing::info!(rows, "forgot ended sessions and old tokens");
    }
    Ok(())
}
