//! Lines that sellers prepare come into parcels, and leave them when they are cancelled.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::business_days::{add_business_days, day_in_seoul, start_of_day};
use platform::events::{Event, HandlerError, first_delivery};
use platform::graph::RequestContext;

use super::invoices::{Invoice, number_parcel};
use super::quote::Policies;
use super::{Failure, Shipping};
use crate::events::{ClaimFact, LineMoved, OrderPaid, ShipmentFact, tell};
use crate::model::{
    ClaimId, LineId, SellerId, ShipmentDirection, ShipmentId, ShipmentLineRow, ShipmentRow, ShipmentState,
    StateChangeRow,
};
use crate::rules::{ShipmentCommand, bundle_key, carrier_named, dispatch_by, next_state, resendable, unsent};
use crate::store;

const CONSUMER: &str = "shipping";
/// How long a seller has to have goods collected that come back, in business days.
const COLLECTION_DAYS: u32 = 3;

/// Remembers when an order was paid: its parcels have to be sent from then on. Can be repeated without harm.
pub(crate) async fn note_payment(
    shipping: &Shipping,
    fact: &OrderPaid,
    occurred_at: DateTime<Utc>,
) -> Result<(), HandlerError> {
    let mut connection = shipping.database.connection().await?;
    Ok(store::note_payment(&mut connection, fact.order_id, fact.paid_at.unwrap_or(occurred_at)).await?)
}

/// Puts a line that the seller prepares into the parcel of its bundle.
pub(crate) async fn collect_line(shipping: &Shipping, event: &Event, fact: &LineMoved) -> Result<(), HandlerError> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            if first_delivery(connection, event.id, CONSUMER).await? {
                collect(connection, event, fact).await?;
            }
            QueryResult::Ok(())
        })
        .await?;
    drop(connection);
    shipping.outbox.wake();
    Ok(())
}

async fn collect(connection: &mut AsyncPgConnection, event: &Event, fact: &LineMoved) -> QueryResult<()> {
    let line = &fact.line;
    // What did not arrive goes out again, in a parcel of its own time.
    let before = store::lock_shipment_of_line(connection, line.line_id).await?;
    let before = before.filter(|row| resendable(row.state));
    let resent = before.is_some();
    if let Some(row) = before {
        store::release_line(connection, row.id, line.line_id).await?;
    }
    let prepared_at = fact.at.unwrap_or(event.occurred_at);
    let policies = Policies::read(connection, &[line.product_id], &[line.seller_id]).await?;
    let policy = policies.of(line.product_id, line.seller_id);
    let key = bundle_key(policy, line.product_id, line.seller_id);
    let paid_at = if resent { None } else { store::paid_at(connection, fact.order_id).await? };
    let paid_at = paid_at.unwrap_or(prepared_at);
    let row = ShipmentRow {
        order_id: fact.order_id,
        seller_order_id: line.seller_order_id,
        seller_id: line.seller_id,
        buyer_id: fact.buyer_id,
        bundle_key: key,
        ..new_shipment(ShipmentDirection::Outbound, dispatch_by(policy, paid_at))
    };
    let created = store::insert_shipment(connection, &row).await?;
    let found = store::lock_collecting(connection, fact.order_id, line.seller_id, key).await?;
    let shipment = found.ok_or(diesel::result::Error::NotFound)?;
    let sent = ShipmentLineRow {
        shipment_id: shipment.id,
        line_id: line.line_id,
        outbound: true,
        product_id: Some(line.product_id),
        title: line.title.clone(),
        variant_name: line.variant_name.clone(),
        quantity: line.quantity,
    };
    let added = store::insert_lines(connection, &[sent]).await?;
    match (created, added) {
        // Another event told of the line before; a parcel of nothing is none.
        (true, 0) => store::delete_shipment(connection, shipment.id).await,
        (true, _) => created_shipment(connection, &shipment, vec![line.line_id], event).await,
        (false, _) => Ok(()),
    }
}

