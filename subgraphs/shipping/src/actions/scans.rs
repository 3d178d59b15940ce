//! Carriers tell where parcels are, by themselves or when they are asked.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::business_days::add_business_time;

use super::{Failure, Shipping, record_move};
use crate::carriers::{PushRequest, Reach, Scan, TrackerError};
use crate::model::{Carrier, ShipmentId, ShipmentRow, ShipmentState, TrackingEventId, TrackingEventRow};
use crate::rules::{moving, state_after, told_between};
use crate::store;

/// The most scans of a parcel that are read at once.
const MOST_SCANS: usize = 500;
/// The longest description or location that is kept, in characters.
const LONGEST_TEXT: usize = 200;
/// A scan that is further ahead of our clock than this is nonsense.
const MOST_AHEAD: TimeDelta = TimeDelta::days(1);
/// After a failure a carrier is asked again in this time, and twice as long each time that it fails.
const FIRST_RETRY: Duration = Duration::from_secs(5);
const LONGEST_RETRY: Duration = Duration::from_secs(6 * 3_600);

/// Keeps the scans of a carrier's number, for every parcel that travels under it.
pub(crate) async fn receive_scans(
    shipping: &Shipping,
    carrier: Carrier,
    number: &str,
    scans: &[Scan],
) -> Result<(), Failure> {
    let rows = {
        let mut connection = shipping.database.connection().await?;
        store::shipments_by_number(&mut connection, carrier, number).await?
    };
    for row in rows {
        keep_scans(shipping, row.id, carrier, number, scans).await?;
    }
    Ok(())
}

async fn keep_scans(
    shipping: &Shipping,
    id: ShipmentId,
    carrier: Carrier,
    number: &str,
    scans: &[Scan],
) -> Result<(), Failure> {
    let mut connection = shipping.database.connection().await?;
    let moved = connection
        .transaction(async |connection| {
            let row = store::lock_shipment(connection, id).await?;
            // The number may have been changed since it was asked for.
            let same =
                |row: &ShipmentRow| row.carrier == Some(carrier) && row.tracking_number.as_deref() == Some(number);
            let Some(row) = row.filter(same) else { return Ok(false) };
            apply(shipping, connection, row, number, scans).await
        })
        .await?;
    drop(connection);
    if moved {
        shipping.outbox.wake();
    }
    Ok(())
}

/// Works the state out anew from all scans. Returns whether the parcel moved.
async fn apply(
    shipping: &Shipping,
    connection: &mut AsyncPgConnection,
    mut row: ShipmentRow,
    number: &str,
    scans: &[Scan],
) -> Result<bool, Failure> {
    let of_number = |rows: Vec<TrackingEventRow>| -> Vec<TrackingEventRow> {
        rows.into_iter().filter(|scan| scan.tracking_number == number).collect()
    };
    let before = of_number(store::scans_of(connection, &[row.id]).await?);
    let now = Utc::now();
    let sensible = scans.iter().filter(|scan| scan.occurred_at <= now + MOST_AHEAD).take(MOST_SCANS);
    let new = sensible.map(|scan| kept(scan, row.id, number)).collect::<Vec<_>>();
    let count = store::insert_scans(connection, &new).await?;
    if count == 0 {
        return Ok(false);
    }
    metrics::counter!("shipment_scans_total").increment(count as u64);
    let after = of_number(store::scans_of(connection, &[row.id]).await?);
    let state = |scans: &[TrackingEventRow]| state_after(scans.iter().map(|scan| scan.code));
    let newest = |scans: &[TrackingEventRow]| scans.last().map(|scan| scan.occurred_at);
    let (was, is) = (state(&before), state(&after));
    let from = row.state;
    // Only a scan that is newer than all others tells that a parcel does not stand still any more.
    let revived = newest(&after) > newest(&before);
    if from != ShipmentState::Stalled || is != was || revived {
        row.state = is;
    }
    set_times(shipping, &mut row, &after);
    if row.state == from {
        store::update_shipment(connection, &row).await?;
        return Ok(false);
    }
    let told = told_between(was, row.state);
    record_move(connection, from, &row, &told, None, None).await?;
    Ok(true)
}

