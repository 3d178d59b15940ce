//! What the service does by itself.

use std::time::Duration;

use platform::jobs::rest;
use tokio_util::sync::CancellationToken;

use crate::actions::{Search, read_products, reconcile, write_searches};
use crate::store;

/// Reads products that are due, and pages of all that is on sale, until `shutdown`.
pub(crate) async fn read(search: Search, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let (products, page) = (read_products(&search).await, reconcile(&search).await);
        let more = [&products, &page].into_iter().any(|read| matches!(read, Ok(true)));
        let failed = products.is_err() || page.is_err();
        for error in [products.err(), page.err()].into_iter().flatten() {
            tracing::warn!(%error, "products will be read again");
        }
        if failed {
            rest(Duration::from_secs(5), &shutdown).await;
        } else if !more {
            rest(Duration::from_millis(500), &shutdown).await;
        }
    }
}

/// Writes down who looked for what, until `shutdown`, and once more then.
pub(crate) async fn write(search: Search, shutdown: CancellationToken) {
    let mut rounds = 0_u32;
    loop {
        let last = shutdown.is_cancelled();
        if let Err(error) = write_searches(&search).await {
            tracing::warn!(%error, "searches will be counted later");
        }
        if rounds.is_multiple_of(3_600) {
            forget(&search).await;
        }
        rounds = rounds.wrapping_add(1);
        if last {
            return;
        }
        rest(Duration::from_secs(1), &shutdown).await;
    }
}

async fn forget(search: &Search) {
    let Ok(mut connection) = search.database.connection().await else { return };
    if let Err(error) = store::forget_looked_for(&mut connection, search.trends.kept_since()).await {
        tracing::warn!(%error, "old searches will be forgotten later");
    }
}
