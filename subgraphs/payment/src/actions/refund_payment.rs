//! Money goes back: recorded, asked for once, and only then posted.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::errors::UserError;
use platform::language::Language;

use super::{Failure, Payments};
use crate::error::{ErrorCode, outcome_unknown, payment_not_found, state_conflict};
use crate::events::{RefundAccountNeeded, RefundDone};
use crate::model::{OrderId, PaymentRow, PaymentState, RefundId, RefundRow, RefundState};
use crate::provider::{CancelRequest, ProviderError};
use crate::rules::refund_account::{needs_account, refuses_account};
use crate::rules::tax_free::tax_free_part;
use crate::rules::{PaymentCommand, postings_of_refund};
use crate::store::{self, PaymentChange};

/// Gives `amount` of the order's payment back under the caller's refund id, `tax_free` of it for tax-free goods; asked
/// again, returns the refund as it stands: done, or waiting for an account that the money can go to.
pub(crate) async fn refund_payment(
    payments: &Payments,
    order_id: OrderId,
    refund_id: RefundId,
    (amount, tax_free): (i64, i64),
    reason: &str,
    language: Language,
) -> Result<RefundRow, Failure> {
    let lease_until = payments.lease_until();
    let mut connection = payments.database.connection().await?;
    let row = store::payment_by_order(&mut connection, order_id).await?.ok_or_else(|| payment_not_found(language))?;
    let begun = connection
        .transaction(async |connection| {
            let row = store::lock_payment(connection, row.id).await?;
            if let Some(known) = store::refund_by_id(connection, refund_id).await? {
                let again = known.state == RefundState::Failed
                    && store::reopen_refund(connection, refund_id, lease_until).await?;
                return Ok(if again { Begun::ask(row, known) } else { Begun::Known(known) });
            }
            if !matches!(row.state, PaymentState::Done | PaymentState::PartialCanceled) {
                return Ok(Begun::NotRefundable);
            }
            let left = store::left_of(connection, &row).await?;
            if amount < 1 || amount > left.amount {
                return Ok(Begun::TooMuch);
            }
            let money = (amount, tax_free_part(left, amount, tax_free));
            let refund = store::insert_refund(connection, refund_id, row.id, money, reason, lease_until).await?;
            diesel::QueryResult::Ok(Begun::ask(row, refund))
        })
        .await?;
    drop(connection);
    match begun {
        Begun::Known(refund) if matches!(refund.state, RefundState::Done | RefundState::AccountNeeded) => Ok(refund),
        Begun::Known(_) => Err(outcome_unknown(language).into()),
        Begun::NotRefundable => Err(state_conflict(language).into()),
        Begun::TooMuch => Err(UserError::new(
            ErrorCode::RefundExceedsPayment,
            &["amount"],
            language.choose("환불 금액이 결제 잔액보다 큽니다", "The refund is more than what is left of the payment"),
        )
        .into()),
        Begun::Ask(asked) => carry_out_refund(payments, &asked.0, &asked.1, false).await?.ok_or_else(|| {
            UserError::new(
                ErrorCode::RefundFailed,
                &["refundId"],
                language.choose("환불을 처리하지 못했습니다", "The refund could not be carried out"),
            )
            .worth_retrying()
            .into()
        }),
    }
}

enum Begun {
    Ask(Box<(PaymentRow, RefundRow)>),
    Known(RefundRow),
    NotRefundable,
    TooMuch,
}

impl Begun {
    fn ask(row: PaymentRow, refund: RefundRow) -> Self {
        Self::Ask(Box::new((row, refund)))
    }
}

