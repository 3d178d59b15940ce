//! What the provider answered becomes the payment's state, its ledger entries and its event, in one transaction.

use diesel_async::AsyncConnection as _;
use platform::errors::GraphError;
use platform::graph::RequestContext;

use super::{Failure, Payments};
use crate::clients::{CompletePayment, complete_payment};
use crate::events::{PaymentDone, PaymentExpired};
use crate::model::{OrderId, PaymentRow, PaymentState};
use crate::provider::{ProviderError, ProviderPayment, ProviderState};
use crate::rules::{PaymentCommand, postings_of_payment};
use crate::store::{self, PaymentChange};

/// What is known after asking the provider.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The money was taken.
    Taken(ProviderPayment),
    /// A virtual account waits.
    Waiting(ProviderPayment),
    /// Another amount or order than ours.
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
                let ours = payment.amount == row.amount && payment.order_id == row.order_id.to_string();
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
    let (id, order_id, amount) = (row.id, row.order_id, row.amount);
    let mut connection = payments.database.connection().await?;
    let recorded = connection
        .transaction(async |connection| {
            let (command, change, attempt, code) = match outcome {
                Outcome::Refused { code, message } => {
                    store::finish_attempts(connection, id, "REFUSED", Some(code)).await?;
                    return store::reopen_payment(connection, id, code, message).await;
                }
                Outcome::Taken(payment) => (PaymentCommand::Approve, taken(payment), "DONE", None),
                Outcome::Waiting(payment) => (PaymentCommand::AwaitDeposit, waiting(payment), "WAITING", None),
                Outcome::Mismatch(payment) => {
                    tracing::error!(payment = %id, asked = amount, taken = payment.amount, "the provider took another amount");
                    metrics::counter!("payment_integrity_failures_total").increment(1);
                    (PaymentCommand::Mismatch, state_only(PaymentState::IntegrityFailure), "MISMATCH", None)
                }
                Outcome::Unknown(cause) => {
                    tracing::warn!(payment = %id, cause, "the outcome of a payment is not known yet");
                    (PaymentCommand::LoseTrack, state_only(PaymentState::Unknown), "UNKNOWN", None)
                }
            };
            let moved = store::move_payment(connection, id, command, change).await?;
            if moved.is_some() && !matches!(outcome, Outcome::Unknown(_)) {
                store::finish_attempts(connection, id, attempt, code).await?;
            }
            if moved.is_some() && matches!(outcome, Outcome::Taken(_)) {
                store::insert_postings(connection, id, None, postings_of_payment(amount)).await?;
                let fact = PaymentDone { payment_id: id, order_id, amount };
                platform::events::append(connection, &fact, trace_parent).await?;
            }
            diesel::QueryResult::Ok(moved)
        })
        .await?;
    drop(connection);
    payments.outbox.wake();
    Ok(recorded)
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

fn taken(payment: &ProviderPayment) -> PaymentChange {
    PaymentChange {
        state: Some(PaymentState::Done),
        receipt_url: payment.receipt_url.clone(),
        approved_at: Some(payment.approved_at.unwrap_or_else(chrono::Utc::now)),
        ..PaymentChange::default()
    }
}

fn waiting(payment: &ProviderPayment) -> PaymentChange {
    PaymentChange {
        state: Some(PaymentState::WaitingForDeposit),
        virtual_account: payment.virtual_account.as_ref().and_then(|account| serde_json::to_value(account).ok()),
        ..PaymentChange::default()
    }
}
