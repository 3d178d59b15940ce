//! Ends requests for approval whose time is over.

use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::{Desk, expire_due};

/// Looks for such requests until `shutdown`.
pub(crate) async fn expire_requests(desk: Desk, shutdown: CancellationToken) {
    every("expire approval requests", desk.settings.expiry_interval, &shutdown, || expire_due(&desk)).await;
}
