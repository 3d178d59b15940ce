//! The buyer says to which account the money of a virtual account goes back; what waits for it goes now.

use diesel_async::AsyncConnection as _;
use platform::errors::UserError;
use platform::language::Language;

use super::{Failure, Payments, carry_out_refund};
use crate::error::{ErrorCode, in_progress, payment_not_found, state_conflict};
use crate::model::{OrderId, PaymentRow, PaymentState, RefundAccount, UserId};
use crate::rules::refund_account::{Wrong, needs_account, refund_account};
use crate::store;

/// An account as the buyer writes it.
pub(crate) struct GivenAccount {
    pub(crate) bank: String,
    pub(crate) account_number: String,
    pub(crate) holder_name: String,
}

/// Keeps the account for all that goes back of the order's payment, and carries out what waits for one. Refused while the
/// provider is being asked for a refund: that one goes to the account before.
pub(crate) async fn set_refund_account(
    payments: &Payments,
    buyer_id: UserId,
    order_id: OrderId,
    given: &GivenAccount,
    language: Language,
) -> Result<PaymentRow, Failure> {
    let account = refund_account(&given.bank, &given.account_number, &given.holder_name)
        .map_err(|wrong| refusal_of(wrong, language))?;
    let lease_until = payments.lease_until();
    let mut connection = payments.database.connection().await?;
    let known = store::payment_by_order(&mut connection, order_id).await?.filter(|row| row.buyer_id == buyer_id);
    let known = known.ok_or_else(|| payment_not_found(language))?;
    let sealed = sealed(payments, &known, &account, language)?;
    let (row, waiting) = connection
        .transaction(async |connection| {
            let row = store::lock_payment(connection, known.id).await?;
            if matches!(row.state, PaymentState::Canceled | PaymentState::Aborted | PaymentState::Expired) {
                return Err(Failure::from(state_conflict(language)));
            }
            if store::is_refund_asked_for(connection, row.id).await? {
                return Err(in_progress(language).into());
            }
            let row = store::keep_refund_account(connection, row.id, &sealed).await?;
            let waiting = store::request_waiting_refunds(connection, row.id, lease_until).await?;
            Ok((row, waiting))
        })
        .await?;
    drop(connection);
    for refund in &waiting {
        carry_out_refund(payments, &row, refund, false).await?;
    }
    let now = store::payment_by_order(&mut *payments.database.connection().await?, order_id).await?;
    Ok(now.unwrap_or(row))
}

fn sealed(
    payments: &Payments,
    row: &PaymentRow,
    account: &RefundAccount,
    language: Language,
) -> Result<Vec<u8>, Failure> {
    if !needs_account(row.method) {
        let text = language
            .choose("결제하신 수단으로 환불됩니다", "The money goes back the way that it came: no account is needed");
        return Err(UserError::new(ErrorCode::NoRefundAccount, &["orderId"], text).into());
    }
    Ok(payments.vault.seal(row.id, account)?)
}

fn refusal_of(wrong: Wrong, language: Language) -> UserError<ErrorCode> {
    let (field, korean, english) = match wrong {
        Wrong::Bank => ("bank", "은행 코드를 확인하세요", "Check the bank's code"),
        Wrong::AccountNumber => ("accountNumber", "계좌번호를 확인하세요", "Check the account's number"),
        Wrong::HolderName => ("holderName", "예금주명을 확인하세요", "Check the holder's name"),
    };
    UserError::new(ErrorCode::InvalidRefundAccount, &[field], language.choose(korean, english))
}
