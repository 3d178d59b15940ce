//! The outcomes that a caller can expect, and their wording.

use async_graphql::Enum;
use platform::errors::{GraphError, UserError};
use platform::language::Language;

/// Why a change of a person's data was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "UserErrorCode")]
pub(crate) enum ErrorCode {
    /// A name has 1–50 characters.
    #[graphql(tag = "refusal/invalid")]
    InvalidName,
    /// Not a Korean phone number.
    #[graphql(tag = "refusal/invalid")]
    InvalidPhone,
    /// A postal code (우편번호) has five digits.
    #[graphql(tag = "refusal/invalid")]
    InvalidZonecode,
    /// A line of the address is missing or longer than 200 characters, or `bcode` has not ten digits.
    #[graphql(tag = "refusal/invalid")]
    InvalidAddress,
    /// There is no such address among the signed-in person's.
    #[graphql(tag = "refusal/not-found")]
    AddressNotFound,
    /// A person keeps at most 20 addresses.
    #[graphql(tag = "refusal/conflict")]
    AddressLimit,
    /// Required consents cannot be withdrawn, and every answer names the version of its text.
    #[graphql(tag = "refusal/invalid")]
    ConsentRequired,
    /// There is no such product.
    #[graphql(tag = "refusal/not-found")]
    ProductNotFound,
    /// There is no such user.
    #[graphql(tag = "refusal/not-found")]
    UserNotFound,
    /// Orders are under way; the message names them.
    #[graphql(tag = "refusal/conflict")]
    OpenOrders,
    /// Who acts for a seller leaves the seller first.
    #[graphql(tag = "refusal/conflict")]
    SellerMember,
    /// Accounts of staff are closed by the marketplace.
    #[graphql(tag = "refusal/forbidden")]
    StaffAccount,
    /// The e-mail address is not the account's.
    #[graphql(tag = "refusal/invalid")]
    EmailMismatch,
    /// Nobody is verified here: no provider of identity verifications was set up.
    #[graphql(tag = "refusal/conflict")]
    IdentityVerificationDisabled,
    /// The signed-in person has started no such verification.
    #[graphql(tag = "refusal/not-found")]
    IdentityVerificationNotFound,
    /// The verification was confirmed before; each counts once.
    #[graphql(tag = "refusal/conflict")]
    IdentityVerificationUsed,
    /// The verification was not confirmed in time; start another one.
    #[graphql(tag = "refusal/conflict")]
    IdentityVerificationExpired,
    /// The person has not gone through the provider's window yet.
    #[graphql(tag = "refusal/conflict")]
    IdentityVerificationPending,
    /// The provider did not verify the person.
    #[graphql(tag = "refusal/invalid")]
    IdentityVerificationFailed,
    /// The provider gives no answer that can be used; the verification can be confirmed later.
    #[graphql(tag = "refusal/unavailable")]
    IdentityProviderUnavailable,
    /// More accounts of the same person are verified than may be.
    #[graphql(tag = "refusal/conflict")]
    IdentityAccountLimit,
    /// The person turns 19 in a later year.
    #[graphql(tag = "refusal/forbidden")]
    NotAdult,
    /// Only so many exports can be made in 24 hours.
    #[graphql(tag = "refusal/too-many")]
    TooManyExports,
    /// Only so many identity verifications can be started in 24 hours.
    #[graphql(tag = "refusal/too-many")]
    TooManyIdentityVerifications,
}

impl ErrorCode {
    fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::InvalidName => ("이름은 1~50자로 입력하세요", "A name has 1–50 characters"),
            Self::InvalidPhone => ("전화번호가 올바르지 않습니다", "This is not a Korean phone number"),
            Self::InvalidZonecode => ("우편번호는 다섯 자리 숫자입니다", "A postal code has five digits"),
            Self::InvalidAddress => ("주소를 확인하세요", "Check the address"),
            Self::AddressNotFound => ("주소를 찾을 수 없습니다", "There is no such address"),
            Self::AddressLimit => ("주소는 20개까지 저장할 수 있습니다", "You can keep up to 20 addresses"),
            Self::ConsentRequired => (
                "필수 동의는 철회할 수 없으며, 약관의 버전이 필요합니다",
                "Required consents cannot be withdrawn, and the version of the text is needed",
            ),
            Self::ProductNotFound => ("상품을 찾을 수 없습니다", "There is no such product"),
            Self::UserNotFound => ("사용자를 찾을 수 없습니다", "There is no such user"),
            Self::OpenOrders => ("진행 중인 주문이 있어 탈퇴할 수 없습니다", "There are orders under way"),
            Self::SellerMember => ("판매자 구성원은 먼저 판매자에서 나가야 합니다", "Leave the seller first"),
            Self::StaffAccount => ("직원 계정은 탈퇴할 수 없습니다", "Accounts of staff are closed by the marketplace"),
            Self::TooManyExports => (
                "오늘은 더 이상 내 정보를 내려받을 수 없습니다. 나중에 다시 시도하세요",
                "Your data was exported too often today; try again later",
            ),
            Self::TooManyIdentityVerifications => (
                "오늘은 더 이상 본인인증을 시작할 수 없습니다. 나중에 다시 시도하세요",
                "You started too many verifications today; try again later",
            ),
            Self::EmailMismatch => ("이메일이 계정과 다릅니다", "This is not the account's e-mail address"),
            Self::IdentityVerificationDisabled => {
                ("본인인증을 사용할 수 없습니다", "Identities are not verified in this market")
            }
            Self::IdentityVerificationNotFound => ("본인인증을 찾을 수 없습니다", "There is no such verification"),
            Self::IdentityVerificationUsed => ("이미 사용된 본인인증입니다", "This verification was used already"),
            Self::IdentityVerificationExpired => {
                ("본인인증 시간이 지났습니다. 다시 시작하세요", "The verification took too long; start another one")
            }
            Self::IdentityVerificationPending => {
                ("본인인증이 아직 끝나지 않았습니다", "The verification is not finished yet")
            }
            Self::IdentityVerificationFailed => ("본인인증에 실패했습니다", "The verification has failed"),
            Self::IdentityProviderUnavailable => (
                "본인인증 기관이 응답하지 않습니다. 잠시 후 다시 시도하세요",
                "The provider of identity verifications does not answer; try again shortly",
            ),
            Self::IdentityAccountLimit => (
                "이 본인인증을 사용할 수 있는 계정 수를 넘었습니다",
                "This person is verified with too many accounts already",
            ),
            Self::NotAdult => ("성인만 이용할 수 있습니다", "This is for adults only"),
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

impl From<platform::graph::GraphClientError> for Refusal {
    fn from(error: platform::graph::GraphClientError) -> Self {
        Self::Fault(error.into())
    }
}
