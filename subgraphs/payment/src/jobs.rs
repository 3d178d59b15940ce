//! The recovery job: payments and refunds whose outcome nobody recorded are looked up at the provider and decided.

use std::time::Duration;

use platform::errors::GraphError;
use platform::graph::RequestContext;
use tokio_util::sync::CancellationToken;

use crate::actions::{
    Failure, Outcome, Payments, carry_out_refund, complete_order, expire_deposit, find_outcome, record_outcome,
};
use crate::model::{PaymentRow, RefundRow};
use crate::store;

const BATCH: i64 = 50;

/// Looks every `interval` until `shutdown`.
pub(crate) async fn recover(payments: Payments, interval: Duration, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = look(&payments).await {
            tracing::warn!(?error, "payment recovery will try again");
        }
        tokio::select! {
            () = tokio::time::sleep(interval) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

async fn look(payments: &Payments) -> Result<(), Failure> {
    let (undecided, refunds, deposits) = {
        let mut connection = payments.database.connection().await?;
        let lease_until = payments.lease_until();
        (
            store::claim_undecided_payments(&mut connection, lease_until, BATCH).await?,
            store::claim_undecided_refunds(&mut connection, lease_until, BATCH).await?,
            store::overdue_deposits(&mut connection, BATCH).await?,
        )
    };
    for row in undecided {
        decide_payment(payments, &row).await?;
    }
    for refund in refunds {
        decide_refund(payments, refund).await?;
    }
    for row in deposits {
        match find_outcome(payments, &row).await {
            outcome @ Outcome::Taken(_) => {
                record_outcome(payments, &row, &outcome, None).await?;
            }
            Outcome::Unknown(_) => {}
            _ => expire_deposit(payments, &row).await?,
        }
    }
    Ok(())
}

async fn decide_payment(payments: &Payments, row: &PaymentRow) -> Result<(), Failure> {
    let outcome = find_outcome(payments, row).await;
    metrics::counter!("payment_recoveries_total").increment(1);
    let recorded = record_outcome(payments, row, &outcome, None).await?;
    if recorded.is_some() && matches!(outcome, Outcome::Taken(_)) {
        complete_order(payments, row.order_id, &RequestContext::default()).await;
    }
    Ok(())
}

async fn decide_refund(payments: &Payments, refund: RefundRow) -> Result<(), Failure> {
    let row = {
        let mut connection = payments.database.connection().await?;
        store::payment_by_id(&mut connection, refund.payment_id).await?
    };
    let row = row.ok_or_else(|| Failure::Failed(GraphError::internal("a refund without its payment")))?;
    carry_out_refund(payments, &row, refund.id, refund.amount, &refund.reason, true).await?;
    Ok(())
}
