//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// There is no such file, or it is not yours.
        #[graphql(tag = "refusal/not-found")]
        FileNotFound = "FILE_NOT_FOUND",
        /// There is no such upload, or it is not yours.
        #[graphql(tag = "refusal/not-found")]
        UploadNotFound = "UPLOAD_NOT_FOUND",
        /// The upload is complete, refused or expired.
        #[graphql(tag = "refusal/conflict")]
        StateConflict = "STATE_CONFLICT",
        /// The bytes have not come yet.
        #[graphql(tag = "refusal/conflict")]
        UploadIncomplete = "UPLOAD_INCOMPLETE",
        /// Files for this purpose are not yours to upload.
        #[graphql(tag = "refusal/forbidden")]
        PurposeNotAllowed = "PURPOSE_NOT_ALLOWED",
        /// The file proves a claim, or is a seller's document that counts: only staff delete it.
        #[graphql(tag = "refusal/conflict")]
        FileHeld = "FILE_HELD",
        /// You do not act for that seller.
        #[graphql(tag = "refusal/forbidden")]
        NotYourSeller = "NOT_YOUR_SELLER",
        /// The bytes are of no type that this purpose takes: JPEG, PNG, WebP, and PDF for documents.
        #[graphql(tag = "refusal/unsupported-media")]
        UnsupportedType = "UNSUPPORTED_TYPE",
        /// The image cannot be read, or has too many pixels.
        #[graphql(tag = "refusal/invalid")]
        InvalidImage = "INVALID_IMAGE",
        /// The file is empty, or larger than allowed or announced.
        #[graphql(tag = "refusal/invalid")]
        InvalidSize = "INVALID_SIZE",
        /// A name of 1–200 characters is needed.
        #[graphql(tag = "refusal/invalid")]
        InvalidName = "INVALID_NAME",
        /// As much as one person may upload in 24 hours has been uploaded.
        #[graphql(tag = "refusal/too-many")]
        QuotaExceeded = "QUOTA_EXCEEDED",
    }
}

/// A refusal of a mutation.
pub(crate) type Refusal = UserError<UserErrorCode>;
/// Why an action did not do what was asked.
pub(crate) type Failure = ActionError<UserErrorCode>;

impl UserErrorCode {
    /// The refusal in the request's language, at an input field.
    pub(crate) fn at(self, field: &[&str], language: Language) -> Refusal {
        UserError::new(self, field, self.message(language))
    }

    pub(crate) fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::FileNotFound => ("파일을 찾을 수 없습니다", "There is no such file"),
            Self::UploadNotFound => ("업로드를 찾을 수 없습니다", "There is no such upload"),
            Self::StateConflict => ("이미 처리된 업로드입니다", "The upload is over"),
            Self::UploadIncomplete => ("아직 파일이 전송되지 않았습니다", "The bytes have not come yet"),
            Self::PurposeNotAllowed => ("이 용도로 올릴 권한이 없습니다", "You may not upload files for this purpose"),
            Self::FileHeld => ("증빙으로 쓰이는 파일은 삭제할 수 없습니다", "The file proves something and stays"),
            Self::NotYourSeller => ("내 판매자가 아닙니다", "You do not act for this seller"),
            Self::UnsupportedType => ("지원하지 않는 파일 형식입니다", "Files of this type are not taken"),
            Self::InvalidImage => {
                ("이미지를 읽을 수 없거나 너무 큽니다", "The image cannot be read or has too many pixels")
            }
            Self::InvalidSize => ("파일이 비어 있거나 너무 큽니다", "The file is empty or too large"),
            Self::InvalidName => ("파일 이름을 200자 이내로 입력하세요", "Give a name of up to 200 characters"),
            Self::QuotaExceeded => ("하루에 올릴 수 있는 양을 넘었습니다", "The day's uploads are used up"),
        };
        language.choose(korean, english)
    }
}