/// Records that a parcel is there, and tells it.
async fn created_shipment(
    connection: &mut AsyncPgConnection,
    row: &ShipmentRow,
    lines: Vec<LineId>,
    event: &Event,
) -> QueryResult<()> {
    store::insert_change(connection, &first_change(row)).await?;
    let fact = ShipmentFact::of(row, lines, row.created_at);
    tell(connection, row.direction, ShipmentState::Ready, fact, event.trace_parent.as_deref()).await
}

/// The beginning of a parcel's history.
pub(super) fn first_change(row: &ShipmentRow) -> StateChangeRow {
    StateChangeRow {
        shipment_id: row.id,
        from_state: None,
        to_state: ShipmentState::Ready,
        note: None,
        changed_at: row.created_at,
    }
}

/// A parcel that nothing is known of yet.
fn new_shipment(direction: ShipmentDirection, dispatch_by: DateTime<Utc>) -> ShipmentRow {
    let (id, now) = (ShipmentId::new(), Utc::now());
    let nobody = uuid::Uuid::nil();
    ShipmentRow {
        id,
        direction,
        order_id: nobody.into(),
        seller_order_id: None,
        seller_id: nobody.into(),
        buyer_id: None,
        claim_id: None,
        bundle_key: id.0,
        state: ShipmentState::Ready,
        carrier: None,
        tracking_number: None,
        dispatch_by,
        overdue_at: (direction != ShipmentDirection::Return).then_some(dispatch_by),
        overdue: false,
        last_scan_at: None,
        stall_at: None,
        next_poll_at: None,
        poll_failures: 0,
        push_registered: false,
        created_at: now,
        invoiced_at: None,
        picked_up_at: None,
        delivered_at: None,
        updated_at: now,
    }
}

/// Lines are not sent any more, as far as their carrier does not have them yet; a parcel without lines is none. With
/// `ready_only`, an invoiced parcel keeps its lines.
pub(crate) async fn leave_shipments(
    shipping: &Shipping,
    event: &Event,
    lines: &[LineId],
    ready_only: bool,
) -> Result<(), HandlerError> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            if !first_delivery(connection, event.id, CONSUMER).await? {
                return QueryResult::Ok(());
            }
            for line in lines {
                let Some(row) = store::lock_shipment_of_line(connection, *line).await? else { continue };
                let kept = ready_only && row.state != ShipmentState::Ready;
                if kept || next_state(row.state, ShipmentCommand::RemoveLine).is_err() {
                    continue;
                }
                store::delete_line(connection, row.id, *line).await?;
                if store::lines_of(connection, &[row.id]).await?.is_empty() {
                    store::delete_shipment(connection, row.id).await?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Goods come back for a claim: their collection waits for a carrier. A cancellation brings nothing back.
pub(crate) async fn collect_return(shipping: &Shipping, event: &Event, fact: &ClaimFact) -> Result<(), HandlerError> {
    if fact.kind == "CANCEL" {
        return Ok(());
    }
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            claim_parcel(connection, ShipmentDirection::Return, event, fact).await.map(|_| ())
        })
        .await?;
    drop(connection);
    shipping.outbox.wake();
    Ok(())
}

/// Other goods go to the buyer in exchange for what came back. The number that the seller gave to the claim becomes their
/// parcel's, where it is one of a carrier that is known here; else the parcel waits for one.
pub(crate) async fn send_replacement(shipping: &Shipping, event: &Event, fact: &ClaimFact) -> Result<(), HandlerError> {
    let context = RequestContext::of_service(CONSUMER, event.trace_parent.as_deref());
    let carrier = fact.carrier.as_deref().and_then(carrier_named);
    let invoice = carrier.zip(fact.tracking_number.as_deref());
    // A number that is none of the carrier's is no worse than none: the parcel waits for the right one.
    let invoice = invoice.and_then(|(carrier, typed)| Invoice::read(carrier, typed, context.language).ok());
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            let Some(row) = claim_parcel(connection, ShipmentDirection::Exchange, event, fact).await? else {
                return Ok(());
            };
            let Some(invoice) = invoice else { return Ok(()) };
            match number_parcel(connection, row, &invoice, ShipmentCommand::RegisterInvoice, &context).await {
                // Another buyer's number.
                Err(Failure::Refused(_)) => Ok(()),
                other => other.map(|_| ()),
            }
        })
        .await
        .map_err(|failure| HandlerError(format!("{failure:?}")))?;
    drop(connection);
    shipping.outbox.wake();
    Ok(())
}

