//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// There is no such shipment, or it is not the caller's.
        #[graphql(tag = "refusal/not-found")]
        ShipmentNotFound = "SHIPMENT_NOT_FOUND",
        /// There is no such policy of this seller.
        #[graphql(tag = "refusal/not-found")]
        PolicyNotFound = "POLICY_NOT_FOUND",
        /// There is no such bundle group of this seller.
        #[graphql(tag = "refusal/not-found")]
        BundleGroupNotFound = "BUNDLE_GROUP_NOT_FOUND",
        /// There is no such product of this seller.
        #[graphql(tag = "refusal/not-found")]
        ProductNotFound = "PRODUCT_NOT_FOUND",
        /// The seller is another one's.
        #[graphql(tag = "refusal/forbidden")]
        NotYourSeller = "NOT_YOUR_SELLER",
        /// Only an owner or manager of the seller may do this.
        #[graphql(tag = "refusal/forbidden")]
        ManagerNeeded = "MANAGER_NEEDED",
        /// A name of 1–60 characters is needed.
        #[graphql(tag = "refusal/invalid")]
        InvalidName = "INVALID_NAME",
        /// An amount below zero, too large, or one that the policy's kind needs and lacks, or has and must not have.
        #[graphql(tag = "refusal/invalid")]
        InvalidAmount = "INVALID_AMOUNT",
        /// A number of days from 0 to 30 is needed.
        #[graphql(tag = "refusal/invalid")]
        InvalidDispatchDays = "INVALID_DISPATCH_DAYS",
        /// A time of day as in 14:00 is needed.
        #[graphql(tag = "refusal/invalid")]
        InvalidCutOff = "INVALID_CUT_OFF",
        /// What is sent alone belongs to no bundle group.
        #[graphql(tag = "refusal/invalid")]
        AloneOrBundled = "ALONE_OR_BUNDLED",
        /// A seller has one default policy; make another one the default first.
        #[graphql(tag = "refusal/conflict")]
        DefaultPolicy = "DEFAULT_POLICY",
        /// No carrier has that name.
        #[graphql(tag = "refusal/invalid")]
        InvalidCarrier = "INVALID_CARRIER",
        /// The carrier has no tracking numbers of that form.
        #[graphql(tag = "refusal/invalid")]
        InvalidTrackingNumber = "INVALID_TRACKING_NUMBER",
        /// The tracking number belongs to a parcel of another buyer.
        #[graphql(tag = "refusal/conflict")]
        TrackingNumberTaken = "TRACKING_NUMBER_TAKEN",
        /// The shipment has a tracking number already.
        #[graphql(tag = "refusal/conflict")]
        AlreadyInvoiced = "ALREADY_INVOICED",
        /// The shipment has no tracking number yet.
        #[graphql(tag = "refusal/conflict")]
        NotInvoiced = "NOT_INVOICED",
        /// The carrier has the parcel already.
        #[graphql(tag = "refusal/conflict")]
        AlreadyPickedUp = "ALREADY_PICKED_UP",
        /// The carrier does not have the parcel yet.
        #[graphql(tag = "refusal/conflict")]
        NotPickedUp = "NOT_PICKED_UP",
        /// The parcel's way has ended.
        #[graphql(tag = "refusal/conflict")]
        ShipmentEnded = "SHIPMENT_ENDED",
        /// Name some of the shipment's lines, but not all of them.
        #[graphql(tag = "refusal/invalid")]
        InvalidSplit = "INVALID_SPLIT",
        /// The text is no CSV with the columns that are needed.
        #[graphql(tag = "refusal/invalid")]
        InvalidCsv = "INVALID_CSV",
        /// Too many at once.
        #[graphql(tag = "refusal/invalid")]
        TooMany = "TOO_MANY",
    }
}

/// A refusal of a shipping mutation.
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
            Self::ShipmentNotFound => ("배송 정보를 찾을 수 없습니다", "There is no such shipment"),
            Self::PolicyNotFound => ("배송 정책을 찾을 수 없습니다", "There is no such shipping policy"),
            Self::BundleGroupNotFound => ("묶음배송 그룹을 찾을 수 없습니다", "There is no such bundle group"),
            Self::ProductNotFound => ("내 상품이 아닙니다", "There is no such product of this seller"),
            Self::NotYourSeller => ("내 판매자가 아닙니다", "This belongs to another seller"),
            Self::ManagerNeeded => {
                ("판매자의 소유자나 관리자만 할 수 있습니다", "Only an owner or manager of the seller may do this")
            }
            Self::InvalidName => ("이름을 60자 이내로 입력하세요", "Give a name of up to 60 characters"),
            Self::InvalidAmount => {
                ("금액이나 수량이 배송비 유형에 맞지 않습니다", "An amount does not fit the policy's kind")
            }
            Self::InvalidDispatchDays => ("발송 기한은 0~30영업일입니다", "Dispatch takes 0 to 30 business days"),
            Self::InvalidCutOff => ("마감 시각을 14:00처럼 입력하세요", "Write the cut-off time as 14:00"),
            Self::AloneOrBundled => {
                ("개별배송은 묶음배송 그룹에 넣을 수 없습니다", "What is sent alone has no bundle group")
            }
            Self::DefaultPolicy => ("기본 배송 정책은 지울 수 없습니다", "The default policy cannot be removed"),
            Self::InvalidCarrier => ("택배사를 확인하세요", "There is no such carrier"),
            Self::InvalidTrackingNumber => ("운송장 번호를 확인하세요", "The carrier has no such tracking numbers"),
            Self::TrackingNumberTaken => {
                ("다른 주문에 등록된 운송장 번호입니다", "The number belongs to another buyer's parcel")
            }
            Self::AlreadyInvoiced => ("이미 운송장이 등록되었습니다", "The shipment has a tracking number already"),
            Self::NotInvoiced => ("아직 운송장이 없습니다", "The shipment has no tracking number yet"),
            Self::AlreadyPickedUp => ("이미 택배사가 가져간 상품입니다", "The carrier has the parcel already"),
            Self::NotPickedUp => ("아직 택배사가 가져가지 않았습니다", "The carrier does not have the parcel yet"),
            Self::ShipmentEnded => ("이미 끝난 배송입니다", "The parcel's way has ended"),
            Self::InvalidSplit => ("나눌 상품을 일부만 고르세요", "Choose some of the lines, not all"),
            Self::InvalidCsv => (
                "배송번호, 택배사, 운송장번호 열이 있는 CSV가 필요합니다",
                "A CSV with shipmentId, carrier and trackingNumber is needed",
            ),
            Self::TooMany => ("한 번에 처리할 수 있는 수를 넘었습니다", "Too many at once"),
        };
        language.choose(korean, english)
    }
}