/// Asks the provider and records what it says; with `look_first`, only asks when the provider has not carried it out.
/// Without an account that the money can go to, where one is needed, it waits for one. `None` when the outcome is not good or
/// not known yet.
pub(crate) async fn carry_out_refund(
    payments: &Payments,
    row: &PaymentRow,
    refund: &RefundRow,
    look_first: bool,
) -> Result<Option<RefundRow>, Failure> {
    let (refund_id, amount) = (refund.id, refund.amount);
    let payment_key = row.payment_key.clone().unwrap_or_default();
    if look_first
        && let Ok(found) = payments.provider.find(&payment_key).await
        && found.refunds.contains(&refund_id)
    {
        return record_refund(payments, row, refund_id, amount).await.map(Some);
    }
    let account = payments.vault.account_of(row)?;
    if account.is_none() && needs_account(row.method) {
        return wait_for_account(payments, row, refund, None).await.map(Some);
    }
    // The refund's id is the provider's idempotency key: asked again, it gives the money back once. Another account is
    // another request; there is none while the outcome of the one before is open.
    let idempotency_key = match row.refund_account_version {
        0 => refund_id.to_string(),
        version => format!("{refund_id}-{version}"),
    };
    let reason = refund.reason.clone();
    let tax_free = refund.tax_free_amount;
    let request = CancelRequest { payment_key, refund_id, amount, tax_free, reason, account, idempotency_key };
    platform::fault::point("refund.before_provider");
    let answer = payments.provider.cancel(request).await;
    platform::fault::point("refund.after_provider");
    match answer {
        Ok(_) => record_refund(payments, row, refund_id, amount).await.map(Some),
        Err(ProviderError::Refused { code, .. }) if needs_account(row.method) && refuses_account(&code) => {
            tracing::info!(refund = %refund_id, code, "the bank account of a refund was not taken");
            wait_for_account(payments, row, refund, Some(&code)).await.map(Some)
        }
        Err(error) => {
            let (state, code) = match &error {
                ProviderError::Refused { code, .. } => (RefundState::Failed, Some(code.as_str())),
                ProviderError::Unknown(_) => (RefundState::Unknown, None),
            };
            tracing::warn!(refund = %refund_id, %error, "refund not carried out");
            let mut connection = payments.database.connection().await?;
            store::decide_refund(&mut connection, refund_id, state, code).await?;
            Ok(None)
        }
    }
}

/// The refund waits until the buyer says to which account it goes; one that the provider did not take is forgotten.
async fn wait_for_account(
    payments: &Payments,
    row: &PaymentRow,
    refund: &RefundRow,
    provider_code: Option<&str>,
) -> Result<RefundRow, Failure> {
    let mut connection = payments.database.connection().await?;
    let waiting = connection
        .transaction(async |connection| {
            let payment = store::lock_payment(connection, row.id).await?;
            let state = RefundState::AccountNeeded;
            let Some(waiting) = store::decide_refund(connection, refund.id, state, provider_code).await? else {
                return Ok(store::refund_by_id(connection, refund.id).await?.unwrap_or_else(|| refund.clone()));
            };
            if provider_code.is_some() && payment.refund_account_version == row.refund_account_version {
                store::forget_refund_account(connection, row.id).await?;
            }
            let fact = RefundAccountNeeded {
                refund_id: refund.id,
                payment_id: row.id,
                order_id: row.order_id,
                buyer_id: row.buyer_id,
                amount: refund.amount,
            };
            platform::events::append(connection, &fact, None).await?;
            diesel::QueryResult::Ok(waiting)
        })
        .await?;
    drop(connection);
    payments.outbox.wake();
    Ok(waiting)
}

async fn record_refund(
    payments: &Payments,
    row: &PaymentRow,
    refund_id: RefundId,
    amount: i64,
) -> Result<RefundRow, Failure> {
    let (id, order_id) = (row.id, row.order_id);
    let mut connection = payments.database.connection().await?;
    let recorded = connection
        .transaction(async |connection| {
            let payment = store::lock_payment(connection, id).await?;
            let Some(refund) = store::decide_refund(connection, refund_id, RefundState::Done, None).await? else {
                return store::refund_by_id(connection, refund_id).await;
            };
            let refunded = payment.refunded + amount;
            let (command, state) = if refunded == payment.amount {
                (PaymentCommand::RefundAll, PaymentState::Canceled)
            } else {
                (PaymentCommand::RefundPart, PaymentState::PartialCanceled)
            };
            let change = PaymentChange { state: Some(state), refunded: Some(refunded), ..PaymentChange::default() };
            store::move_payment(connection, id, command, change).await?;
            if state == PaymentState::Canceled {
                store::forget_refund_account(connection, id).await?;
            }
            store::insert_postings(connection, id, Some(refund_id), postings_of_refund(amount)).await?;
            let entry = Entry::on("payment", refund_id)
                .before(json!({ "state": payment.state, "refunded": payment.refunded }))
                .after(json!({ "state": state, "refunded": refunded, "amount": amount, "orderId": order_id }));
            audit::of_service(connection, "refundPayment", entry).await?;
            let fact = RefundDone { refund_id, payment_id: id, order_id, amount };
            platform::events::append(connection, &fact, None).await?;
            diesel::QueryResult::Ok(Some(refund))
        })
        .await?;
    drop(connection);
    payments.outbox.wake();
    recorded.ok_or_else(|| Failure::Failed(platform::errors::GraphError::internal("a refund vanished")))
}
