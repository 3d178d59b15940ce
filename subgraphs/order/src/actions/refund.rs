//! Money that goes back: recorded with the change that causes it, then carried out by the payment service, once.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::fault;
use platform::graph::RequestContext;

use super::Orders;
use super::claims::finish_refund;
use crate::clients::{RefundPayment, refund_payment};
use crate::error::Failure;
use crate::model::{OrderId, RefundId, RefundMoney, RefundTaskRow};
use crate::store;

/// Records that money has to go back. Call it in the transaction of the change that causes it.
pub(crate) async fn record_refund(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    money: RefundMoney,
    reason: &str,
    lease_until: DateTime<Utc>,
) -> QueryResult<RefundTaskRow> {
    let id = RefundId::new();
    store::insert_refund_task(connection, id, order_id, money, reason, lease_until).await?;
    let RefundMoney { amount, tax_free: tax_free_amount } = money;
    Ok(RefundTaskRow { id, order_id, amount, reason: reason.to_owned(), tax_free_amount })
}

/// Asks the payment service; whatever does not succeed now, the recovery job asks again. What waits for the buyer's bank account
/// is carried out by the payment service when it has one, so that it is asked again seldom. Returns whether it succeeded.
pub(crate) async fn carry_out_refund(orders: &Orders, task: &RefundTaskRow, context: &RequestContext) -> bool {
    let input = refund_payment::RefundPaymentInput {
        order_id: task.order_id.to_string(),
        refund_id: task.id.to_string(),
        amount: task.amount,
        reason: task.reason.clone(),
        tax_free_amount: (task.tax_free_amount > 0).then_some(task.tax_free_amount),
    };
    fault::point("refund.recorded");
    let answer = orders.graph.ask::<RefundPayment>("payment", refund_payment::Variables { input }, context).await;
    let done = match answer {
        Ok(answer) => {
            let payload = answer.refund_payment;
            for error in &payload.user_errors {
                tracing::warn!(refund = %task.id, message = error.message, "refund not carried out yet");
            }
            let state = payload.refund.map(|refund| refund.state);
            if matches!(state, Some(refund_payment::RefundState::ACCOUNT_NEEDED))
                && let Err(error) = postpone(orders, task.id).await
            {
                tracing::warn!(refund = %task.id, ?error, "a refund that waits for an account is asked for again soon");
            }
            matches!(state, Some(refund_payment::RefundState::DONE))
        }
        Err(error) => {
            tracing::warn!(refund = %task.id, %error, "refund not carried out yet");
            false
        }
    };
    if done && let Err(error) = finish(orders, task.id, context).await {
        tracing::warn!(refund = %task.id, ?error, "the refund is done; the recovery job will note it");
    }
    done
}

/// The event of a refund that is done; whoever asked for it may have died, or not have waited.
pub(crate) async fn hear_refund(orders: &Orders, id: RefundId, context: &RequestContext) -> Result<(), Failure> {
    let pending = store::is_refund_pending(&mut *orders.database.connection().await?, id).await?;
    if pending { finish(orders, id, context).await } else { Ok(()) }
}

async fn postpone(orders: &Orders, id: RefundId) -> Result<(), Failure> {
    let again = Utc::now() + orders.settings.recheck_interval;
    let mut connection = orders.database.connection().await?;
    Ok(store::postpone_refund_task(&mut connection, id, again).await?)
}

async fn finish(orders: &Orders, id: RefundId, context: &RequestContext) -> Result<(), Failure> {
    let mut connection = orders.database.connection().await?;
    connection.transaction(async |connection| finish_refund(connection, orders, id, context).await).await?;
    drop(connection);
    orders.outbox.wake();
    Ok(())
}
