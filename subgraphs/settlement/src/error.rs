//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// There is no such item.
        #[graphql(tag = "refusal/not-found")]
        SettlementItemNotFound = "SETTLEMENT_ITEM_NOT_FOUND",
        /// There is no such settlement.
        #[graphql(tag = "refusal/not-found")]
        SettlementNotFound = "SETTLEMENT_NOT_FOUND",
        /// There is no such payout.
        #[graphql(tag = "refusal/not-found")]
        PayoutNotFound = "PAYOUT_NOT_FOUND",
        /// Nothing of the seller is eligible.
        #[graphql(tag = "refusal/conflict")]
        NothingToSettle = "NOTHING_TO_SETTLE",
        /// The settlement pays nothing out.
        #[graphql(tag = "refusal/invalid")]
        NothingToPay = "NOTHING_TO_PAY",
        /// The settlement has a payout already.
        #[graphql(tag = "refusal/conflict")]
        PayoutExists = "PAYOUT_EXISTS",
        /// Another person must approve than the one who requested.
        #[graphql(tag = "refusal/forbidden")]
        SecondPersonNeeded = "SECOND_PERSON_NEEDED",
        /// A rate or a part is 0–10,000 basis points.
        #[graphql(tag = "refusal/invalid")]
        InvalidRate = "INVALID_RATE",
        /// A rate cannot begin in the past: commissions are frozen at the payment.
        #[graphql(tag = "refusal/invalid")]
        InvalidTime = "INVALID_TIME",
        /// 0–60 business days; the day of a payment is not in the past.
        #[graphql(tag = "refusal/invalid")]
        InvalidLag = "INVALID_LAG",
        /// A reason of 1–200 characters is needed.
        #[graphql(tag = "refusal/invalid")]
        ReasonRequired = "REASON_REQUIRED",
        /// Not possible in the present state.
        #[graphql(tag = "refusal/conflict")]
        StateConflict = "STATE_CONFLICT",
        /// The seller's particulars or bank account are not known.
        #[graphql(tag = "refusal/not-found")]
        SellerNotFound = "SELLER_NOT_FOUND",
    }
}

/// A refusal of a settlement mutation.
pub(crate) type Refusal = UserError<UserErrorCode>;
/// Why an action did not do what was asked.
pub(crate) type Failure = ActionError<UserErrorCode>;

impl UserErrorCode {
    /// The refusal in the request's language, at an input field.
    pub(crate) fn at(self, field: &[&str], language: Language) -> Refusal {
        UserError::new(self, field, self.message(language))
    }

    fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::SettlementItemNotFound => ("정산 항목을 찾을 수 없습니다", "There is no such settlement item"),
            Self::SettlementNotFound => ("정산서를 찾을 수 없습니다", "There is no such settlement"),
            Self::PayoutNotFound => ("지급 건을 찾을 수 없습니다", "There is no such payout"),
            Self::NothingToSettle => ("정산할 항목이 없습니다", "Nothing is to be settled"),
            Self::NothingToPay => ("지급할 금액이 없습니다", "The settlement pays nothing out"),
            Self::PayoutExists => ("이미 지급이 요청된 정산서입니다", "The settlement has a payout already"),
            Self::SecondPersonNeeded => ("요청한 사람은 승인할 수 없습니다", "Another person must approve"),
            Self::InvalidRate => ("비율이 올바르지 않습니다", "The rate is not valid"),
            Self::InvalidTime => ("적용 시각이 올바르지 않습니다", "A rate cannot begin in the past"),
            Self::InvalidLag => ("지급일이 올바르지 않습니다", "The day of the payment is not valid"),
            Self::ReasonRequired => ("사유를 200자 이내로 입력하세요", "Give a reason of up to 200 characters"),
            Self::StateConflict => ("현재 상태에서는 할 수 없습니다", "Not possible in the present state"),
            Self::SellerNotFound => ("판매자를 찾을 수 없습니다", "There is no such seller"),
        };
        language.choose(korean, english)
    }
}
