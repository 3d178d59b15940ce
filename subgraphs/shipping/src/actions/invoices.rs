//! A parcel gets a carrier and a tracking number (운송장 등록), and another one when that was wrong.

use chrono::{TimeDelta, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry};
use platform::business_days::add_business_time;
use platform::graph::RequestContext;
use platform::language::Language;

use super::{Failure, Shipping, record_move, require_seller};
use crate::error::{Refusal, UserErrorCode};
use crate::model::{Carrier, ShipmentDirection, ShipmentId, ShipmentRow};
use crate::rules::{ShipmentCommand, next_state, tracking_number};
use crate::store;

/// How long the carrier may take to scan a parcel that was announced in time, before it counts as late.
const PICK_UP_TIME: TimeDelta = TimeDelta::hours(24);

/// A number of a carrier's, in the form that its numbers have.
#[derive(Clone, Debug)]
pub(crate) struct Invoice {
    carrier: Carrier,
    /// Digits only.
    tracking_number: String,
}

impl Invoice {
    /// Reads a number as it was typed.
    pub(crate) fn read(carrier: Carrier, typed: &str, language: Language) -> Result<Self, Refusal> {
        let refused = || UserErrorCode::InvalidTrackingNumber.at(&["trackingNumber"], language);
        let tracking_number = tracking_number(carrier, typed).ok_or_else(refused)?;
        Ok(Self { carrier, tracking_number })
    }
}

/// Registers a parcel's tracking number.
pub(crate) async fn register_invoice(
    shipping: &Shipping,
    id: ShipmentId,
    invoice: &Invoice,
    context: &RequestContext,
) -> Result<ShipmentRow, Failure> {
    give_number(shipping, id, invoice, ShipmentCommand::RegisterInvoice, context).await
}

/// Corrects a parcel's tracking number while the carrier does not have it yet.
pub(crate) async fn change_invoice(
    shipping: &Shipping,
    id: ShipmentId,
    invoice: &Invoice,
    context: &RequestContext,
) -> Result<ShipmentRow, Failure> {
    give_number(shipping, id, invoice, ShipmentCommand::ChangeInvoice, context).await
}

async fn give_number(
    shipping: &Shipping,
    id: ShipmentId,
    invoice: &Invoice,
    command: ShipmentCommand,
    context: &RequestContext,
) -> Result<ShipmentRow, Failure> {
    let mut connection = shipping.database.connection().await?;
    let row = connection
        .transaction(async |connection| give_number_within(connection, id, invoice, command, context).await)
        .await?;
    drop(connection);
    shipping.outbox.wake();
    Ok(row)
}

/// The same in a transaction that is the caller's.
pub(super) async fn give_number_within(
    connection: &mut AsyncPgConnection,
    id: ShipmentId,
    invoice: &Invoice,
    command: ShipmentCommand,
    context: &RequestContext,
) -> Result<ShipmentRow, Failure> {
    let found = store::lock_shipment(connection, id).await?;
    let row = found.ok_or_else(|| UserErrorCode::ShipmentNotFound.at(&["shipmentId"], context.language))?;
    require_seller(row.seller_id, &["shipmentId"], context)?;
    number_parcel(connection, row, invoice, command, context).await
}

/// The same for a parcel that is locked, and that the caller may change.
pub(super) async fn number_parcel(
    connection: &mut AsyncPgConnection,
    mut row: ShipmentRow,
    invoice: &Invoice,
    command: ShipmentCommand,
    context: &RequestContext,
) -> Result<ShipmentRow, Failure> {
    let refuse = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let from = row.state;
    row.state = next_state(from, command).map_err(|code| refuse(code, "shipmentId"))?;
    // What one buyer ordered of one seller may be packed into one box.
    let others = store::shipments_by_number(connection, invoice.carrier, &invoice.tracking_number).await?;
    let is_other = |other: &ShipmentRow| (other.seller_id, other.buyer_id) != (row.seller_id, row.buyer_id);
    if others.iter().any(is_other) {
        return Err(refuse(UserErrorCode::TrackingNumberTaken, "trackingNumber"));
    }
    let now = Utc::now();
    let note = row.tracking_number.as_ref().map(|before| format!("{before} → {}", invoice.tracking_number));
    row.carrier = Some(invoice.carrier);
    row.tracking_number = Some(invoice.tracking_number.clone());
    row.invoiced_at = Some(now);
    row.next_poll_at = Some(now);
    row.poll_failures = 0;
    row.push_registered = false;
    row.last_scan_at = None;
    if row.direction != ShipmentDirection::Return && !row.overdue {
        row.overdue_at = Some(add_business_time(row.dispatch_by, PICK_UP_TIME));
    }
    let told = row.state;
    audit::of_staff(connection, context, Entry::on("shipping", row.id).moved(from, told)).await?;
    record_move(connection, from, &row, &[told], note.as_deref(), context.trace_parent.as_deref()).await?;
    metrics::counter!("shipments_invoiced_total", "carrier" => invoice.carrier.as_str()).increment(1);
    Ok(row)
}
