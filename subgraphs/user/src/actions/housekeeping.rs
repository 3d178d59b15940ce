//! What the service does by itself: it seals what earlier releases wrote plain, and removes records whose time is over.

use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::errors::GraphError;
use tokio_util::sync::CancellationToken;

use super::State;
use crate::store;

/// How many rows one transaction seals.
const BATCH: i64 = 200;

/// Keeps house until `shutdown`.
pub(crate) async fn keep_house(state: State, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = once(&state, &shutdown).await {
            tracing::warn!(?error, "personal data is sealed and purged later");
        }
        tokio::select! {
            () = tokio::time::sleep(state.settings.housekeeping) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

async fn once(state: &State, shutdown: &CancellationToken) -> Result<(), GraphError> {
    let mut connection = state.database.connection().await?;
    let purged = store::purge_retained(&mut connection, Utc::now()).await?;
    metrics::counter!("user_retained_records_purged_total").increment(purged as u64);
    while !shutdown.is_cancelled() {
        let sealed = connection
            .transaction(async |connection| {
                let profiles = store::seal_profiles(connection, &state.vault, BATCH).await?;
                let addresses = store::seal_addresses(connection, &state.vault, BATCH).await?;
                Ok::<_, GraphError>(profiles + addresses)
            })
            .await?;
        if sealed == 0 {
            break;
        }
        tracing::info!(sealed, "personal data of an earlier release is sealed");
    }
    Ok(())
}
