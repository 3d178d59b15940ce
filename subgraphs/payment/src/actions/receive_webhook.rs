//! The provider calls: it is not believed, but asked.

use platform::graph::RequestContext;

use super::{Failure, Outcome, Payments, complete_order, find_outcome, record_outcome};
use crate::model::PaymentRow;
use crate::store;

/// Looks the payment up at the provider and records what it says. `None` for a key that is none of ours.
pub(crate) async fn receive_webhook(
    payments: &Payments,
    payment_key: &str,
    context: &RequestContext,
) -> Result<Option<PaymentRow>, Failure> {
    let mut connection = payments.database.connection().await?;
    let Some(row) = store::payment_by_key(&mut connection, payment_key).await? else {
        return Ok(None);
    };
    drop(connection);
    let outcome = find_outcome(payments, &row).await;
    // Only good news is taken from a call-back; a refusal may concern a request that is still on its way.
    if !matches!(outcome, Outcome::Taken(_) | Outcome::Waiting(_) | Outcome::Mismatch(_)) {
        return Ok(Some(row));
    }
    let recorded = record_outcome(payments, &row, &outcome, context.trace_parent.as_deref()).await?;
    if recorded.is_some() && matches!(outcome, Outcome::Taken(_)) {
        complete_order(payments, row.order_id, context).await;
    }
    Ok(Some(recorded.unwrap_or(row)))
}
