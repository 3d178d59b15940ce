//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    #[graphql(name = "UserErrorCode")]
    pub enum ErrorCode {
        /// There is no such order, or it is somebody else's.
        #[graphql(tag = "refusal/not-found")]
        OrderNotFound = "ORDER_NOT_FOUND",
        /// There is no such line, or it is somebody else's.
        #[graphql(tag = "refusal/not-found")]
        OrderLineNotFound = "ORDER_LINE_NOT_FOUND",
        /// Nothing was chosen.
        #[graphql(tag = "refusal/invalid")]
        EmptyOrder = "EMPTY_ORDER",
        /// More lines than one order may have.
        #[graphql(tag = "refusal/invalid")]
        TooManyLines = "TOO_MANY_LINES",
        /// A quantity below one or above the limit.
        #[graphql(tag = "refusal/invalid")]
        InvalidQuantity = "INVALID_QUANTITY",
        /// A product whose options are written needs a text for each of them, of 1–100 characters; others take none.
        #[graphql(tag = "refusal/invalid")]
        InvalidOptionTexts = "INVALID_OPTION_TEXTS",
        /// An address that nothing can be sent to.
        #[graphql(tag = "refusal/invalid")]
        InvalidAddress = "INVALID_ADDRESS",
        /// The buyer has no such address.
        #[graphql(tag = "refusal/not-found")]
        AddressNotFound = "ADDRESS_NOT_FOUND",
        /// The buyer's cart has no such line.
        #[graphql(tag = "refusal/not-found")]
        CartLineNotFound = "CART_LINE_NOT_FOUND",
        /// The variant is not on sale.
        #[graphql(tag = "refusal/conflict")]
        NotForSale = "NOT_FOR_SALE",
        /// The price is not the expected one.
        #[graphql(tag = "refusal/conflict")]
        PriceChanged = "PRICE_CHANGED",
        /// The total is not the expected one.
        #[graphql(tag = "refusal/conflict")]
        TotalChanged = "TOTAL_CHANGED",
        /// A coupon does not apply; the message says why.
        #[graphql(tag = "refusal/invalid")]
        CouponRefused = "COUPON_REFUSED",
        /// More coupons than one order may have.
        #[graphql(tag = "refusal/invalid")]
        TooManyCoupons = "TOO_MANY_COUPONS",
        /// Discounts leave nothing to pay.
        #[graphql(tag = "refusal/invalid")]
        NothingToPay = "NOTHING_TO_PAY",
        /// Not enough stock.
        #[graphql(tag = "refusal/conflict")]
        OutOfStock = "OUT_OF_STOCK",
        /// Something is for adults only, and the buyer has not shown to be one; `changes` names it.
        #[graphql(tag = "refusal/forbidden")]
        AdultVerificationRequired = "ADULT_VERIFICATION_REQUIRED",
        /// The line's state does not allow this.
        #[graphql(tag = "refusal/conflict")]
        StateConflict = "STATE_CONFLICT",
        /// A reason is needed.
        #[graphql(tag = "refusal/invalid")]
        ReasonRequired = "REASON_REQUIRED",
        /// The line belongs to another seller.
        #[graphql(tag = "refusal/forbidden")]
        NotYourSeller = "NOT_YOUR_SELLER",
        /// There is no such claim, or it is somebody else's.
        #[graphql(tag = "refusal/not-found")]
        ClaimNotFound = "CLAIM_NOT_FOUND",
        /// The line has an open claim.
        #[graphql(tag = "refusal/conflict")]
        ClaimOpen = "CLAIM_OPEN",
        /// The time in which this can be claimed, or disputed, is over.
        #[graphql(tag = "refusal/conflict")]
        ClaimPeriodOver = "CLAIM_PERIOD_OVER",
        /// Kind, remedy, reason and lines of the claim do not fit together.
        #[graphql(tag = "refusal/invalid")]
        InvalidClaim = "INVALID_CLAIM",
        /// The goods can be exchanged for others of the same product at the same price only; a part of a line for the
        /// same variant only.
        #[graphql(tag = "refusal/invalid")]
        NotExchangeable = "NOT_EXCHANGEABLE",
        /// More photos than a claim may have.
        #[graphql(tag = "refusal/invalid")]
        TooManyPhotos = "TOO_MANY_PHOTOS",
        /// There is no such file of the buyer's, or it was not uploaded as a CLAIM_PHOTO.
        #[graphql(tag = "refusal/not-found")]
        PhotoNotFound = "PHOTO_NOT_FOUND",
        /// The photo was not uploaded for the order's seller, who would not see it.
        #[graphql(tag = "refusal/invalid")]
        PhotoNotShared = "PHOTO_NOT_SHARED",
        /// Staff have decided about the claim already.
        #[graphql(tag = "refusal/conflict")]
        DisputeDecided = "DISPUTE_DECIDED",
        /// Staff need the approval of a second person for a refund of this size.
        #[graphql(tag = "refusal/forbidden")]
        ApprovalRequired = "APPROVAL_REQUIRED",
        /// This is another party's to do.
        #[graphql(tag = "refusal/forbidden")]
        NotYourPart = "NOT_YOUR_PART",
        /// A carrier takes the goods: its scans, or staff, say that they have arrived.
        #[graphql(tag = "refusal/conflict")]
        CarriedByCarrier = "CARRIED_BY_CARRIER",
        /// A part of the market is away; nothing was bought.
        #[graphql(tag = "refusal/unavailable")]
        TemporarilyUnavailable = "TEMPORARILY_UNAVAILABLE",
    }
}

