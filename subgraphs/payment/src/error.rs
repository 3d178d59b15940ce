//! The expected outcomes that a caller can act on.

use platform::errors::UserError;
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    #[graphql(name = "UserErrorCode")]
    pub enum ErrorCode {
        /// There is no such payment, or it is somebody else's.
        #[graphql(tag = "refusal/not-found")]
        PaymentNotFound = "PAYMENT_NOT_FOUND",
        /// The amount is not the order's.
        #[graphql(tag = "refusal/invalid")]
        AmountMismatch = "AMOUNT_MISMATCH",
        /// The payment is being confirmed already.
        #[graphql(tag = "refusal/conflict")]
        PaymentInProgress = "PAYMENT_IN_PROGRESS",
        /// The provider refused; another try may succeed.
        #[graphql(tag = "refusal/invalid")]
        PaymentDeclined = "PAYMENT_DECLINED",
        /// The provider did not tell the outcome; it will be found out.
        #[graphql(tag = "refusal/unavailable")]
        PaymentOutcomeUnknown = "PAYMENT_OUTCOME_UNKNOWN",
        /// The payment's state does not allow this.
        #[graphql(tag = "refusal/conflict")]
        StateConflict = "STATE_CONFLICT",
        /// More than what is left of the payment.
        #[graphql(tag = "refusal/conflict")]
        RefundExceedsPayment = "REFUND_EXCEEDS_PAYMENT",
        /// The provider refused to give the money back.
        #[graphql(tag = "refusal/invalid")]
        RefundFailed = "REFUND_FAILED",
        /// The order does not wait for payment any more.
        #[graphql(tag = "refusal/conflict")]
        OrderNotPayable = "ORDER_NOT_PAYABLE",
        /// The payment key has paid another order.
        #[graphql(tag = "refusal/conflict")]
        PaymentKeyUsed = "PAYMENT_KEY_USED",
        /// The number that a cash receipt is for is none.
        #[graphql(tag = "refusal/invalid")]
        InvalidIdentityNumber = "INVALID_IDENTITY_NUMBER",
        /// Payments of this kind get no cash receipt.
        #[graphql(tag = "refusal/conflict")]
        NoCashReceipt = "NO_CASH_RECEIPT",
        /// There is no such open difference.
        #[graphql(tag = "refusal/not-found")]
        DiscrepancyNotFound = "DISCREPANCY_NOT_FOUND",
        /// The bank account that money is to go back to is none.
        #[graphql(tag = "refusal/invalid")]
        InvalidRefundAccount = "INVALID_REFUND_ACCOUNT",
        /// Payments of this kind go back the way that they came.
        #[graphql(tag = "refusal/conflict")]
        NoRefundAccount = "NO_REFUND_ACCOUNT",
        /// It is not known to which bank account the money is to go, or the bank did not take the one that is known.
        #[graphql(tag = "refusal/conflict")]
        RefundAccountNeeded = "REFUND_ACCOUNT_NEEDED",
        /// A note of 1–500 characters is needed.
        #[graphql(tag = "refusal/invalid")]
        NoteRequired = "NOTE_REQUIRED",
    }
}

/// A refusal of a payment mutation.
pub(crate) type Refusal = UserError<ErrorCode>;

pub(crate) fn payment_not_found(language: Language) -> Refusal {
    UserError::new(
        ErrorCode::PaymentNotFound,
        &["orderId"],
        language.choose("결제 정보를 찾을 수 없습니다", "There is no such payment"),
    )
}

pub(crate) fn state_conflict(language: Language) -> Refusal {
    UserError::new(
        ErrorCode::StateConflict,
        &["orderId"],
        language.choose("현재 결제 상태에서는 처리할 수 없습니다", "The payment's state does not allow this"),
    )
}

pub(crate) fn in_progress(language: Language) -> Refusal {
    UserError::new(
        ErrorCode::PaymentInProgress,
        &["orderId"],
        language.choose(
            "결제를 처리하고 있습니다. 잠시 후 다시 확인하세요",
            "The payment is being processed; look again shortly",
        ),
    )
    .worth_retrying()
}

pub(crate) fn account_needed(language: Language) -> Refusal {
    UserError::new(
        ErrorCode::RefundAccountNeeded,
        &["paymentId"],
        language.choose("환불받을 계좌가 필요합니다", "The account that the money is to go back to is needed"),
    )
}

pub(crate) fn outcome_unknown(language: Language) -> Refusal {
    UserError::new(
        ErrorCode::PaymentOutcomeUnknown,
        &["orderId"],
        language.choose("결제 결과를 확인하고 있습니다", "The outcome of the payment is being found out"),
    )
    .worth_retrying()
}
