//! The jobs: carriers are asked for parcels that they do not tell of, parcels that stand still are found, and those that
//! were not sent in time.

use std::time::Duration;

use chrono::Utc;
use diesel_async::RunQueryDsl as _;
use futures::StreamExt as _;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::{Failure, Shipping, mark_overdue, poll_shipment, stall_shipment};
use crate::store::{self, TakePolls};

const BATCH: i64 = 50;
const POLLS_AT_ONCE: usize = 8;
/// What a parcel's polling may take beyond the carrier's own time.
const LEASE_MARGIN: Duration = Duration::from_secs(30);

/// Looks again and again until `shutdown`.
pub(crate) async fn run(shipping: Shipping, shutdown: CancellationToken) {
    every("look after parcels", shipping.settings.look_interval, &shutdown, || look(&shipping)).await;
}

async fn look(shipping: &Shipping) -> Result<(), Failure> {
    let (polls, still, late) = {
        let mut connection = shipping.database.connection().await?;
        let lease_until = Utc::now() + shipping.settings.timeout * 2 + LEASE_MARGIN;
        (
            TakePolls { lease_until, limit: BATCH }.load(&mut connection).await?,
            store::to_stall(&mut connection, BATCH).await?,
            store::to_be_late(&mut connection, BATCH).await?,
        )
    };
    let polled = futures::stream::iter(polls).map(|row| poll_shipment(shipping, row)).buffer_unordered(POLLS_AT_ONCE);
    for outcome in polled.collect::<Vec<_>>().await {
        outcome?;
    }
    for id in still {
        stall_shipment(shipping, id).await?;
    }
    for id in late {
        mark_overdue(shipping, id).await?;
    }
    Ok(())
}
