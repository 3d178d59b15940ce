//! What the cart service does by itself.

use std::time::Duration;

use chrono::Utc;
use tokio_util::sync::CancellationToken;

use crate::actions::Carts;
use crate::store;

const EVERY: Duration = Duration::from_secs(3_600);

/// Removes carts that guests have forgotten, every hour until `shutdown`.
pub(crate) async fn remove_old_guest_carts(carts: Carts, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let before = Utc::now() - carts.settings.guest_lifetime;
        match carts.database.connection().await {
            Ok(mut connection) => match store::remove_guest_carts(&mut connection, before).await {
                Ok(removed) => tracing::debug!(removed, "old carts of guests removed"),
                Err(error) => tracing::warn!(%error, "old carts of guests stay for now"),
            },
            Err(error) => tracing::warn!(%error, "old carts of guests stay for now"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = shutdown.cancelled() => {}
        }
    }
}
