//! An order is given up: its payment must not be taken any more.

use platform::graph::RequestContext;

use super::close_payment::{Closing, close_deposit, record_paid};
use super::{Failure, Outcome, Payments};
use crate::model::{OrderId, PaymentRow, PaymentState};
use crate::rules::PaymentCommand;
use crate::store::{self, PaymentChange};

/// Aborts the order's payment. A virtual account that waits to be paid into is left alone, unless `closes_deposit`: then the
/// provider closes it first. Returns whether it is certain that no money was or will be taken, and the payment.
pub(crate) async fn abort_payment(
    payments: &Payments,
    order_id: OrderId,
    closes_deposit: bool,
    context: &RequestContext,
) -> Result<(bool, Option<PaymentRow>), Failure> {
    let known = store::payment_by_order(&mut *payments.database.connection().await?, order_id).await?;
    let Some(row) = known else { return Ok((true, None)) };
    let may_abort = match row.state {
        PaymentState::Ready => true,
        PaymentState::WaitingForDeposit if closes_deposit => match close_deposit(payments, &row).await {
            Closing::Closed => true,
            Closing::Other(outcome) => {
                if matches!(*outcome, Outcome::Taken(_) | Outcome::Mismatch(_)) {
                    record_paid(payments, &row, &outcome, context).await?;
                }
                false
            }
            Closing::Refused => false,
        },
        _ => false,
    };
    let mut connection = payments.database.connection().await?;
    if may_abort && let Some(aborted) = abort(&mut connection, &row).await? {
        return Ok((true, Some(aborted)));
    }
    let row = store::payment_by_order(&mut connection, order_id).await?;
    let dead = row.as_ref().is_some_and(|row| matches!(row.state, PaymentState::Aborted | PaymentState::Expired));
    Ok((dead, row))
}

/// Moves the payment on, if it still stands where it was looked at.
async fn abort(
    connection: &mut diesel_async::AsyncPgConnection,
    row: &PaymentRow,
) -> diesel::QueryResult<Option<PaymentRow>> {
    let change = PaymentChange { state: Some(PaymentState::Aborted), ..PaymentChange::default() };
    store::move_payment_from(connection, row.id, row.state, PaymentCommand::Abort, change).await
}
