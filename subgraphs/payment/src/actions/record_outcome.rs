//! What the provider answered becomes the payment's state, its ledger entries and its event, in one transaction.

use chrono::Utc;
use diesel::OptionalExtension as _;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::errors::GraphError;
use platform::events::Append;
use platform::graph::RequestContext;

use super::{Failure, Payments};
use crate::clients::{CompletePayment, complete_payment};
use crate::events::{PaymentDone, PaymentExpired, PaymentWaiting};
use crate::model::{LedgerEntryId, OrderId, PaymentRow, PaymentState};
use crate::provider::{ProviderError, ProviderPayment, ProviderState};
use crate::rules::{PaymentCommand, postings_of_payment, states_that_allow};
use crate::statements::RecordTaken;
use crate::store::{self, PaymentChange};

/// What is known after asking the provider.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The money was taken.
    Taken(ProviderPayment),
    /// A virtual account waits.
    Waiting(ProviderPayment),
    /// Another amount, tax-free part or order than ours.
    Mismatch(ProviderPayment),
    /// Nothing was taken; the buyer may try again.
    Refused { code: String, message: String },
    /// Nobody knows yet.
    Unknown(String),
}

impl Outcome {
    /// Reads the answer to a request to take the money.
    pub(crate) fn of(row: &PaymentRow, answer: Result<ProviderPayment, ProviderError>) -> Self {
        match answer {
            Err(ProviderError::Refused { code, message }) => Self::Refused { code, message },
            Err(ProviderError::Unknown(cause)) => Self::Unknown(cause),
            Ok(payment) => {
                let ours = payment.amount == row.amount
                    && payment.tax_free == row.tax_free_amount
                    && payment.order_id == row.order_id.to_string();
                match payment.state {
                    ProviderState::Taken | ProviderState::WaitingForDeposit if !ours => Self::Mismatch(payment),
                    ProviderState::Taken => Self::Taken(payment),
                    ProviderState::WaitingForDeposit => Self::Waiting(payment),
                    ProviderState::Open | ProviderState::Dead => Self::Refused {
                        code: "NOT_CONFIRMED".to_owned(),
                        message: "결제가 완료되지 않았습니다. 다시 시도하세요".to_owned(),
                    },
                }
            }
        }
    }
}

/// Asks the provider what became of a payment whose outcome is open. Never asks it to take the money again.
pub(crate) async fn find_outcome(payments: &Payments, row: &PaymentRow) -> Outcome {
    let Some(key) = row.payment_key.as_deref() else {
        return Outcome::Unknown("no payment key".to_owned());
    };
    Outcome::of(row, payments.provider.find(key).await)
}

/// Records the outcome. `None` when the payment was decided by somebody else in the meantime.
pub(crate) async fn record_outcome(
    payments: &Payments,
    row: &PaymentRow,
    outcome: &Outcome,
    trace_parent: Option<&str>,
) -> Result<Option<PaymentRow>, Failure> {
    match outcome {
        Outcome::Taken(payment) => record_taken(payments, row, payment, trace_parent).await,
        Outcome::Refused { code, message } => reopen(payments, row, code, message).await,
        Outcome::Waiting(payment) => record_waiting(payments, row, payment, trace_parent).await,
        Outcome::Mismatch(payment) => {
            let (asked, taken) = ((row.amount, row.tax_free_amount), (payment.amount, payment.tax_free));
            tracing::error!(payment = %row.id, ?asked, ?taken, "the provider took another amount, or another part of it as tax-free");
            metrics::counter!("payment_integrity_failures_total").increment(1);
            let change = state_only(PaymentState::IntegrityFailure);
            decide(payments, row, PaymentCommand::Mismatch, change, Some("MISMATCH")).await
        }
        Outcome::Unknown(cause) => {
            tracing::warn!(payment = %row.id, cause, "the outcome of a payment is not known yet");
            decide(payments, row, PaymentCommand::LoseTrack, state_only(PaymentState::Unknown), None).await
        }
    }
}

/// The event need not be hurried: whoever records that money was taken also tells the order.
async fn record_taken(
    payments: &Payments,
    row: &PaymentRow,
    payment: &ProviderPayment,
    trace_parent: Option<&str>,
) -> Result<Option<PaymentRow>, Failure> {
    let now = Utc::now();
    let postings = postings_of_payment(row.amount);
    let fact = PaymentDone { payment_id: row.id, order_id: row.order_id, amount: row.amount };
    let statement = RecordTaken {
        receipt_url: payment.receipt_url.clone(),
        approved_at: payment.approved_at.unwrap_or(now),
        payment_id: row.id,
        from: states_that_allow(PaymentCommand::Approve),
        now,
        transaction_id: uuid::Uuid::now_v7(),
        occurred_at: now,
        entry_ids: postings.iter().map(|_| LedgerEntryId::new()).collect(),
        accounts: postings.iter().map(|(account, _)| *account).collect(),
        amounts: postings.iter().map(|(_, amount)| *amount).collect(),
        event: Append::one(&fact, trace_parent)?,
    };
    let mut connection = payments.database.connection().await?;
    Ok(statement.get_result(&mut connection).await.optional()?)
}

