//! Time goes by: paid lines that nobody prepares are told of, and what is on its way for ever comes to an end.

use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;

use super::Orders;
use crate::error::Failure;
use crate::events::{ShipmentFact, tell_preparation_overdue};
use crate::model::{LineId, OrderId};
use crate::store;

/// A parcel was not sent in time: from now on its lines are cancelled at once when their buyer wants that. A parcel from
/// before a line was sent again says nothing of it.
pub(crate) async fn hear_late_parcel(orders: &Orders, fact: &ShipmentFact) -> Result<(), Failure> {
    let mut connection = orders.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::lock_orders_of_lines(connection, &fact.line_ids).await?;
            let mut lines = store::lock_lines(connection, &fact.line_ids).await?;
            lines.retain(|line| {
                let is_of_part = fact.seller_order_id.is_none_or(|id| line.seller_order_id == id);
                is_of_part && line.undelivered_at.is_none_or(|known| fact.at > known)
            });
            let ids: Vec<LineId> = lines.iter().map(|line| line.id).collect();
            store::mark_sent_late(connection, &ids, fact.at).await
        })
        .await?;
    Ok(())
}

/// Tells, once, of paid lines whose preparation is late.
pub(crate) async fn tell_late_lines(orders: &Orders, limit: i64, context: &RequestContext) -> Result<(), Failure> {
    let mut connection = orders.database.connection().await?;
    let count = connection
        .transaction(async |connection| {
            let lines = store::mark_late_lines(connection, limit).await?;
            let mut ids: Vec<OrderId> = lines.iter().map(|line| line.order_id).collect();
            ids.sort_unstable();
            ids.dedup();
            let known = store::orders_by_id(connection, &ids).await?;
            tell_preparation_overdue(connection, &known, &lines, context.trace_parent.as_deref()).await?;
            diesel::QueryResult::Ok(lines.len())
        })
        .await?;
    drop(connection);
    if count > 0 {
        metrics::counter!("order_lines_late_total").increment(u64::try_from(count).unwrap_or_default());
        orders.outbox.wake();
    }
    Ok(())
}
