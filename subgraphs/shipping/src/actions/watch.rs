//! Time goes by: parcels that stand still, and parcels that were not sent in time.

use chrono::Utc;
use diesel_async::AsyncConnection as _;

use super::{Failure, Shipping, lines_travelling, record_move};
use crate::events::{ShipmentFact, tell_overdue};
use crate::model::{ShipmentId, ShipmentState};
use crate::rules::{ShipmentCommand, next_state};
use crate::store;

/// Nobody has scanned a parcel for too long.
pub(crate) async fn stall_shipment(shipping: &Shipping, id: ShipmentId) -> Result<(), Failure> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            let row = store::lock_shipment(connection, id).await?;
            // A scan may have come since the parcel was found.
            let Some(mut row) = row.filter(|row| row.stall_at.is_some_and(|at| at <= Utc::now())) else {
                return Ok(());
            };
            let from = row.state;
            row.stall_at = None;
            match next_state(from, ShipmentCommand::Stall) {
                Ok(state) => {
                    row.state = state;
                    record_move(connection, from, &row, &[ShipmentState::Stalled], None, None).await?;
                    metrics::counter!("shipments_stalled_total").increment(1);
                }
                Err(_) => store::update_shipment(connection, &row).await?,
            }
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    shipping.outbox.wake();
    Ok(())
}

/// A parcel's time to be sent is over.
pub(crate) async fn mark_overdue(shipping: &Shipping, id: ShipmentId) -> Result<(), Failure> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            let row = store::lock_shipment(connection, id).await?;
            let now = Utc::now();
            let Some(mut row) = row.filter(|row| row.overdue_at.is_some_and(|at| at <= now)) else { return Ok(()) };
            row.overdue_at = None;
            row.overdue = true;
            store::update_shipment(connection, &row).await?;
            let lines = lines_travelling(connection, &row).await?;
            tell_overdue(connection, row.direction, ShipmentFact::of(&row, lines, now)).await?;
            metrics::counter!("shipments_overdue_total").increment(1);
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    shipping.outbox.wake();
    Ok(())
}
