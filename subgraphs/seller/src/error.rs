//! The outcomes that a caller can expect, and their wording.

use async_graphql::Enum;
use platform::errors::{GraphError, UserError};
use platform::language::Language;

/// Why a change of a seller was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "UserErrorCode")]
pub(crate) enum ErrorCode {
    /// There is no such seller.
    #[graphql(tag = "refusal/not-found")]
    SellerNotFound,
    /// The shop or its representative needs a name of 1–60 characters; an introduction has at most 2,000.
    #[graphql(tag = "refusal/invalid")]
    InvalidName,
    /// The business registration number (사업자등록번호) is not one: ten digits, the last of them a check digit.
    #[graphql(tag = "refusal/invalid")]
    InvalidBusinessNumber,
    /// The mail-order business report number (통신판매업 신고번호) does not look like `2024-서울강남-01234`.
    #[graphql(tag = "refusal/invalid")]
    InvalidMailOrderNumber,
    /// Not a Korean phone number.
    #[graphql(tag = "refusal/invalid")]
    InvalidPhone,
    /// Not an e-mail address.
    #[graphql(tag = "refusal/invalid")]
    InvalidEmail,
    /// The address is empty or longer than 200 characters.
    #[graphql(tag = "refusal/invalid")]
    InvalidAddress,
    /// The bank account lacks its bank, its number of 8–16 digits, or its holder.
    #[graphql(tag = "refusal/invalid")]
    InvalidBankAccount,
    /// Another seller has this business registration number.
    #[graphql(tag = "refusal/conflict")]
    BusinessNumberTaken,
    /// Not possible in the seller's present state.
    #[graphql(tag = "refusal/conflict")]
    StateConflict,
    /// A reason of 1–500 characters is needed.
    #[graphql(tag = "refusal/invalid")]
    ReasonRequired,
    /// 1–20 documents are needed, each a file (`fileId`).
    #[graphql(tag = "refusal/invalid")]
    DocumentsRequired,
    /// A document has ended: hand in another one, or set until when it holds.
    #[graphql(tag = "refusal/conflict")]
    DocumentExpired,
    /// There is no such document among those of the seller that count.
    #[graphql(tag = "refusal/not-found")]
    DocumentNotFound,
    /// There is no such file of the caller's that was uploaded as a SELLER_DOCUMENT, for this seller or for none.
    #[graphql(tag = "refusal/not-found")]
    FileNotFound,
    /// There is no such request to correct particulars.
    #[graphql(tag = "refusal/not-found")]
    ParticularsRequestNotFound,
    /// Another request to correct the particulars is open.
    #[graphql(tag = "refusal/conflict")]
    ParticularsRequestOpen,
    /// The request was decided, or taken back.
    #[graphql(tag = "refusal/conflict")]
    ParticularsRequestDecided,
    /// All of it is so already.
    #[graphql(tag = "refusal/invalid")]
    NothingChanges,
    /// That person is a member already.
    #[graphql(tag = "refusal/conflict")]
    MemberExists,
    /// That person is no member.
    #[graphql(tag = "refusal/not-found")]
    MemberNotFound,
    /// A seller cannot be without an owner.
    #[graphql(tag = "refusal/conflict")]
    LastOwner,
    /// Only an owner of the seller may do this.
    #[graphql(tag = "refusal/forbidden")]
    NotOwner,
}

impl ErrorCode {
    fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::SellerNotFound => ("판매자를 찾을 수 없습니다", "There is no such seller"),
            Self::InvalidName => ("이름이나 소개의 길이를 확인하세요", "Check the length of the name or introduction"),
            Self::InvalidBusinessNumber => {
                ("사업자등록번호가 올바르지 않습니다", "This is not a business registration number")
            }
            Self::InvalidMailOrderNumber => (
                "통신판매업 신고번호가 올바르지 않습니다 (예: 2024-서울강남-01234)",
                "This is not a mail-order report number (such as 2024-서울강남-01234)",
            ),
            Self::InvalidPhone => ("전화번호가 올바르지 않습니다", "This is not a Korean phone number"),
            Self::InvalidEmail => ("이메일 주소가 올바르지 않습니다", "This is not an e-mail address"),
            Self::InvalidAddress => ("주소를 확인하세요", "Check the address"),
            Self::InvalidBankAccount => ("계좌 정보를 확인하세요", "Check the bank account"),
            Self::BusinessNumberTaken => {
                ("이미 등록된 사업자등록번호입니다", "This business registration number is registered already")
            }
            Self::StateConflict => {
                ("판매자의 현재 상태에서는 할 수 없습니다", "Not possible in the seller's present state")
            }
            Self::ReasonRequired => ("사유를 500자 이내로 입력하세요", "Give a reason of up to 500 characters"),
            Self::DocumentsRequired => ("서류를 한 건 이상 제출하세요", "Hand in at least one document"),
            Self::DocumentExpired => ("유효 기간이 지난 서류입니다", "The document has ended"),
            Self::DocumentNotFound => ("서류를 찾을 수 없습니다", "There is no such document"),
            Self::FileNotFound => ("업로드한 서류를 찾을 수 없습니다", "There is no such uploaded document of yours"),
            Self::ParticularsRequestNotFound => {
                ("변경 신청을 찾을 수 없습니다", "There is no such request to change particulars")
            }
            Self::ParticularsRequestOpen => {
                ("처리 중인 변경 신청이 있습니다", "Another request to change particulars is open")
            }
            Self::ParticularsRequestDecided => ("이미 처리된 변경 신청입니다", "The request was decided already"),
            Self::NothingChanges => ("변경되는 내용이 없습니다", "All of it is so already"),
            Self::MemberExists => ("이미 구성원입니다", "That person is a member already"),
            Self::MemberNotFound => ("구성원을 찾을 수 없습니다", "That person is no member"),
            Self::LastOwner => ("마지막 소유자는 나갈 수 없습니다", "The last owner cannot leave"),
            Self::NotOwner => ("소유자만 할 수 있습니다", "Only an owner may do this"),
        };
        language.choose(korean, english)
    }

    /// The refusal for the input at `field`.
    pub(crate) fn at(self, field: &[&str], language: Language) -> UserError<Self> {
        UserError::new(self, field, self.message(language))
    }
}

/// An action that did not happen.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// For reasons that the caller can act on.
    Expected(Vec<UserError<ErrorCode>>),
    /// For any other reason.
    Fault(GraphError),
}

impl From<UserError<ErrorCode>> for Refusal {
    fn from(error: UserError<ErrorCode>) -> Self {
        Self::Expected(vec![error])
    }
}

impl From<GraphError> for Refusal {
    fn from(error: GraphError) -> Self {
        Self::Fault(error)
    }
}

impl From<diesel::result::Error> for Refusal {
    fn from(error: diesel::result::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<platform::database::PoolError> for Refusal {
    fn from(error: platform::database::PoolError) -> Self {
        Self::Fault(error.into())
    }
}
