//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused, or a coupon does not apply.
    pub enum UserErrorCode {
        /// There is no such policy.
        #[graphql(tag = "refusal/not-found")]
        CouponPolicyNotFound = "COUPON_POLICY_NOT_FOUND",
        /// The policy belongs to another seller.
        #[graphql(tag = "refusal/forbidden")]
        NotYourSeller = "NOT_YOUR_SELLER",
        /// Only an owner or manager of the seller may do this.
        #[graphql(tag = "refusal/forbidden")]
        ManagerNeeded = "MANAGER_NEEDED",
        /// A name has 1–80 characters, a description at most 1,000.
        #[graphql(tag = "refusal/invalid")]
        InvalidName = "INVALID_NAME",
        /// A percentage is 1–10,000 basis points; amounts are positive and at most a billion won.
        #[graphql(tag = "refusal/invalid")]
        InvalidAmount = "INVALID_AMOUNT",
        /// The scope needs 1–200 ids, or none for ALL; a seller's coupon is for its own goods.
        #[graphql(tag = "refusal/invalid")]
        InvalidScope = "INVALID_SCOPE",
        /// The end comes before the beginning, has passed, or a validity is not 1–3,650 days.
        #[graphql(tag = "refusal/invalid")]
        InvalidPeriod = "INVALID_PERIOD",
        /// Limits are positive, and cannot fall below what was issued or spent.
        #[graphql(tag = "refusal/invalid")]
        InvalidLimit = "INVALID_LIMIT",
        /// A code has 4–32 letters, digits and hyphens; only policies distributed by code have one.
        #[graphql(tag = "refusal/invalid")]
        InvalidCode = "INVALID_CODE",
        /// Another policy has this code.
        #[graphql(tag = "refusal/conflict")]
        CodeTaken = "CODE_TAKEN",
        /// Sellers bear 0–10,000 basis points; a seller bears its own coupons whole.
        #[graphql(tag = "refusal/invalid")]
        InvalidShare = "INVALID_SHARE",
        /// A reason of 1–200 characters is needed.
        #[graphql(tag = "refusal/invalid")]
        ReasonRequired = "REASON_REQUIRED",
        /// Not possible in the present state.
        #[graphql(tag = "refusal/conflict")]
        StateConflict = "STATE_CONFLICT",
        /// No policy that is running has this code.
        #[graphql(tag = "refusal/invalid")]
        CodeUnknown = "CODE_UNKNOWN",
        /// Too many codes were tried; wait a while.
        #[graphql(tag = "refusal/too-many")]
        TooManyAttempts = "TOO_MANY_ATTEMPTS",
        /// The policy issues no coupons in this way, or not now.
        #[graphql(tag = "refusal/conflict")]
        NotClaimable = "NOT_CLAIMABLE",
        /// Every coupon is given out.
        #[graphql(tag = "refusal/conflict")]
        SoldOut = "SOLD_OUT",
        /// The user has as many as one may have.
        #[graphql(tag = "refusal/conflict")]
        LimitReached = "LIMIT_REACHED",
        /// 1–1,000 users at once.
        #[graphql(tag = "refusal/invalid")]
        InvalidUsers = "INVALID_USERS",
        /// There is no such coupon, or it is somebody else's.
        #[graphql(tag = "refusal/not-found")]
        CouponNotFound = "COUPON_NOT_FOUND",
        /// The coupon is used, held by another order, or was taken back.
        #[graphql(tag = "refusal/conflict")]
        CouponNotUsable = "COUPON_NOT_USABLE",
        /// The coupon's time is over.
        #[graphql(tag = "refusal/conflict")]
        CouponExpired = "COUPON_EXPIRED",
        /// Its policy is paused.
        #[graphql(tag = "refusal/conflict")]
        PolicyPaused = "POLICY_PAUSED",
        /// Nothing in the order is what the coupon is for.
        #[graphql(tag = "refusal/invalid")]
        NotApplicable = "NOT_APPLICABLE",
        /// The goods that the coupon is for cost less than its minimum.
        #[graphql(tag = "refusal/invalid")]
        MinimumNotMet = "MINIMUM_NOT_MET",
        /// Another coupon is used for these goods already.
        #[graphql(tag = "refusal/conflict")]
        LinesTaken = "LINES_TAKEN",
        /// The coupon cannot be combined with the others.
        #[graphql(tag = "refusal/invalid")]
        NotCombinable = "NOT_COMBINABLE",
        /// There is nothing left to take off.
        #[graphql(tag = "refusal/invalid")]
        NothingToDiscount = "NOTHING_TO_DISCOUNT",
        /// What is left of the policy's budget does not cover the discount.
        #[graphql(tag = "refusal/conflict")]
        BudgetExhausted = "BUDGET_EXHAUSTED",
        /// 1–200 lines with different ids, quantities from 1 and amounts from 0; up to 20 different coupons.
        #[graphql(tag = "refusal/invalid")]
        InvalidLines = "INVALID_LINES",
        /// The order has reserved no coupons.
        #[graphql(tag = "refusal/not-found")]
        ReservationNotFound = "RESERVATION_NOT_FOUND",
        /// The order's coupons were decided the other way.
        #[graphql(tag = "refusal/conflict")]
        ReservationClosed = "RESERVATION_CLOSED",
    }
}