fn kept(scan: &Scan, shipment_id: ShipmentId, number: &str) -> TrackingEventRow {
    let short = |text: &str| text.chars().filter(|character| !character.is_control()).take(LONGEST_TEXT).collect();
    TrackingEventRow {
        id: TrackingEventId::new(),
        shipment_id,
        tracking_number: number.to_owned(),
        code: scan.tracking_code(),
        description: short(&scan.description),
        location: scan.location.as_deref().map(short),
        occurred_at: scan.occurred_at,
    }
}

/// The times that follow from the state and the scans.
fn set_times(shipping: &Shipping, row: &mut ShipmentRow, scans: &[TrackingEventRow]) {
    let stall_after = TimeDelta::from_std(shipping.settings.stall_after).unwrap_or(TimeDelta::MAX);
    row.last_scan_at = scans.last().map(|scan| scan.occurred_at);
    let is_carried =
        matches!(row.state, ShipmentState::PickedUp | ShipmentState::InTransit | ShipmentState::OutForDelivery);
    row.stall_at = row.last_scan_at.filter(|_| is_carried).map(|at| add_business_time(at, stall_after));
    if row.state != ShipmentState::Invoiced {
        row.overdue_at = None;
        row.picked_up_at = row.picked_up_at.or(first_after(scans, ShipmentState::Invoiced));
    }
    if row.state == ShipmentState::Delivered {
        row.delivered_at = row.delivered_at.or(row.last_scan_at);
    }
    if !moving(row.state) {
        row.next_poll_at = None;
    }
}

/// When the first scan happened by which a parcel left a state.
fn first_after(scans: &[TrackingEventRow], state: ShipmentState) -> Option<DateTime<Utc>> {
    scans.iter().find(|scan| state_after([scan.code]) != state).map(|scan| scan.occurred_at)
}

/// Asks the carrier of a parcel that was taken for it, and notes when to ask again.
pub(crate) async fn poll_shipment(shipping: &Shipping, row: ShipmentRow) -> Result<(), Failure> {
    let (Some(carrier), Some(number)) = (row.carrier, row.tracking_number.clone()) else { return Ok(()) };
    let Some(reach) = shipping.carriers.get(&carrier) else { return Ok(()) };
    let registered = row.push_registered || register(reach, &number).await;
    let asked = reach.tracker.track(&number).await;
    let outcome = match &asked {
        Ok(_) => "answered",
        Err(TrackerError::UnknownNumber) => "unknown",
        Err(TrackerError::Unavailable(_)) => "unavailable",
    };
    metrics::counter!("tracking_polls_total", "carrier" => carrier.as_str(), "outcome" => outcome).increment(1);
    let (failures, wait) = match &asked {
        Ok(_) => (0, shipping.settings.poll_interval),
        Err(error) => {
            tracing::info!(carrier = carrier.as_str(), shipment = %row.id, %error, "a carrier did not tell of a parcel");
            let failures = row.poll_failures.saturating_add(1);
            (failures, retry_after(failures).min(shipping.settings.poll_interval.max(LONGEST_RETRY)))
        }
    };
    {
        let mut connection = shipping.database.connection().await?;
        store::note_poll(&mut connection, &row, Utc::now() + wait, failures, registered).await?;
    }
    if let Ok(scans) = asked {
        keep_scans(shipping, row.id, carrier, &number, &scans).await?;
    }
    Ok(())
}

/// Whether the carrier will tell of the parcel by itself.
async fn register(reach: &Reach, number: &str) -> bool {
    let request = PushRequest { tracking_number: number.to_owned(), callback_url: reach.callback_url.clone() };
    reach.tracker.register(&request).await.is_ok()
}

/// How long to wait after so many failures.
fn retry_after(failures: i32) -> Duration {
    let doublings = u32::try_from(failures - 1).unwrap_or(0).min(16);
    (FIRST_RETRY * 2_u32.pow(doublings)).min(LONGEST_RETRY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_and_longer_but_not_for_ever() {
        assert_eq!(retry_after(1), FIRST_RETRY);
        assert_eq!(retry_after(3), FIRST_RETRY * 4);
        assert_eq!(retry_after(i32::MAX), LONGEST_RETRY);
    }
}