/// A refusal of an order mutation.
pub(crate) type Refusal = UserError<ErrorCode>;
/// Why an action did not do what was asked.
pub(crate) type Failure = ActionError<ErrorCode>;

impl ErrorCode {
    /// The refusal in the request's language, at an input field.
    pub(crate) fn at(self, field: &[&str], language: Language) -> Refusal {
        UserError::new(self, field, self.message(language))
    }

    fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::OrderNotFound => ("주문을 찾을 수 없습니다", "There is no such order"),
            Self::OrderLineNotFound => ("주문 상품을 찾을 수 없습니다", "There is no such order line"),
            Self::EmptyOrder => ("주문할 상품을 선택하세요", "Choose something to order"),
            Self::TooManyLines => ("한 번에 주문할 수 있는 상품 수를 넘었습니다", "Too many lines for one order"),
            Self::InvalidOptionTexts => {
                ("직접 입력하는 옵션을 모두 100자 이내로 입력하세요", "Write 1–100 characters for each option")
            }
            Self::InvalidQuantity => ("수량이 올바르지 않습니다", "The quantity is not valid"),
            Self::InvalidAddress => ("배송지 정보가 올바르지 않습니다", "The address is not valid"),
            Self::AddressNotFound => ("배송지를 찾을 수 없습니다", "There is no such address"),
            Self::CartLineNotFound => ("장바구니에 없는 상품입니다", "The cart has no such line"),
            Self::NotForSale => ("판매 중이 아닌 상품이 있습니다", "Something is not on sale"),
            Self::PriceChanged => ("가격이 변경된 상품이 있습니다", "A price has changed"),
            Self::TotalChanged => ("결제 금액이 변경되었습니다", "The total has changed"),
            Self::CouponRefused => ("쿠폰을 사용할 수 없습니다", "A coupon does not apply"),
            Self::TooManyCoupons => ("쿠폰이 너무 많습니다", "Too many coupons for one order"),
            Self::NothingToPay => {
                ("결제할 금액이 없습니다. 할인을 줄여 주세요", "Discounts leave nothing to pay; use fewer")
            }
            Self::OutOfStock => ("재고가 부족합니다", "Not enough stock"),
            Self::AdultVerificationRequired => {
                ("성인인증이 필요한 상품이 있습니다", "Something is for adults only: show that you are one first")
            }
            Self::StateConflict => ("현재 상태에서는 처리할 수 없습니다", "The current state does not allow this"),
            Self::ReasonRequired => ("사유를 입력하세요", "Give a reason"),
            Self::NotYourSeller => ("내 판매자의 주문이 아닙니다", "This line belongs to another seller"),
            Self::ClaimNotFound => ("클레임을 찾을 수 없습니다", "There is no such claim"),
            Self::ClaimOpen => ("처리 중인 클레임이 있습니다", "There is an open claim for this line"),
            Self::ClaimPeriodOver => ("신청할 수 있는 기간이 지났습니다", "It is too late for this"),
            Self::InvalidClaim => {
                ("신청 내용이 올바르지 않습니다", "The claim's kind, remedy, reason and lines do not fit")
            }
            Self::NotExchangeable => (
                "같은 가격의 같은 상품으로만 교환할 수 있습니다",
                "Only the same product at the same price can replace it",
            ),
            Self::TooManyPhotos => ("사진은 5장까지 첨부할 수 있습니다", "A claim has up to five photos"),
            Self::PhotoNotFound => ("사진을 찾을 수 없습니다", "There is no such photo of yours"),
            Self::PhotoNotShared => {
                ("주문한 판매자에게 공개된 사진이 아닙니다", "The photo was not uploaded for the seller of this order")
            }
            Self::DisputeDecided => ("이미 조정이 끝난 클레임입니다", "Staff have decided about this claim"),
            Self::ApprovalRequired => (
                "이 금액의 환불은 다른 운영자의 승인이 필요합니다",
                "A refund of this size needs a second person's approval",
            ),
            Self::CarriedByCarrier => {
                ("택배로 보낸 상품은 택배사의 배송 완료로만 처리됩니다", "The carrier says when this has arrived")
            }
            Self::NotYourPart => ("다른 당사자가 처리할 일입니다", "This is another party's to do"),
            Self::TemporarilyUnavailable => {
                ("잠시 후 다시 시도하세요. 결제되지 않았습니다", "Try again shortly; nothing was charged")
            }
        };
        language.choose(korean, english)
    }
}