/// A refusal of a coupon mutation.
pub(crate) type Refusal = UserError<UserErrorCode>;
/// Why an action did not do what was asked.
pub(crate) type Failure = ActionError<UserErrorCode>;

impl UserErrorCode {
    /// The refusal in the request's language, at an input field.
    pub(crate) fn at(self, field: &[&str], language: Language) -> Refusal {
        UserError::new(self, field, self.message(language))
    }

    /// Why, for people.
    pub(crate) fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::CouponPolicyNotFound => ("쿠폰 정책을 찾을 수 없습니다", "There is no such coupon policy"),
            Self::NotYourSeller => ("내 판매자의 쿠폰이 아닙니다", "This belongs to another seller"),
            Self::ManagerNeeded => {
                ("판매자의 소유자나 관리자만 할 수 있습니다", "Only an owner or manager of the seller may do this")
            }
            Self::InvalidName => ("이름이나 설명의 길이를 확인하세요", "Check the length of the name or description"),
            Self::InvalidAmount => ("할인 값이 올바르지 않습니다", "The discount is not valid"),
            Self::InvalidScope => ("적용 대상이 올바르지 않습니다", "The scope is not valid"),
            Self::InvalidPeriod => ("기간이 올바르지 않습니다", "The period is not valid"),
            Self::InvalidLimit => ("한도가 올바르지 않습니다", "The limit is not valid"),
            Self::InvalidCode => ("쿠폰 코드가 올바르지 않습니다", "The code is not valid"),
            Self::CodeTaken => ("이미 사용 중인 쿠폰 코드입니다", "Another policy has this code"),
            Self::InvalidShare => ("분담 비율이 올바르지 않습니다", "The cost split is not valid"),
            Self::ReasonRequired => ("사유를 200자 이내로 입력하세요", "Give a reason of up to 200 characters"),
            Self::StateConflict => ("현재 상태에서는 할 수 없습니다", "Not possible in the present state"),
            Self::CodeUnknown => ("사용할 수 없는 쿠폰 코드입니다", "This code cannot be used"),
            Self::TooManyAttempts => ("잠시 후 다시 시도하세요", "Too many attempts; try again later"),
            Self::NotClaimable => ("지금은 받을 수 없는 쿠폰입니다", "This coupon cannot be had now"),
            Self::SoldOut => ("쿠폰이 모두 소진되었습니다", "Every coupon is given out"),
            Self::LimitReached => ("이미 받은 쿠폰입니다", "You have this coupon already"),
            Self::InvalidUsers => ("받을 사람을 1~1,000명 지정하세요", "Name 1–1,000 users"),
            Self::CouponNotFound => ("쿠폰을 찾을 수 없습니다", "There is no such coupon"),
            Self::CouponNotUsable => ("이미 사용되었거나 사용할 수 없는 쿠폰입니다", "This coupon cannot be used"),
            Self::CouponExpired => ("유효기간이 지난 쿠폰입니다", "This coupon has expired"),
            Self::PolicyPaused => ("일시 중지된 쿠폰입니다", "This coupon is paused"),
            Self::NotApplicable => ("적용할 수 있는 상품이 없습니다", "Nothing in the order is what it is for"),
            Self::MinimumNotMet => ("최소 주문 금액에 미치지 못합니다", "The order is below the coupon's minimum"),
            Self::LinesTaken => ("해당 상품에 다른 쿠폰이 적용되었습니다", "Another coupon is used for these goods"),
            Self::NotCombinable => ("다른 쿠폰과 함께 사용할 수 없습니다", "It cannot be combined with the others"),
            Self::NothingToDiscount => ("할인할 금액이 없습니다", "There is nothing to take off"),
            Self::BudgetExhausted => ("쿠폰 예산이 소진되었습니다", "The coupon's budget is spent"),
            Self::InvalidLines => ("주문 상품이나 쿠폰 목록을 확인하세요", "Check the lines and the coupons"),
            Self::ReservationNotFound => ("예약된 쿠폰이 없습니다", "The order has reserved no coupons"),
            Self::ReservationClosed => ("이미 처리된 예약입니다", "The reservation was decided already"),
        };
        language.choose(korean, english)
    }
}
