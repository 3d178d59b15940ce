//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// There is no such group of synonyms.
        #[graphql(tag = "refusal/not-found")]
        SynonymNotFound = "SYNONYM_NOT_FOUND",
        /// A group has 2 to 20 different terms of up to 40 characters with letters or digits.
        #[graphql(tag = "refusal/invalid")]
        InvalidTerms = "INVALID_TERMS",
        /// A term stands in another group already.
        #[graphql(tag = "refusal/conflict")]
        TermTaken = "TERM_TAKEN",
    }
}

/// A refusal of a search mutation.
pub(crate) type Refusal = UserError<UserErrorCode>;
/// Why an action did not do what was asked.
pub(crate) type Failure = ActionError<UserErrorCode>;

impl UserErrorCode {
    /// The refusal in the request's language, at an input field.
    pub(crate) fn at(self, field: &[&str], language: Language) -> Refusal {
        let (korean, english) = match self {
            Self::SynonymNotFound => ("동의어를 찾을 수 없습니다", "There is no such group of synonyms"),
            Self::InvalidTerms => {
                ("서로 다른 단어를 2개부터 20개까지 입력하세요", "Give 2 to 20 different terms of up to 40 characters")
            }
            Self::TermTaken => ("이미 다른 동의어 묶음에 있는 단어입니다", "A term stands in another group already"),
        };
        UserError::new(self, field, language.choose(korean, english))
    }
}