/// Writes a claim's parcel that goes this way, unless it is there already: the event can be repeated without harm.
async fn claim_parcel(
    connection: &mut AsyncPgConnection,
    direction: ShipmentDirection,
    event: &Event,
    fact: &ClaimFact,
) -> QueryResult<Option<ShipmentRow>> {
    let ids: Vec<LineId> = fact.lines.iter().map(|line| line.line_id).collect();
    let sent = store::sent_lines(connection, &ids).await?;
    let begun_at = fact.at.unwrap_or(event.occurred_at);
    let dispatch_by = match direction {
        ShipmentDirection::Exchange => send_again_by(connection, fact.seller_id, &sent, begun_at).await?,
        _ => start_of_day(add_business_days(day_in_seoul(begun_at), COLLECTION_DAYS + 1)),
    };
    let row = ShipmentRow {
        order_id: fact.order_id,
        seller_order_id: fact.seller_order_id,
        seller_id: fact.seller_id,
        buyer_id: fact.buyer_id,
        claim_id: Some(fact.claim_id),
        ..new_shipment(direction, dispatch_by)
    };
    if !store::insert_shipment(connection, &row).await? {
        return Ok(None);
    }
    let lines = fact.lines.iter().map(|line| {
        let known = sent.iter().find(|sent| sent.line_id == line.line_id);
        let new_name = line.new_variant_name.clone().filter(|_| direction == ShipmentDirection::Exchange);
        ShipmentLineRow {
            shipment_id: row.id,
            line_id: line.line_id,
            outbound: false,
            product_id: known.and_then(|known| known.product_id),
            title: known.map(|known| known.title.clone()).unwrap_or_default(),
            variant_name: new_name.or_else(|| Some(known?.variant_name.clone())).unwrap_or_default(),
            quantity: line.quantity,
        }
    });
    let lines: Vec<ShipmentLineRow> = lines.collect();
    store::insert_lines(connection, &lines).await?;
    created_shipment(connection, &row, ids, event).await?;
    Ok(Some(row))
}

/// Until when what replaces goods has to be sent: as long after `begun_at` as the goods themselves after their payment.
/// Of goods that were not sent in a parcel of ours, the product is not known here, and the seller's default policy counts.
async fn send_again_by(
    connection: &mut AsyncPgConnection,
    seller_id: SellerId,
    sent: &[ShipmentLineRow],
    begun_at: DateTime<Utc>,
) -> QueryResult<DateTime<Utc>> {
    let products: Vec<_> = sent.iter().filter_map(|line| line.product_id).collect();
    let policies = Policies::read(connection, &products, &[seller_id]).await?;
    let last = products.iter().map(|product| dispatch_by(policies.of(*product, seller_id), begun_at)).max();
    Ok(last.unwrap_or_else(|| dispatch_by(policies.default_of(seller_id), begun_at)))
}

/// A claim is over: what replaced its goods went another way than by the parcel that still is to be packed.
pub(crate) async fn end_replacement(shipping: &Shipping, claim_id: ClaimId) -> Result<(), HandlerError> {
    let mut connection = shipping.database.connection().await?;
    Ok(store::delete_unsent_replacement(&mut connection, claim_id).await?)
}

/// A claim ended without its goods: nobody comes for them any more. A collection that the carrier has already goes on.
pub(crate) async fn end_collection(shipping: &Shipping, event: &Event, claim_id: ClaimId) -> Result<(), HandlerError> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            // Once an event: the claim may be approved again, and then there is another collection.
            if !first_delivery(connection, event.id, CONSUMER).await? {
                return QueryResult::Ok(());
            }
            let row = store::lock_collection(connection, claim_id).await?;
            if let Some(row) = row.filter(|row| unsent(row.state)) {
                store::delete_shipment(connection, row.id).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}
