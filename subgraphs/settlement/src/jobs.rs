//! What happens because time passes: periods end, and payouts are due.

use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::{Settlements, run_settlements, send_due_payouts};

/// Settles when a period is over, looking every so often until `shutdown`.
pub(crate) async fn settle(desk: Settlements, shutdown: CancellationToken) {
    every("settle", desk.settings.interval, &shutdown, || run_settlements(&desk)).await;
}

/// Sends payouts that are due, at once when one was approved, until `shutdown`.
pub(crate) async fn pay(desk: Settlements, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = send_due_payouts(&desk).await {
            tracing::warn!(?error, "payouts will be tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(desk.settings.interval) => {}
            () = desk.payouts.notified() => {}
            () = shutdown.cancelled() => {}
        }
    }
}
