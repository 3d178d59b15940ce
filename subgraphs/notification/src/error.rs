//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// The event is not sent by this way, or the law does not let it be refused.
        #[graphql(tag = "refusal/invalid")]
        PreferenceFixed = "PREFERENCE_FIXED",
        /// There is no such endpoint.
        #[graphql(tag = "refusal/not-found")]
        EndpointNotFound = "ENDPOINT_NOT_FOUND",
        /// The seller is another's.
        #[graphql(tag = "refusal/forbidden")]
        NotYourSeller = "NOT_YOUR_SELLER",
        /// Only an owner or manager of the seller may do this.
        #[graphql(tag = "refusal/forbidden")]
        ManagerNeeded = "MANAGER_NEEDED",
        /// Neither a public https address, nor one that is allowed for development.
        #[graphql(tag = "refusal/invalid")]
        InvalidUrl = "INVALID_URL",
        /// No event, one twice, or one that endpoints are not told.
        #[graphql(tag = "refusal/invalid")]
        InvalidEvents = "INVALID_EVENTS",
        /// The seller has as many endpoints as there may be.
        #[graphql(tag = "refusal/conflict")]
        TooManyEndpoints = "TOO_MANY_ENDPOINTS",
        /// There is no such delivery.
        #[graphql(tag = "refusal/not-found")]
        DeliveryNotFound = "DELIVERY_NOT_FOUND",
        /// The delivery is on its way already.
        #[graphql(tag = "refusal/conflict")]
        DeliveryPending = "DELIVERY_PENDING",
        /// The delivery has arrived.
        #[graphql(tag = "refusal/conflict")]
        DeliveryDone = "DELIVERY_DONE",
        /// The delivery was given up.
        #[graphql(tag = "refusal/conflict")]
        DeliveryDead = "DELIVERY_DEAD",
        /// The delivery was not to be sent.
        #[graphql(tag = "refusal/conflict")]
        DeliverySkipped = "DELIVERY_SKIPPED",
        /// A text that is empty or too long.
        #[graphql(tag = "refusal/invalid")]
        InvalidText = "INVALID_TEXT",
        /// Nobody, or too many at once.
        #[graphql(tag = "refusal/invalid")]
        InvalidRecipients = "INVALID_RECIPIENTS",
    }
}

/// A refusal of a notification mutation.
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
            Self::PreferenceFixed => ("변경할 수 없는 알림입니다", "This cannot be chosen"),
            Self::EndpointNotFound => ("웹훅을 찾을 수 없습니다", "There is no such endpoint"),
            Self::NotYourSeller => ("내 판매자가 아닙니다", "This belongs to another seller"),
            Self::ManagerNeeded => {
                ("판매자의 소유자나 관리자만 할 수 있습니다", "Only an owner or manager of the seller may do this")
            }
            Self::InvalidUrl => ("공개된 https 주소를 입력하세요", "Give a public https address"),
            Self::InvalidEvents => ("이벤트를 확인하세요", "Check the events"),
            Self::TooManyEndpoints => ("웹훅은 10개까지 만들 수 있습니다", "There may be ten endpoints"),
            Self::DeliveryNotFound => ("발송 내역을 찾을 수 없습니다", "There is no such delivery"),
            Self::DeliveryPending => ("이미 발송 대기 중입니다", "It is on its way already"),
            Self::DeliveryDone => ("이미 발송되었습니다", "It has arrived already"),
            Self::DeliveryDead => ("발송을 포기한 알림입니다", "It was given up"),
            Self::DeliverySkipped => ("발송하지 않기로 한 알림입니다", "It was not to be sent"),
            Self::InvalidText => ("입력한 글을 확인하세요", "Check the text"),
            Self::InvalidRecipients => ("받는 사람은 1명에서 1,000명까지입니다", "Name 1 to 1,000 people"),
        };
        language.choose(korean, english)
    }
}
