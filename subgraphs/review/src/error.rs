//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// There is no such review, or not for the caller.
        #[graphql(tag = "refusal/not-found")]
        ReviewNotFound = "REVIEW_NOT_FOUND",
        /// The line is not a purchase that the caller has confirmed and kept.
        #[graphql(tag = "refusal/conflict")]
        NotReviewable = "NOT_REVIEWABLE",
        /// The time in which it can be done is over, or has not begun.
        #[graphql(tag = "refusal/conflict")]
        OutOfTime = "OUT_OF_TIME",
        /// The line has a review already.
        #[graphql(tag = "refusal/conflict")]
        AlreadyReviewed = "ALREADY_REVIEWED",
        /// The review has a follow-up already.
        #[graphql(tag = "refusal/conflict")]
        AlreadyFollowedUp = "ALREADY_FOLLOWED_UP",
        /// The review was written by somebody else.
        #[graphql(tag = "refusal/forbidden")]
        NotYourReview = "NOT_YOUR_REVIEW",
        /// Nobody votes for or reports the own review.
        #[graphql(tag = "refusal/forbidden")]
        OwnReview = "OWN_REVIEW",
        /// The review is of another seller's product.
        #[graphql(tag = "refusal/forbidden")]
        NotYourSeller = "NOT_YOUR_SELLER",
        /// The review is hidden by staff.
        #[graphql(tag = "refusal/conflict")]
        ReviewBlinded = "REVIEW_BLINDED",
        /// The review is not hidden.
        #[graphql(tag = "refusal/conflict")]
        ReviewNotBlinded = "REVIEW_NOT_BLINDED",
        /// The review was removed by its author.
        #[graphql(tag = "refusal/conflict")]
        ReviewDeleted = "REVIEW_DELETED",
        /// The caller has reported the review already.
        #[graphql(tag = "refusal/conflict")]
        AlreadyReported = "ALREADY_REPORTED",
        /// There are one to five stars.
        #[graphql(tag = "refusal/invalid")]
        InvalidStars = "INVALID_STARS",
        /// A text that is too short or too long.
        #[graphql(tag = "refusal/invalid")]
        InvalidText = "INVALID_TEXT",
        /// More than ten photos, one twice, or one that is neither a file nor an https address.
        #[graphql(tag = "refusal/invalid")]
        InvalidPhotos = "INVALID_PHOTOS",
        /// A new photo is none that the author has uploaded for reviews.
        #[graphql(tag = "refusal/not-found")]
        PhotoNotFound = "PHOTO_NOT_FOUND",
    }
}

/// A refusal of a review mutation.
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
            Self::ReviewNotFound => ("리뷰를 찾을 수 없습니다", "There is no such review"),
            Self::NotReviewable => {
                ("구매 확정한 상품에만 리뷰를 쓸 수 있습니다", "Only purchases that you confirmed can be reviewed")
            }
            Self::OutOfTime => ("작성할 수 있는 기간이 아닙니다", "This cannot be done at this time"),
            Self::AlreadyReviewed => ("이미 리뷰를 작성했습니다", "This purchase was reviewed already"),
            Self::AlreadyFollowedUp => ("이미 한달 사용 리뷰를 작성했습니다", "There is a follow-up already"),
            Self::NotYourReview => ("내가 쓴 리뷰가 아닙니다", "This is not your review"),
            Self::OwnReview => ("내 리뷰에는 할 수 없습니다", "Not for your own review"),
            Self::NotYourSeller => ("내 판매자의 상품이 아닙니다", "This belongs to another seller"),
            Self::ReviewBlinded => ("블라인드 처리된 리뷰입니다", "The review is hidden"),
            Self::ReviewNotBlinded => ("블라인드 상태가 아닙니다", "The review is not hidden"),
            Self::ReviewDeleted => ("삭제된 리뷰입니다", "The review was removed"),
            Self::AlreadyReported => ("이미 신고한 리뷰입니다", "You have reported this review already"),
            Self::InvalidStars => ("별점은 1점부터 5점까지입니다", "Give one to five stars"),
            Self::InvalidText => ("글자 수를 확인하세요", "The text is too short or too long"),
            Self::PhotoNotFound => {
                ("리뷰용으로 올린 내 사진이 아닙니다", "This is no photo that you uploaded for reviews")
            }
            Self::InvalidPhotos => ("사진을 확인하세요 (최대 10장)", "Check the photos; up to ten"),
        };
        language.choose(korean, english)
    }
}
