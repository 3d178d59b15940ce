//! An order is given up: its payment must not be taken any more.

use super::{Failure, Payments};
use crate::model::{OrderId, PaymentRow, PaymentState};
use crate::rules::PaymentCommand;
use crate::store::{self, PaymentChange};

/// Aborts the order's payment. Returns whether it is certain that no money was or will be taken, and the payment.
pub(crate) async fn abort_payment(
    payments: &Payments,
    order_id: OrderId,
) -> Result<(bool, Option<PaymentRow>), Failure> {
    let mut connection = payments.database.connection().await?;
    let Some(row) = store::payment_by_order(&mut connection, order_id).await? else {
        return Ok((true, None));
    };
    let change = PaymentChange { state: Some(PaymentState::Aborted), ..PaymentChange::default() };
    if let Some(aborted) = store::move_payment(&mut connection, row.id, PaymentCommand::Abort, change).await? {
        return Ok((true, Some(aborted)));
    }
    let row = store::payment_by_order(&mut connection, order_id).await?;
    let dead = row.as_ref().is_some_and(|row| matches!(row.state, PaymentState::Aborted | PaymentState::Expired));
    Ok((dead, row))
}
