//! What the order service tells of lines between their payment and their delivery, beyond the plain moves.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use platform::events::{Fact, append_all};
use schemars::JsonSchema;
use serde::Serialize;

use super::LineFact;
use crate::model::{LineRow, OrderId, OrderRow, UserId};

/// A buyer asks to cancel a line that the seller prepares, or that could not be delivered; the seller has to answer.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineCancelRequested {
    order_id: OrderId,
    order_number: String,
    buyer_id: UserId,
    line: LineFact,
    /// The buyer's words.
    reason: String,
    /// Without an answer until then, it is granted.
    answer_by: DateTime<Utc>,
    at: DateTime<Utc>,
}

/// A request to cancel a line was refused; the line goes on where it stood.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineCancelRefused {
    order_id: OrderId,
    order_number: String,
    buyer_id: UserId,
    line: LineFact,
    /// Why, for the buyer.
    reason: String,
    at: DateTime<Utc>,
}

/// A seller has not begun to prepare a paid line in time; told once.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinePreparationOverdue {
    order_id: OrderId,
    order_number: String,
    buyer_id: UserId,
    line: LineFact,
    /// Until when it was to be prepared.
    prepare_by: DateTime<Utc>,
    at: DateTime<Utc>,
}

/// A line's parcel could not be delivered, is lost, or goes back to the seller.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineUndelivered {
    order_id: OrderId,
    order_number: String,
    buyer_id: UserId,
    line: LineFact,
    /// Until when the seller has to send it again; then it is cancelled.
    resend_by: DateTime<Utc>,
    at: DateTime<Utc>,
}

macro_rules! facts {
    ($($name:ident, $kind:literal;)*) => {$(
        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.order_id.to_string()
            }
        }
    )*};
}

facts! {
    LineCancelRequested, "line.cancel_requested";
    LineCancelRefused, "line.cancel_refused";
    LinePreparationOverdue, "line.preparation_overdue";
    LineUndelivered, "line.undelivered";
}

/// Lines with the orders that they belong to; a line whose order is not given is left out.
fn with_orders<'a>(
    orders: &'a [OrderRow],
    lines: &'a [LineRow],
) -> impl Iterator<Item = (&'a OrderRow, &'a LineRow)> + 'a {
    lines.iter().filter_map(|line| Some((orders.iter().find(|order| order.id == line.order_id)?, line)))
}

/// Tells that a buyer asks to cancel lines.
pub(crate) async fn tell_cancel_requested(
    connection: &mut AsyncPgConnection,
    order: &OrderRow,
    lines: &[LineRow],
    reason: &str,
    answer_by: DateTime<Utc>,
    trace: Option<&str>,
) -> QueryResult<()> {
    let fact = |line: &LineRow| LineCancelRequested {
        order_id: order.id,
        order_number: order.number.clone(),
        buyer_id: order.buyer_id,
        line: LineFact::from(line),
        reason: reason.to_owned(),
        answer_by,
        at: Utc::now(),
    };
    append_all(connection, &lines.iter().map(fact).collect::<Vec<_>>(), trace).await
}

/// Tells that the cancellation of lines was refused.
pub(crate) async fn tell_cancel_refused(
    connection: &mut AsyncPgConnection,
    orders: &[OrderRow],
    lines: &[LineRow],
    reason: &str,
    trace: Option<&str>,
) -> QueryResult<()> {
    let fact = |(order, line): (&OrderRow, &LineRow)| LineCancelRefused {
        order_id: order.id,
        order_number: order.number.clone(),
        buyer_id: order.buyer_id,
        line: LineFact::from(line),
        reason: reason.to_owned(),
        at: Utc::now(),
    };
    append_all(connection, &with_orders(orders, lines).map(fact).collect::<Vec<_>>(), trace).await
}

/// Tells that sellers have not begun to prepare lines in time.
pub(crate) async fn tell_preparation_overdue(
    connection: &mut AsyncPgConnection,
    orders: &[OrderRow],
    lines: &[LineRow],
    trace: Option<&str>,
) -> QueryResult<()> {
    let fact = |(order, line): (&OrderRow, &LineRow)| LinePreparationOverdue {
        order_id: order.id,
        order_number: order.number.clone(),
        buyer_id: order.buyer_id,
        line: LineFact::from(line),
        prepare_by: line.prepare_by.unwrap_or_default(),
        at: Utc::now(),
    };
    append_all(connection, &with_orders(orders, lines).map(fact).collect::<Vec<_>>(), trace).await
}

/// Tells that lines were not delivered.
pub(crate) async fn tell_undelivered(
    connection: &mut AsyncPgConnection,
    orders: &[OrderRow],
    lines: &[LineRow],
    at: DateTime<Utc>,
    trace: Option<&str>,
) -> QueryResult<()> {
    let fact = |(order, line): (&OrderRow, &LineRow)| LineUndelivered {
        order_id: order.id,
        order_number: order.number.clone(),
        buyer_id: order.buyer_id,
        line: LineFact::from(line),
        resend_by: line.resend_by.unwrap_or(at),
        at,
    };
    append_all(connection, &with_orders(orders, lines).map(fact).collect::<Vec<_>>(), trace).await
}
