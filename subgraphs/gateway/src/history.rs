//! The history of supergraphs: a process that comes up with another one than the last writes it down and tells it.

use std::time::Duration;

use diesel_async::AsyncConnection as _;
use platform::errors::GraphError;
use platform::events::append;
use tokio_util::sync::CancellationToken;

use crate::actions::Gateway;
use crate::events::SupergraphChanged;
use crate::front_door::{SupergraphInForce, attached_soon};
use crate::store;

/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_secs(5);

/// Writes the supergraph in force down, as soon as there is one and the database answers.
pub(crate) async fn keep_history(gateway: Gateway, shutdown: CancellationToken) {
    let work = async {
        let Some(in_force) = (attached_soon().await.supergraph)() else { return };
        while let Err(error) = write_down(&gateway, &in_force).await {
            tracing::warn!(error = %error.message, "the supergraph in force is not written down yet");
            tokio::time::sleep(PAUSE).await;
        }
    };
    let _ended = shutdown.run_until_cancelled(work).await;
}

async fn write_down(gateway: &Gateway, in_force: &SupergraphInForce) -> Result<(), GraphError> {
    let mut connection = gateway.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::lock_history(connection).await?;
            let before = store::newest_supergraph(connection).await?;
            if before.as_ref().is_some_and(|before| before.hash == in_force.hash) {
                return Ok(());
            }
            let row = store::insert_supergraph(connection, &in_force.hash, &in_force.subgraphs, &in_force.sdl).await?;
            let fact = SupergraphChanged {
                hash: row.hash,
                previous_hash: before.map(|before| before.hash),
                subgraphs: row.subgraphs,
                in_force_since: row.in_force_since,
            };
            append(connection, &fact, None).await?;
            Ok(())
        })
        .await
}
