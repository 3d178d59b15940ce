//! Ends requests for approval whose time is over.

use tokio_util::sync::CancellationToken;

use crate::actions::{Desk, expire_due};

/// Looks for such requests until `shutdown`.
pub(crate) async fn expire_requests(desk: Desk, shutdown: CancellationToken) {
    let interval = desk.settings.expiry_interval;
    while !shutdown.is_cancelled() {
        if let Err(error) = expire_due(&desk).await {
            tracing::warn!(?error, "requests for approval will be looked at again");
        }
        tokio::select! {
            () = tokio::time::sleep(interval) => {}
            () = shutdown.cancelled() => {}
        }
    }
}
