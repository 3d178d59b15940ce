//! Cancelling a payment whole at the provider: a virtual account that nobody has paid into, or what was taken wrongly.

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::errors::UserError;
use platform::graph::RequestContext;

use super::{Failure, Outcome, Payments, complete_order, expire_deposit, find_outcome, record_outcome};
use crate::error::{ErrorCode, account_needed, outcome_unknown, payment_not_found, state_conflict};
use crate::events::PaymentVoided;
use crate::model::{PaymentId, PaymentRow, PaymentState};
use crate::provider::{CloseRequest, ProviderError, ProviderState};
use crate::rules::PaymentCommand;
use crate::rules::refund_account::{needs_account, refuses_account};
use crate::store::{self, PaymentChange};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;
const UNPAID: &str = "입금 전 취소";

/// What is known of a virtual account after the provider was asked to close it.
pub(crate) enum Closing {
    /// It is closed, and nobody has paid into it.
    Closed,
    /// The provider tells something else: it was paid into, or its state is not known.
    Other(Box<Outcome>),
    /// It waits on: the provider did not close it.
    Refused,
}

/// Asks the provider to close a virtual account that waits. It never closes one that was paid into: for that it would have to
/// know where the money is to go.
pub(crate) async fn close_deposit(payments: &Payments, row: &PaymentRow) -> Closing {
    let request = CloseRequest {
        payment_key: row.payment_key.clone().unwrap_or_default(),
        reason: UNPAID.to_owned(),
        account: None,
        idempotency_key: format!("{}-close", row.id),
    };
    platform::fault::point("payment.before_close");
    let answer = payments.provider.close(request).await;
    platform::fault::point("payment.after_close");
    let refused = matches!(answer, Err(ProviderError::Refused { .. }));
    let outcome = match answer {
        Ok(payment) => Outcome::of(row, Ok(payment)),
        Err(error) => {
            tracing::info!(payment = %row.id, %error, "a virtual account was not closed; asking what became of it");
            find_outcome(payments, row).await
        }
    };
    match outcome {
        Outcome::Refused { .. } => Closing::Closed,
        Outcome::Waiting(_) if refused => Closing::Refused,
        other => Closing::Other(Box::new(other)),
    }
}

/// Decides a virtual account whose time is over: paid into at the last moment, or closed for good.
pub(crate) async fn decide_deposit(payments: &Payments, row: &PaymentRow) -> Result<(), Failure> {
    let mut outcome = find_outcome(payments, row).await;
    if let Outcome::Waiting(_) = outcome {
        outcome = match close_deposit(payments, row).await {
            // One that the provider does not close any more has closed by itself.
            Closing::Closed | Closing::Refused => return Ok(expire_deposit(payments, row).await?),
            Closing::Other(other) => *other,
        };
    }
    match outcome {
        Outcome::Refused { .. } => Ok(expire_deposit(payments, row).await?),
        Outcome::Taken(_) | Outcome::Mismatch(_) => {
            record_paid(payments, row, &outcome, &RequestContext::default()).await
        }
        Outcome::Waiting(_) | Outcome::Unknown(_) => Ok(()),
    }
}

/// Records that a virtual account was paid into, and tells the order.
pub(crate) async fn record_paid(
    payments: &Payments,
    row: &PaymentRow,
    outcome: &Outcome,
    context: &RequestContext,
) -> Result<(), Failure> {
    let recorded = record_outcome(payments, row, outcome, context.trace_parent.as_deref()).await?;
    if recorded.is_some() && matches!(outcome, Outcome::Taken(_)) {
        complete_order(payments, row.order_id, context).await;
    }
    Ok(())
}

/// Staff give back whole what the provider took wrongly: the payment is closed, and its order can be undone.
pub(crate) async fn void_payment(
    payments: &Payments,
    id: PaymentId,
    note: &str,
    context: &RequestContext,
) -> Result<PaymentRow, Failure> {
    let language = context.language;
    let note = note.trim();
    if !(1..=LONGEST_NOTE).contains(&note.chars().count()) {
        let text = language.choose("처리 내용을 입력하세요", "Say how it was settled");
        return Err(UserError::new(ErrorCode::NoteRequired, &["note"], text).into());
    }
    let row = store::payment_by_id(&mut *payments.database.connection().await?, id).await?;
    let row = row.ok_or_else(|| payment_not_found(language))?;
    if row.state != PaymentState::IntegrityFailure {
        return Err(state_conflict(language).into());
    }
    give_back_whole(payments, &row, note, context).await?;
    let (order_id, state) = (row.order_id, PaymentState::Aborted);
    let trace = context.trace_parent.as_deref();
    let mut connection = payments.database.connection().await?;
    let voided = connection
        .transaction(async |connection| {
            let change = PaymentChange { state: Some(state), ..PaymentChange::default() };
            let voided = store::move_payment(connection, id, PaymentCommand::Void, change).await?;
            if voided.is_some() {
                store::forget_refund_account(connection, id).await?;
                let entry = Entry::on("payment", id)
                    .before(json!({ "state": row.state }))
                    .after(json!({ "state": state, "orderId": order_id }))
                    .because(note);
                audit::of_money(connection, context, entry).await?;
                let fact = PaymentVoided { payment_id: id, order_id, at: Utc::now() };
                platform::events::append(connection, &fact, trace).await?;
            }
            diesel::QueryResult::Ok(voided)
        })
        .await?;
    drop(connection);
    payments.outbox.wake();
    voided.ok_or_else(|| state_conflict(language).into())
}

/// Asks the provider to cancel the payment whole, and whether nothing of it is kept.
async fn give_back_whole(
    payments: &Payments,
    row: &PaymentRow,
    note: &str,
    context: &RequestContext,
) -> Result<(), Failure> {
    let account = payments.vault.account_of(row)?;
    let payment_key = row.payment_key.clone().unwrap_or_default();
    let request = CloseRequest {
        payment_key: payment_key.clone(),
        reason: note.to_owned(),
        account,
        idempotency_key: format!("{}-void-{}", row.id, row.refund_account_version),
    };
    let answer = payments.provider.close(request).await;
    if let Err(ProviderError::Refused { code, .. }) = &answer
        && refuses_account(code)
        && needs_account(row.method)
    {
        return Err(account_needed(context.language).into());
    }
    let found = match answer {
        Ok(found) => Ok(found),
        Err(_) => payments.provider.find(&payment_key).await,
    };
    match found {
        Ok(found) if found.state == ProviderState::Taken && found.refunded == found.amount => Ok(()),
        Ok(found) if found.state == ProviderState::Dead => Ok(()),
        answer => {
            tracing::warn!(payment = %row.id, ?answer, "a payment of another amount was not given back yet");
            Err(outcome_unknown(context.language).into())
        }
    }
}
