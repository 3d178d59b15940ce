//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// There is no such banner, or none that is shown.
        #[graphql(tag = "refusal/not-found")]
        BannerNotFound = "BANNER_NOT_FOUND",
        /// There is no such slot.
        #[graphql(tag = "refusal/not-found")]
        SlotNotFound = "SLOT_NOT_FOUND",
        /// Another slot has the key.
        #[graphql(tag = "refusal/conflict")]
        SlotKeyTaken = "SLOT_KEY_TAKEN",
        /// The banner is a draft still.
        #[graphql(tag = "refusal/conflict")]
        BannerDraft = "BANNER_DRAFT",
        /// The banner is waiting for its beginning.
        #[graphql(tag = "refusal/conflict")]
        BannerScheduled = "BANNER_SCHEDULED",
        /// The banner is being shown; pause it first.
        #[graphql(tag = "refusal/conflict")]
        BannerActive = "BANNER_ACTIVE",
        /// The banner is paused.
        #[graphql(tag = "refusal/conflict")]
        BannerPaused = "BANNER_PAUSED",
        /// The banner is over.
        #[graphql(tag = "refusal/conflict")]
        BannerEnded = "BANNER_ENDED",
        /// Its time is not there yet, or not over.
        #[graphql(tag = "refusal/conflict")]
        NotDue = "NOT_DUE",
        /// A text that is empty or too long, or a key that is not like `home-hero`.
        #[graphql(tag = "refusal/invalid")]
        InvalidText = "INVALID_TEXT",
        /// Neither a path of the market nor an https address that is allowed.
        #[graphql(tag = "refusal/invalid")]
        InvalidLink = "INVALID_LINK",
        /// It ends before it begins, or is over already.
        #[graphql(tag = "refusal/invalid")]
        InvalidPeriod = "INVALID_PERIOD",
        /// A number out of its range.
        #[graphql(tag = "refusal/invalid")]
        InvalidNumber = "INVALID_NUMBER",
        /// No device, or one twice.
        #[graphql(tag = "refusal/invalid")]
        InvalidDevices = "INVALID_DEVICES",
        /// There are one to four variants.
        #[graphql(tag = "refusal/invalid")]
        InvalidVariants = "INVALID_VARIANTS",
        /// The order does not name each banner of the slot that is not over, once.
        #[graphql(tag = "refusal/invalid")]
        InvalidOrder = "INVALID_ORDER",
    }
}

/// A refusal of a banner mutation.
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
            Self::BannerNotFound => ("배너를 찾을 수 없습니다", "There is no such banner"),
            Self::SlotNotFound => ("배너 영역을 찾을 수 없습니다", "There is no such slot"),
            Self::SlotKeyTaken => ("이미 쓰고 있는 영역 키입니다", "Another slot has this key"),
            Self::BannerDraft => ("아직 작성 중인 배너입니다", "The banner is a draft"),
            Self::BannerScheduled => ("게시 예정인 배너입니다", "The banner is scheduled"),
            Self::BannerActive => ("게시 중인 배너입니다", "The banner is being shown; pause it first"),
            Self::BannerPaused => ("일시 중지된 배너입니다", "The banner is paused"),
            Self::BannerEnded => ("종료된 배너입니다", "The banner is over"),
            Self::NotDue => ("아직 때가 아닙니다", "It is not time yet"),
            Self::InvalidText => ("입력한 글을 확인하세요", "Check the text"),
            Self::InvalidLink => ("연결할 수 없는 주소입니다", "This address is not allowed"),
            Self::InvalidPeriod => ("게시 기간을 확인하세요", "Check when it begins and ends"),
            Self::InvalidNumber => ("숫자를 확인하세요", "Check the number"),
            Self::InvalidDevices => ("기기를 하나 이상 고르세요", "Choose at least one device"),
            Self::InvalidVariants => ("시안은 1개에서 4개까지입니다", "Give one to four variants"),
            Self::InvalidOrder => ("영역의 모든 배너를 한 번씩 나열하세요", "List each of the slot's banners once"),
        };
        language.choose(korean, english)
    }
}