/// The buyer has until the account's time is over; the order hears of it, and waits as long.
async fn record_waiting(
    payments: &Payments,
    row: &PaymentRow,
    payment: &ProviderPayment,
    trace_parent: Option<&str>,
) -> Result<Option<PaymentRow>, Failure> {
    let mut connection = payments.database.connection().await?;
    let moved = connection
        .transaction(async |connection| {
            let command = PaymentCommand::AwaitDeposit;
            let moved = store::move_payment(connection, row.id, command, waiting(payment)).await?;
            if moved.is_some() {
                store::finish_attempts(connection, row.id, "WAITING", None).await?;
                if let Some(account) = &payment.virtual_account {
                    let PaymentRow { id: payment_id, order_id, buyer_id, amount, .. } = *row;
                    let fact = PaymentWaiting { payment_id, order_id, buyer_id, amount, due_at: account.due_at };
                    platform::events::append(connection, &fact, trace_parent).await?;
                }
            }
            diesel::QueryResult::Ok(moved)
        })
        .await?;
    drop(connection);
    payments.outbox.wake();
    Ok(moved)
}

/// Nothing was taken: the payment waits for the buyer again.
async fn reopen(
    payments: &Payments,
    row: &PaymentRow,
    code: &str,
    message: &str,
) -> Result<Option<PaymentRow>, Failure> {
    let mut connection = payments.database.connection().await?;
    let reopened = connection
        .transaction(async |connection| {
            store::finish_attempts(connection, row.id, "REFUSED", Some(code)).await?;
            store::reopen_payment(connection, row.id, code, message).await
        })
        .await?;
    Ok(reopened)
}

/// Moves the payment on, and ends its attempts with `outcome` if that is one.
async fn decide(
    payments: &Payments,
    row: &PaymentRow,
    command: PaymentCommand,
    change: PaymentChange,
    outcome: Option<&str>,
) -> Result<Option<PaymentRow>, Failure> {
    let mut connection = payments.database.connection().await?;
    let moved = connection
        .transaction(async |connection| {
            let moved = store::move_payment(connection, row.id, command, change).await?;
            if let (Some(_), Some(outcome)) = (&moved, outcome) {
                store::finish_attempts(connection, row.id, outcome, None).await?;
            }
            diesel::QueryResult::Ok(moved)
        })
        .await?;
    Ok(moved)
}

/// Closes a virtual account that was not paid into.
pub(crate) async fn expire_deposit(payments: &Payments, row: &PaymentRow) -> Result<(), GraphError> {
    let (id, order_id) = (row.id, row.order_id);
    let mut connection = payments.database.connection().await?;
    connection
        .transaction(async |connection| {
            let change = state_only(PaymentState::Expired);
            if store::move_payment(connection, id, PaymentCommand::Expire, change).await?.is_some() {
                let fact = PaymentExpired { payment_id: id, order_id };
                platform::events::append(connection, &fact, None).await?;
            }
            diesel::QueryResult::Ok(())
        })
        .await?;
    payments.outbox.wake();
    Ok(())
}

/// Tells the order at once that it is paid. The event says the same and is the guarantee; this only saves the wait.
pub(crate) async fn complete_order(payments: &Payments, order_id: OrderId, context: &RequestContext) {
    let variables = complete_payment::Variables {
        input: complete_payment::CompletePaymentInput { order_id: order_id.to_string() },
    };
    if let Err(error) = payments.graph.ask::<CompletePayment>("order", variables, context).await {
        tracing::info!(%error, "the order hears of its payment by the event");
    }
}

fn state_only(state: PaymentState) -> PaymentChange {
    PaymentChange { state: Some(state), ..PaymentChange::default() }
}

fn waiting(payment: &ProviderPayment) -> PaymentChange {
    PaymentChange {
        state: Some(PaymentState::WaitingForDeposit),
        virtual_account: payment.virtual_account.as_ref().and_then(|account| serde_json::to_value(account).ok()),
        ..PaymentChange::default()
    }
}
