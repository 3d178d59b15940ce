//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// There is no such API client.
        #[graphql(tag = "refusal/not-found")]
        ApiClientNotFound = "API_CLIENT_NOT_FOUND",
        /// The API client was revoked.
        #[graphql(tag = "refusal/conflict")]
        ApiClientRevoked = "API_CLIENT_REVOKED",
        /// Another API client has the name.
        #[graphql(tag = "refusal/conflict")]
        ApiClientNameTaken = "API_CLIENT_NAME_TAKEN",
        /// There is no such key.
        #[graphql(tag = "refusal/not-found")]
        ApiKeyNotFound = "API_KEY_NOT_FOUND",
        /// The client has as many live keys as it may have; revoke one first.
        #[graphql(tag = "refusal/conflict")]
        TooManyApiKeys = "TOO_MANY_API_KEYS",
        /// A text that is empty or too long.
        #[graphql(tag = "refusal/invalid")]
        InvalidText = "INVALID_TEXT",
        /// A number out of its range.
        #[graphql(tag = "refusal/invalid")]
        InvalidNumber = "INVALID_NUMBER",
        /// The scope SELLER and a seller belong together; no scope may be there twice.
        #[graphql(tag = "refusal/invalid")]
        InvalidScopes = "INVALID_SCOPES",
        /// A moment that is over.
        #[graphql(tag = "refusal/invalid")]
        InvalidPeriod = "INVALID_PERIOD",
        /// No document, more than 500, or one twice.
        #[graphql(tag = "refusal/invalid")]
        InvalidDocuments = "INVALID_DOCUMENTS",
        /// A document that the graph would refuse.
        #[graphql(tag = "refusal/invalid")]
        DocumentNotValid = "DOCUMENT_NOT_VALID",
        /// The hash that was given is not the SHA-256 of the document.
        #[graphql(tag = "refusal/invalid")]
        DocumentHashMismatch = "DOCUMENT_HASH_MISMATCH",
    }
}

/// A refusal of a gateway mutation.
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
            Self::ApiClientNotFound => ("API 클라이언트를 찾을 수 없습니다", "There is no such API client"),
            Self::ApiClientRevoked => ("폐기된 API 클라이언트입니다", "The API client was revoked"),
            Self::ApiClientNameTaken => ("이미 쓰고 있는 이름입니다", "Another API client has this name"),
            Self::ApiKeyNotFound => ("API 키를 찾을 수 없습니다", "There is no such key"),
            Self::TooManyApiKeys => {
                ("유효한 키가 너무 많습니다. 하나를 먼저 폐기하세요", "There are too many live keys; revoke one first")
            }
            Self::InvalidText => ("입력한 글을 확인하세요", "Check the text"),
            Self::InvalidNumber => ("숫자를 확인하세요", "Check the number"),
            Self::InvalidScopes => (
                "권한을 확인하세요. SELLER 권한에는 판매자가 필요합니다",
                "Check the scopes; SELLER goes with a seller",
            ),
            Self::InvalidPeriod => ("이미 지난 시각입니다", "This moment is over"),
            Self::InvalidDocuments => {
                ("서로 다른 문서를 1개에서 500개까지 등록할 수 있습니다", "Give one to 500 documents, each once")
            }
            Self::DocumentNotValid => ("그래프에서 실행할 수 없는 문서입니다", "The graph would refuse this document"),
            Self::DocumentHashMismatch => {
                ("해시가 문서의 SHA-256이 아닙니다", "The hash is not the document's SHA-256")
            }
        };
        language.choose(korean, english)
    }
}
