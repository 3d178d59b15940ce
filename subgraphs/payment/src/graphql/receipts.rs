//! Cash receipts.

use async_graphql::{InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::UserError;
use platform::money::Money;

use crate::error::ErrorCode;
use crate::model::{CashReceiptId, CashReceiptPurpose, CashReceiptRow, CashReceiptState, PaymentId};

/// For whom a cash receipt is issued.
#[derive(InputObject)]
pub(crate) struct RequestCashReceiptInput {
    /// The payment: by virtual account or transfer.
    pub(crate) payment_id: PaymentId,
    /// What it is for.
    pub(crate) purpose: CashReceiptPurpose,
    /// A mobile phone's or a cash receipt card's number for income deduction, a 사업자등록번호 for proof of expense.
    pub(crate) identity_number: String,
}

/// The outcome of a request for a cash receipt.
#[derive(SimpleObject, Default)]
pub(crate) struct CashReceiptPayload {
    /// The receipt as it stands.
    pub(crate) cash_receipt: Option<CashReceipt>,
    /// Why it was refused.
    pub(crate) user_errors: Vec<UserError<ErrorCode>>,
}

/// A cash receipt (현금영수증) of a payment.
pub(crate) struct CashReceipt(pub(crate) CashReceiptRow);

/// A cash receipt (현금영수증) of a payment.
#[Object]
impl CashReceipt {
    /// The receipt's id, `crc_…`.
    async fn id(&self) -> CashReceiptId {
        self.0.id
    }

    /// What it is for.
    async fn purpose(&self) -> CashReceiptPurpose {
        self.0.purpose
    }

    /// Where it stands.
    async fn state(&self) -> CashReceiptState {
        self.0.state
    }

    /// The last four digits of the number that it is issued for.
    async fn identity_hint(&self) -> &str {
        &self.0.identity_hint
    }

    /// What it was issued for; null before.
    async fn amount(&self) -> Option<Money> {
        self.0.amount.map(Money::krw)
    }

    /// What of it was cancelled since, as the payment was refunded.
    async fn canceled_amount(&self) -> Money {
        Money::krw(self.0.canceled)
    }

    /// The tax office's number of it.
    async fn issue_number(&self) -> Option<&str> {
        self.0.issue_number.as_deref()
    }

    /// Where it can be seen.
    async fn receipt_url(&self) -> Option<&str> {
        self.0.receipt_url.as_deref()
    }

    /// Why it was refused, in the provider's words for programs.
    async fn failure_code(&self) -> Option<&str> {
        self.0.failure_code.as_deref()
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was issued.
    async fn issued_at(&self) -> Option<DateTime<Utc>> {
        self.0.issued_at
    }
}
