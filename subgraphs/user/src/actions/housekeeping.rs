//! What the service does by itself: it seals what earlier releases wrote plain, and removes records and verifications whose
//! time is over.

use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::database::Database;
use platform::errors::GraphError;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use super::State;
use crate::store;
use crate::vault::Vault;

/// How many rows one transaction seals.
const BATCH: i64 = 200;

/// Keeps house until `shutdown`.
pub(crate) async fn keep_house(state: State, shutdown: CancellationToken) {
    every("seal and purge personal data", state.settings.housekeeping, &shutdown, || once(&state)).await;
}

async fn once(state: &State) -> Result<(), GraphError> {
    let mut connection = state.database.connection().await?;
    store::purge_verifications(&mut connection, Utc::now()).await?;
    let purged = store::purge_retained(&mut connection, Utc::now()).await?;
    drop(connection);
    metrics::counter!("user_retained_records_purged_total").increment(purged as u64);
    seal_what_is_plain(&state.database, &state.vault).await
}

/// Seals what releases before sealing have written. Nothing reads it before: call it before anything is asked.
pub(crate) async fn seal_what_is_plain(database: &Database, vault: &Vault) -> Result<(), GraphError> {
    let mut connection = database.connection().await?;
    loop {
        let sealed =
            connection.transaction(async |connection| store::seal_plain(connection, vault, BATCH).await).await?;
        if sealed == 0 {
            return Ok(());
        }
        tracing::info!(sealed, "personal data of an earlier release is sealed");
    }
}
