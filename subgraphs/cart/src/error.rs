//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    #[graphql(name = "UserErrorCode")]
    pub enum ErrorCode {
        /// There is no such cart.
        #[graphql(tag = "refusal/not-found")]
        CartNotFound = "CART_NOT_FOUND",
        /// The cart has no such line.
        #[graphql(tag = "refusal/not-found")]
        CartLineNotFound = "CART_LINE_NOT_FOUND",
        /// There is no such variant.
        #[graphql(tag = "refusal/not-found")]
        VariantNotFound = "VARIANT_NOT_FOUND",
        /// The variant is not on sale.
        #[graphql(tag = "refusal/conflict")]
        NotForSale = "NOT_FOR_SALE",
        /// A quantity below one or above the limit.
        #[graphql(tag = "refusal/invalid")]
        InvalidQuantity = "INVALID_QUANTITY",
        /// A product whose options are written needs a text for each of them, of 1–100 characters; others take none.
        #[graphql(tag = "refusal/invalid")]
        InvalidOptionTexts = "INVALID_OPTION_TEXTS",
        /// The variant is in the cart with other texts.
        #[graphql(tag = "refusal/conflict")]
        OptionTextsDiffer = "OPTION_TEXTS_DIFFER",
        /// The cart has as many lines as it may have.
        #[graphql(tag = "refusal/conflict")]
        CartFull = "CART_FULL",
        /// The variant is not offered together with the other.
        #[graphql(tag = "refusal/invalid")]
        NotAnAddOn = "NOT_AN_ADD_ON",
    }
}

/// A refusal of a cart mutation.
pub(crate) type Refusal = UserError<ErrorCode>;
/// Why an action did not do what was asked.
pub(crate) type Failure = ActionError<ErrorCode>;

impl ErrorCode {
    /// The refusal in the request's language, at an input field.
    pub(crate) fn at(self, field: &[&str], language: Language) -> Refusal {
        let (korean, english) = match self {
            Self::CartNotFound => ("장바구니를 찾을 수 없습니다", "There is no such cart"),
            Self::CartLineNotFound => ("장바구니에 없는 상품입니다", "The cart has no such line"),
            Self::VariantNotFound => ("상품을 찾을 수 없습니다", "There is no such variant"),
            Self::NotForSale => ("판매 중이 아닌 상품입니다", "This is not on sale"),
            Self::InvalidQuantity => ("수량이 올바르지 않습니다", "The quantity is not valid"),
            Self::InvalidOptionTexts => {
                ("직접 입력하는 옵션을 모두 100자 이내로 입력하세요", "Write 1–100 characters for each option")
            }
            Self::OptionTextsDiffer => {
                ("같은 상품이 다른 입력 내용으로 담겨 있습니다", "It is in the cart with another text already")
            }
            Self::NotAnAddOn => ("함께 살 수 있는 추가상품이 아닙니다", "This is not offered together with it"),
            Self::CartFull => ("장바구니가 가득 찼습니다", "The cart is full"),
        };
        UserError::new(self, field, language.choose(korean, english))
    }
}
