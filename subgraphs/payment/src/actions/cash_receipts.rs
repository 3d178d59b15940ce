//! Cash receipts (현금영수증): asked for by the buyer, issued when the money is there, cancelled as it goes back.

use platform::errors::UserError;
use platform::graph::RequestContext;

use super::{Failure, Payments};
use crate::error::{ErrorCode, payment_not_found, state_conflict};
use crate::model::{CashReceiptPurpose, CashReceiptRow, CashReceiptState, PaymentId, PaymentRow, UserId};
use crate::provider::{ProviderError, ReceiptCancelRequest, ReceiptRequest};
use crate::rules::receipts::{Standing, Step, gets_receipt, identity_number, next_step};
use crate::store;

/// Asks for a receipt of the buyer's own payment. It is issued at once where the money is there, else when it comes.
pub(crate) async fn request_cash_receipt(
    payments: &Payments,
    buyer_id: UserId,
    payment_id: PaymentId,
    purpose: CashReceiptPurpose,
    identity: &str,
    context: &RequestContext,
) -> Result<CashReceiptRow, Failure> {
    let language = context.language;
    let identity = identity_number(purpose, identity).ok_or_else(|| {
        let text = language.choose("현금영수증 발급 번호를 확인하세요", "Check the number that the receipt is for");
        UserError::new(ErrorCode::InvalidIdentityNumber, &["identityNumber"], text)
    })?;
    let mut connection = payments.database.connection().await?;
    let row = store::payment_by_id(&mut connection, payment_id).await?.filter(|row| row.buyer_id == buyer_id);
    let row = row.ok_or_else(|| payment_not_found(language))?;
    if !gets_receipt(row.method) {
        let text = language.choose("현금성 결제만 현금영수증을 발급합니다", "Only payments in cash get cash receipts");
        return Err(UserError::new(ErrorCode::NoCashReceipt, &["paymentId"], text).into());
    }
    let is_over = next_step(standing(CashReceiptState::Requested, 0, 0, &row)) == Step::GiveUp;
    if is_over {
        return Err(state_conflict(language).into());
    }
    let lease_until = payments.lease_until();
    let asked = store::request_receipt(&mut connection, row.id, purpose, &identity, lease_until).await?;
    drop(connection);
    let receipt = asked.ok_or_else(|| state_conflict(language))?;
    take_next_step(payments, &receipt, &row).await?;
    let mut connection = payments.database.connection().await?;
    let now = store::receipts_by_payment(&mut connection, &[row.id]).await?.pop();
    Ok(now.unwrap_or(receipt))
}

fn standing(receipt: CashReceiptState, refunded_before: i64, canceled: i64, row: &PaymentRow) -> Standing {
    Standing { receipt, payment: row.state, paid: row.amount, refunded: row.refunded, refunded_before, canceled }
}

/// Takes a receipt's next step, if there is one. Its id is the provider's idempotency key, so that an outcome that is not
/// known is asked for again.
pub(crate) async fn take_next_step(
    payments: &Payments,
    receipt: &CashReceiptRow,
    row: &PaymentRow,
) -> Result<(), Failure> {
    match next_step(standing(receipt.state, receipt.refunded_before, receipt.canceled, row)) {
        Step::Wait => Ok(()),
        Step::Issue(amount) => issue(payments, receipt, row, amount).await,
        Step::Cancel(amount) => cancel(payments, receipt, amount).await,
        Step::GiveUp => {
            let mut connection = payments.database.connection().await?;
            store::end_receipt(&mut connection, receipt.id, CashReceiptState::GivenUp, None).await?;
            Ok(())
        }
    }
}

async fn issue(payments: &Payments, receipt: &CashReceiptRow, row: &PaymentRow, amount: i64) -> Result<(), Failure> {
    let tax_free = store::tax_free_kept(&mut *payments.database.connection().await?, row).await?;
    let request = ReceiptRequest {
        id: receipt.id,
        order_id: row.order_id.to_string(),
        order_name: row.order_name.clone(),
        amount,
        tax_free,
        purpose: receipt.purpose,
        identity: receipt.identity.clone().unwrap_or_default(),
    };
    let answer = payments.provider.issue_receipt(request).await;
    let mut connection = payments.database.connection().await?;
    match answer {
        Ok(issued) => {
            store::receipt_issued(&mut connection, receipt.id, amount, row.refunded, issued).await?;
            metrics::counter!("payment_cash_receipts_total", "outcome" => "issued").increment(1);
        }
        Err(ProviderError::Refused { code, .. }) => {
            store::end_receipt(&mut connection, receipt.id, CashReceiptState::Failed, Some(&code)).await?;
            metrics::counter!("payment_cash_receipts_total", "outcome" => "refused").increment(1);
        }
        Err(error) => tracing::warn!(receipt = %receipt.id, %error, "a cash receipt is asked for again"),
    }
    Ok(())
}

async fn cancel(payments: &Payments, receipt: &CashReceiptRow, amount: i64) -> Result<(), Failure> {
    let canceled = receipt.canceled + amount;
    let request = ReceiptCancelRequest {
        receipt_key: receipt.receipt_key.clone().unwrap_or_default(),
        amount,
        idempotency_key: format!("{}-{canceled}", receipt.id),
    };
    match payments.provider.cancel_receipt(request).await {
        Ok(_) => {
            let mut connection = payments.database.connection().await?;
            store::receipt_canceled(&mut connection, receipt, canceled).await?;
            metrics::counter!("payment_cash_receipts_total", "outcome" => "canceled").increment(1);
        }
        Err(error) => tracing::warn!(receipt = %receipt.id, %error, "a cash receipt is cancelled again"),
    }
    Ok(())
}
