//! Time goes by: paid lines that nobody prepares are told of, and what is on its way for ever comes to an end.

use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;

use super::Orders;
use crate::error::Failure;
use crate::events::tell_preparation_overdue;
use crate::model::OrderId;
use crate::store;

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
