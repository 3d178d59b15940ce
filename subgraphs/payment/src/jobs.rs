//! The jobs. Recovery: payments and refunds whose outcome nobody recorded are looked up at the provider and decided, and
//! cash receipts follow their payments. Reconciliation: every day that has passed is compared with the provider's.
//! Housekeeping: accounts that nothing goes back to are forgotten.

use std::time::Duration;

use chrono::{Days, Utc};
use platform::business_days::day_in_seoul;
use platform::errors::GraphError;
use platform::graph::RequestContext;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::{
    Failure, Outcome, Payments, carry_out_refund, complete_order, decide_deposit, find_outcome, reconcile,
    record_outcome, take_next_step,
};
use crate::model::{PaymentRow, RefundRow};
use crate::store;

const BATCH: i64 = 50;

/// Looks every `interval` until `shutdown`.
pub(crate) async fn recover(payments: Payments, interval: Duration, shutdown: CancellationToken) {
    every("recover payments", interval, &shutdown, || look(&payments)).await;
}

/// How many days back it is looked for days that were not compared.
const DAYS_BACK: u64 = 7;

/// Compares days that have passed, looking every `interval` until `shutdown`.
pub(crate) async fn reconcile_days(payments: Payments, interval: Duration, shutdown: CancellationToken) {
    every("reconcile payments", interval, &shutdown, || reconcile_missing(&payments)).await;
}

/// Forgets accounts that nothing went back to for as long as `kept`, looking every `interval` until `shutdown`.
pub(crate) async fn forget_accounts(
    payments: Payments,
    kept: Duration,
    interval: Duration,
    shutdown: CancellationToken,
) {
    every("forget refund accounts", interval, &shutdown, || forget_unused(&payments, kept)).await;
}

async fn forget_unused(payments: &Payments, kept: Duration) -> Result<(), Failure> {
    let since = Utc::now() - kept;
    let count = store::forget_unused_refund_accounts(&mut *payments.database.connection().await?, since).await?;
    if count > 0 {
        tracing::info!(count, "refund accounts that were not used are forgotten");
    }
    Ok(())
}

async fn reconcile_missing(payments: &Payments) -> Result<(), Failure> {
    let today = day_in_seoul(Utc::now());
    let days: Vec<_> = (1..=DAYS_BACK).rev().filter_map(|back| today.checked_sub_days(Days::new(back))).collect();
    let Some(first) = days.first() else { return Ok(()) };
    let known = store::days_reconciled(&mut *payments.database.connection().await?, *first).await?;
    let mut failed = Ok(());
    for day in days.into_iter().filter(|day| !known.contains(day)) {
        match reconcile(payments, day).await {
            Ok(found) if found.unknown > 0 => {
                let left = format_args!("{} payments of {day} are not compared yet", found.unknown);
                failed = Err(GraphError::unavailable(left).into());
            }
            Ok(found) => tracing::info!(%day, ?found, "a day is compared with the provider's"),
            Err(failure) => failed = Err(failure),
        }
    }
    failed
}

async fn look(payments: &Payments) -> Result<(), Failure> {
    let (undecided, refunds, deposits, receipts) = {
        let mut connection = payments.database.connection().await?;
        let lease_until = payments.lease_until();
        (
            store::claim_undecided_payments(&mut connection, lease_until, BATCH).await?,
            store::claim_undecided_refunds(&mut connection, lease_until, BATCH).await?,
            store::claim_overdue_deposits(&mut connection, lease_until, BATCH).await?,
            store::claim_open_receipts(&mut connection, lease_until, BATCH).await?,
        )
    };
    for row in undecided {
        decide_payment(payments, &row).await?;
    }
    for refund in refunds {
        decide_refund(payments, refund).await?;
    }
    for (receipt, row) in receipts {
        take_next_step(payments, &receipt, &row).await?;
    }
    for row in deposits {
        decide_deposit(payments, &row).await?;
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
    carry_out_refund(payments, &row, &refund, true).await?;
    Ok(())
}
