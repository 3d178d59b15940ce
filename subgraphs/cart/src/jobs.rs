//! What the cart service does by itself.

use std::time::Duration;

use chrono::Utc;
use platform::errors::GraphError;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::Carts;
use crate::store;

const EVERY: Duration = Duration::from_secs(3_600);

/// Removes carts that guests have forgotten, every hour until `shutdown`.
pub(crate) async fn remove_old_guest_carts(carts: Carts, shutdown: CancellationToken) {
    every("remove old guest carts", EVERY, &shutdown, || remove(&carts)).await;
}

async fn remove(carts: &Carts) -> Result<(), GraphError> {
    let before = Utc::now() - carts.settings.guest_lifetime;
    let removed = store::remove_guest_carts(&mut *carts.database.connection().await?, before).await?;
    tracing::debug!(removed, "old carts of guests removed");
    Ok(())
}
