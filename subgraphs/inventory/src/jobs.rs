//! The expiry job: reservations whose order did not come back are freed.

use std::time::Duration;

use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::{Inventory, expire_reservation};
use crate::error::Failure;
use crate::store;

const BATCH: i64 = 200;

/// Looks every `interval` until `shutdown`.
pub(crate) async fn expire(inventory: Inventory, interval: Duration, shutdown: CancellationToken) {
    every("expire reservations", interval, &shutdown, || look(&inventory)).await;
}

async fn look(inventory: &Inventory) -> Result<(), Failure> {
    let overdue = {
        let mut connection = inventory.database.connection().await?;
        store::overdue(&mut connection, BATCH).await?
    };
    metrics::counter!("reservations_expired_total").increment(overdue.len() as u64);
    for order_id in overdue {
        expire_reservation(inventory, order_id).await?;
    }
    Ok(())
}
