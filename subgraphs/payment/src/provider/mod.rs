//! The edge to payment providers: what we ask of one, and what it may answer.

mod toss;
mod toss_reports;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

use crate::model::{CashReceiptId, CashReceiptPurpose, RefundAccount, RefundId, VirtualAccount};

pub(crate) use toss::{
    TossCancel, TossCancelRequest, TossClient, TossPayment, TossReceipt, TossRefundAccount, TossVirtualAccount,
};
pub(crate) use toss_reports::{TossCashReceipt, TossTransaction};

/// Where a payment stands at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProviderState {
    /// The buyer has not finished, or nobody has asked to take the money yet.
    Open,
    /// A virtual account waits to be paid into.
    WaitingForDeposit,
    /// The money was taken; perhaps a part of it was given back since.
    Taken,
    /// No money was taken and none will be.
    Dead,
}

/// A payment as the provider sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProviderPayment {
    pub(crate) state: ProviderState,
    /// The order that it pays, as we named it.
    pub(crate) order_id: String,
    /// The whole amount in won.
    pub(crate) amount: i64,
    /// What of the whole amount is tax-free.
    pub(crate) tax_free: i64,
    pub(crate) approved_at: Option<DateTime<Utc>>,
    pub(crate) receipt_url: Option<String>,
    pub(crate) virtual_account: Option<VirtualAccount>,
    /// Our refunds that the provider has carried out.
    pub(crate) refunds: Vec<RefundId>,
    /// What was given back of it, in won.
    pub(crate) refunded: i64,
    /// What of that is tax-free.
    pub(crate) tax_free_refunded: i64,
}

/// Why the provider gave no such answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
    /// It refused; nothing was taken or given back. Of a look-up: it has no such payment.
    #[error("refused with {code}: {message}")]
    Refused {
        /// The provider's code.
        code: String,
        /// The provider's message for the buyer.
        message: String,
    },
    /// The outcome is not known: no answer in time, a broken connection, a fault of the provider's, or a request that it did
    /// not judge, as it knew us not or had too many of them.
    #[error("outcome unknown: {0}")]
    Unknown(String),
}

/// What the page where the buyer pays is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckoutRequest<'a> {
    pub(crate) order_id: &'a str,
    pub(crate) amount: i64,
    /// What of the amount is tax-free.
    pub(crate) tax_free: i64,
    pub(crate) order_name: &'a str,
    pub(crate) method: &'a str,
}

/// A request to take the money. What of it is tax-free was told to the window where the buyer paid.
#[derive(Clone, Debug)]
pub(crate) struct ConfirmRequest {
    pub(crate) payment_key: String,
    pub(crate) order_id: String,
    pub(crate) amount: i64,
    /// The same for every repetition of this request.
    pub(crate) idempotency_key: String,
}

/// A request to give money back.
#[derive(Clone, Debug)]
pub(crate) struct CancelRequest {
    pub(crate) payment_key: String,
    pub(crate) refund_id: RefundId,
    pub(crate) amount: i64,
    /// What of the amount is tax-free.
    pub(crate) tax_free: i64,
    pub(crate) reason: String,
    /// Where the money goes, when it came into a virtual account.
    pub(crate) account: Option<RefundAccount>,
    /// The same for every repetition of this request.
    pub(crate) idempotency_key: String,
}

/// A request to cancel a payment whole: a virtual account that nobody has paid into, or all of the money that was taken.
#[derive(Clone, Debug)]
pub(crate) struct CloseRequest {
    pub(crate) payment_key: String,
    pub(crate) reason: String,
    /// Where the money goes, when it came into a virtual account.
    pub(crate) account: Option<RefundAccount>,
    /// The same for every repetition of this request.
    pub(crate) idempotency_key: String,
}

/// A request for a cash receipt.
#[derive(Clone, Debug)]
pub(crate) struct ReceiptRequest {
    /// The same for every repetition of this request.
    pub(crate) id: CashReceiptId,
    pub(crate) order_id: String,
    pub(crate) order_name: String,
    pub(crate) amount: i64,
    /// What of the amount is tax-free.
    pub(crate) tax_free: i64,
    pub(crate) purpose: CashReceiptPurpose,
    pub(crate) identity: String,
}

/// A request to cancel a part of a cash receipt.
#[derive(Clone, Debug)]
pub(crate) struct ReceiptCancelRequest {
    pub(crate) receipt_key: String,
    pub(crate) amount: i64,
    /// The same for every repetition of this request.
    pub(crate) idempotency_key: String,
}

/// A cash receipt as the provider issued it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProviderReceipt {
    pub(crate) receipt_key: String,
    pub(crate) issue_number: Option<String>,
    pub(crate) receipt_url: Option<String>,
}

/// A movement of money in the provider's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProviderTransaction {
    pub(crate) payment_key: String,
    pub(crate) order_id: String,
}

/// A payment provider.
pub(crate) trait PaymentProvider: Send + Sync {
    /// Takes the money.
    fn confirm(&self, request: ConfirmRequest) -> BoxFuture<'_, Result<ProviderPayment, ProviderError>>;

    /// Looks a payment up. That it is refused proves that there is no such payment; whatever else goes wrong proves nothing.
    fn find<'a>(&'a self, payment_key: &'a str) -> BoxFuture<'a, Result<ProviderPayment, ProviderError>>;

    /// Gives money back.
    fn cancel(&self, request: CancelRequest) -> BoxFuture<'_, Result<ProviderPayment, ProviderError>>;

    /// Cancels a payment whole.
    fn close(&self, request: CloseRequest) -> BoxFuture<'_, Result<ProviderPayment, ProviderError>>;

    /// Issues a cash receipt.
    fn issue_receipt(&self, request: ReceiptRequest) -> BoxFuture<'_, Result<ProviderReceipt, ProviderError>>;

    /// Cancels a part of a cash receipt.
    fn cancel_receipt(&self, request: ReceiptCancelRequest) -> BoxFuture<'_, Result<ProviderReceipt, ProviderError>>;

    /// Every movement of money from one moment until before another.
    fn transactions(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<ProviderTransaction>, ProviderError>>;

    /// The page where the buyer pays, when the provider has one that a URL opens.
    fn checkout_url(&self, request: CheckoutRequest<'_>) -> Option<String>;
}
