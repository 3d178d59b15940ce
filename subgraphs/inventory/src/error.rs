//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// The variant has no stock item.
        #[graphql(tag = "refusal/not-found")]
        StockItemNotFound = "STOCK_ITEM_NOT_FOUND",
        /// There is less than would be taken away; what orders hold cannot be.
        #[graphql(tag = "refusal/conflict")]
        InsufficientStock = "INSUFFICIENT_STOCK",
        /// A quantity that is zero, negative or too large, a variant named twice, or too many lines.
        #[graphql(tag = "refusal/invalid")]
        InvalidQuantity = "INVALID_QUANTITY",
        /// A reason of 1–200 characters is needed.
        #[graphql(tag = "refusal/invalid")]
        ReasonRequired = "REASON_REQUIRED",
        /// The stock belongs to another seller.
        #[graphql(tag = "refusal/forbidden")]
        NotYourSeller = "NOT_YOUR_SELLER",
        /// The order has reserved nothing.
        #[graphql(tag = "refusal/not-found")]
        ReservationNotFound = "RESERVATION_NOT_FOUND",
        /// The order's reservation was decided the other way.
        #[graphql(tag = "refusal/conflict")]
        ReservationClosed = "RESERVATION_CLOSED",
    }
}

/// A refusal of an inventory mutation.
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
            Self::StockItemNotFound => ("재고 정보가 없는 상품입니다", "This variant has no stock item"),
            Self::InsufficientStock => ("재고가 부족합니다", "Not enough stock"),
            Self::InvalidQuantity => ("수량이 올바르지 않습니다", "The quantity is not valid"),
            Self::ReasonRequired => ("사유를 200자 이내로 입력하세요", "Give a reason of up to 200 characters"),
            Self::NotYourSeller => ("내 판매자의 상품이 아닙니다", "This belongs to another seller"),
            Self::ReservationNotFound => ("예약된 재고가 없습니다", "The order has reserved nothing"),
            Self::ReservationClosed => ("이미 처리된 예약입니다", "The reservation was decided already"),
        };
        language.choose(korean, english)
    }
}
