//! The buyer came back from the payment window: verify the amount, ask the provider exactly once, record the outcome.

use diesel::OptionalExtension as _;
use diesel_async::RunQueryDsl as _;
use platform::errors::UserError;
use platform::graph::RequestContext;
use platform::language::Language;

use super::{Failure, Outcome, Payments, complete_order, find_outcome, record_outcome};
use crate::error::{ErrorCode, in_progress, outcome_unknown, payment_not_found, state_conflict};
use crate::model::{AttemptId, OrderId, PaymentRow, PaymentState, UserId};
use crate::provider::ConfirmRequest;
use crate::rules::{PaymentCommand, states_that_allow};
use crate::statements::BeginConfirmation;
use crate::store;

/// What the buyer brings back.
#[derive(Clone, Debug)]
pub(crate) struct Confirmation {
    pub(crate) buyer_id: UserId,
    pub(crate) order_id: OrderId,
    pub(crate) payment_key: String,
    pub(crate) amount: i64,
}

/// Confirms the payment. The payment key is the idempotency key: the same key again returns the payment as it stands.
pub(crate) async fn confirm_payment(
    payments: &Payments,
    confirmation: Confirmation,
    context: &RequestContext,
) -> Result<PaymentRow, Failure> {
    let language = context.language;
    let Confirmation { buyer_id, order_id, payment_key, amount } = confirmation;
    let attempt = AttemptId::new();
    let statement = BeginConfirmation {
        payment_key: payment_key.clone(),
        lease_until: payments.lease_until(),
        order_id,
        buyer_id,
        amount,
        from: states_that_allow(PaymentCommand::Confirm),
        attempt,
    };
    let mut connection = payments.database.connection().await?;
    let begun: Option<PaymentRow> =
        statement.get_result(&mut connection).await.optional().map_err(|error| key_used(error, language))?;
    let Some(row) = begun else {
        let row = store::payment_by_order(&mut connection, order_id).await?.filter(|row| row.buyer_id == buyer_id);
        let row = row.ok_or_else(|| payment_not_found(language))?;
        return settled(row, &payment_key, amount, language);
    };
    drop(connection);
    let request =
        ConfirmRequest { payment_key, order_id: order_id.to_string(), amount, idempotency_key: attempt.to_string() };
    platform::fault::point("payment.before_provider");
    let answer = payments.provider.confirm(request).await;
    platform::fault::point("payment.after_provider");
    let mut outcome = Outcome::of(&row, answer);
    if let Outcome::Unknown(cause) = &outcome {
        tracing::warn!(payment = %row.id, cause, "the provider did not tell; asking what became of it");
        outcome = match find_outcome(payments, &row).await {
            // The request may still be on its way there: that nothing was taken yet proves nothing.
            Outcome::Refused { .. } => Outcome::Unknown("not taken yet".to_owned()),
            found => found,
        };
    }
    let recorded = record_outcome(payments, &row, &outcome, context.trace_parent.as_deref()).await?;
    platform::fault::point("payment.after_record");
    let row = recorded.ok_or_else(|| in_progress(language))?;
    match outcome {
        Outcome::Taken(_) => {
            complete_order(payments, order_id, context).await;
            Ok(row)
        }
        Outcome::Waiting(_) => Ok(row),
        Outcome::Refused { message, .. } => {
            Err(UserError::new(ErrorCode::PaymentDeclined, &["paymentKey"], message).worth_retrying().into())
        }
        Outcome::Unknown(_) => Err(outcome_unknown(language).into()),
        Outcome::Mismatch(_) => Err(state_conflict(language).into()),
    }
}

/// The answer when the payment cannot be confirmed: it is of another amount, or somebody else has moved it on.
fn settled(row: PaymentRow, payment_key: &str, amount: i64, language: Language) -> Result<PaymentRow, Failure> {
    if row.amount != amount {
        return Err(UserError::new(
            ErrorCode::AmountMismatch,
            &["amount"],
            language.choose("결제 금액이 주문 금액과 다릅니다", "The amount is not the order's"),
        )
        .into());
    }
    let same_key = row.payment_key.as_deref() == Some(payment_key);
    match row.state {
        PaymentState::Confirming | PaymentState::Unknown => Err(in_progress(language).into()),
        PaymentState::Done
        | PaymentState::WaitingForDeposit
        | PaymentState::PartialCanceled
        | PaymentState::Canceled
            if same_key =>
        {
            Ok(row)
        }
        PaymentState::Aborted | PaymentState::Expired => Err(UserError::new(
            ErrorCode::OrderNotPayable,
            &["orderId"],
            language.choose("결제 기한이 지난 주문입니다", "The order does not wait for payment any more"),
        )
        .into()),
        _ => Err(state_conflict(language).into()),
    }
}

fn key_used(error: diesel::result::Error, language: Language) -> Failure {
    use diesel::result::{DatabaseErrorKind, Error};
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, ref details)
            if details.constraint_name() == Some("payment_key_pays_once") =>
        {
            UserError::new(
                ErrorCode::PaymentKeyUsed,
                &["paymentKey"],
                language.choose("이미 다른 주문에 사용된 결제 키입니다", "This payment key has paid another order"),
            )
            .into()
        }
        other => other.into(),
    }
}
