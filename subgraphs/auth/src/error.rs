//! The outcomes that a caller can expect, and their wording.

use std::time::Duration;

use async_graphql::Enum;
use platform::errors::{GraphError, UserError};
use platform::language::Language;

/// Why nobody was signed up, in or out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "UserErrorCode")]
pub(crate) enum ErrorCode {
    /// Somebody has signed up with this e-mail address.
    #[graphql(tag = "refusal/conflict")]
    EmailTaken,
    /// Not an e-mail address.
    #[graphql(tag = "refusal/invalid")]
    InvalidEmail,
    /// The password is too short, too simple, too common, or too close to the e-mail address.
    #[graphql(tag = "refusal/invalid")]
    WeakPassword,
    /// A name has 1–50 characters.
    #[graphql(tag = "refusal/invalid")]
    InvalidName,
    /// Not a Korean phone number.
    #[graphql(tag = "refusal/invalid")]
    InvalidPhone,
    /// TERMS, PRIVACY and AGE_OVER_14 have to be granted, and every consent names the version of its text.
    #[graphql(tag = "refusal/invalid")]
    ConsentRequired,
    /// E-mail address or password are wrong.
    #[graphql(tag = "refusal/unauthenticated")]
    InvalidCredentials,
    /// Too many wrong passwords or codes; wait.
    #[graphql(tag = "refusal/too-many")]
    TooManyAttempts,
    /// The refresh token is unknown, or its session has ended; sign in again.
    #[graphql(tag = "refusal/unauthenticated")]
    InvalidRefreshToken,
    /// The refresh token was replaced before; its session was ended. Sign in again.
    #[graphql(tag = "refusal/unauthenticated")]
    RefreshTokenReused,
    /// The link's token is unknown, used up or too old; ask for a new link.
    #[graphql(tag = "refusal/invalid")]
    InvalidToken,
    /// The e-mail address is verified already.
    #[graphql(tag = "refusal/conflict")]
    EmailAlreadyVerified,
    /// There is no such session among the signed-in person's.
    #[graphql(tag = "refusal/not-found")]
    SessionNotFound,
    /// There is no such user.
    #[graphql(tag = "refusal/not-found")]
    UserNotFound,
    /// The sign-in that waited for its second factor is unknown, over, or was tried too often; sign in again.
    #[graphql(tag = "refusal/invalid")]
    InvalidChallenge,
    /// The code is wrong, too old, or was used before.
    #[graphql(tag = "refusal/invalid")]
    InvalidCode,
    /// There is no such second factor among the signed-in person's.
    #[graphql(tag = "refusal/not-found")]
    FactorNotFound,
    /// The account has as many second factors as it may have.
    #[graphql(tag = "refusal/conflict")]
    TooManyFactors,
    /// Nobody signs in by this service here, or it does not answer now.
    #[graphql(tag = "refusal/unavailable")]
    ProviderUnavailable,
    /// The sign-in did not begin in this browser, or was too long at the provider; begin again.
    #[graphql(tag = "refusal/invalid")]
    InvalidOauthFlow,
    /// The provider did not accept the sign-in, or its answer is not to be believed; begin again.
    #[graphql(tag = "refusal/invalid")]
    OauthRefused,
    /// There is an account with that e-mail address, which the provider has not verified: sign in with the password, then link the provider.
    #[graphql(tag = "refusal/invalid")]
    OauthEmailUnverified,
    /// The account there is linked to an account already, or the account here to one there.
    #[graphql(tag = "refusal/conflict")]
    AlreadyLinked,
    /// There is no such link among the signed-in person's.
    #[graphql(tag = "refusal/not-found")]
    LinkNotFound,
    /// Nothing would be left to sign in with.
    #[graphql(tag = "refusal/conflict")]
    LastCredential,
    /// The passkey is unknown, or what the device has signed is not to be believed; begin again.
    #[graphql(tag = "refusal/invalid")]
    InvalidPasskey,
    /// There is no such passkey among the signed-in person's.
    #[graphql(tag = "refusal/not-found")]
    PasskeyNotFound,
    /// Nobody uses passkeys here; sign in another way.
    #[graphql(tag = "refusal/conflict")]
    PasskeysDisabled,
}

impl ErrorCode {
    fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::EmailTaken => ("이미 가입된 이메일입니다", "Somebody has signed up with this e-mail address"),
            Self::InvalidEmail => ("이메일 주소가 올바르지 않습니다", "This is not an e-mail address"),
            Self::WeakPassword => (
                "비밀번호는 10자 이상이며, 이메일과 다르고 추측하기 어려워야 합니다",
                "A password has at least 10 characters, differs from the e-mail address and is hard to guess",
            ),
            Self::InvalidName => ("이름은 1~50자로 입력하세요", "A name has 1–50 characters"),
            Self::InvalidPhone => ("전화번호가 올바르지 않습니다", "This is not a Korean phone number"),
            Self::ConsentRequired => ("필수 약관에 동의해 주세요", "Agree to the required terms"),
            Self::InvalidCredentials => {
                ("이메일 또는 비밀번호가 올바르지 않습니다", "E-mail address or password are wrong")
            }
            Self::TooManyAttempts => {
                ("시도가 너무 많습니다. 잠시 후 다시 시도하세요", "Too many attempts; try again later")
            }
            Self::InvalidRefreshToken | Self::RefreshTokenReused => {
                ("로그인이 만료되었습니다. 다시 로그인하세요", "Your session has ended; sign in again")
            }
            Self::InvalidToken => (
                "링크가 만료되었거나 이미 사용되었습니다. 다시 요청하세요",
                "The link is too old or was used; ask for a new one",
            ),
            Self::EmailAlreadyVerified => ("이미 인증된 이메일입니다", "The e-mail address is verified already"),
            Self::SessionNotFound => ("로그인 기록을 찾을 수 없습니다", "There is no such session"),
            Self::UserNotFound => ("사용자를 찾을 수 없습니다", "There is no such user"),
            Self::InvalidChallenge => {
                ("로그인 시간이 지났습니다. 처음부터 다시 로그인하세요", "The sign-in has ended; sign in again")
            }
            Self::InvalidCode => ("인증 코드가 올바르지 않습니다", "The code is wrong or was used before"),
            Self::FactorNotFound => ("인증 수단을 찾을 수 없습니다", "There is no such second factor"),
            Self::TooManyFactors => ("더 등록할 수 없습니다", "There are too many already"),
            Self::ProviderUnavailable => {
                ("지금은 이 서비스로 로그인할 수 없습니다", "Signing in by this service is not possible now")
            }
            Self::InvalidOauthFlow => {
                ("로그인 시간이 지났습니다. 처음부터 다시 시도하세요", "The sign-in has ended; begin again")
            }
            Self::OauthRefused => ("로그인하지 못했습니다. 다시 시도하세요", "The sign-in was refused; begin again"),
            Self::OauthEmailUnverified => (
                "이미 가입된 이메일입니다. 비밀번호로 로그인한 뒤 보안 설정에서 연결하세요",
                "There is an account with this e-mail address: sign in with its password, then link under security",
            ),
            Self::AlreadyLinked => ("이미 연결된 계정입니다", "The account is linked already"),
            Self::LinkNotFound => ("연결된 계정을 찾을 수 없습니다", "There is no such link"),
            Self::InvalidPasskey => ("패스키를 확인하지 못했습니다", "The passkey could not be verified"),
            Self::PasskeyNotFound => ("패스키를 찾을 수 없습니다", "There is no such passkey"),
            Self::PasskeysDisabled => ("패스키를 사용할 수 없습니다", "Passkeys are switched off"),
            Self::LastCredential => (
                "마지막 로그인 수단은 삭제할 수 없습니다. 비밀번호를 먼저 설정하세요",
                "This is the last way to sign in; set a password first",
            ),
        };
        language.choose(korean, english)
    }

    /// The refusal for the input at `field`.
    pub(crate) fn at(self, field: &[&str], language: Language) -> UserError<Self> {
        UserError::new(self, field, self.message(language))
    }

    /// The refusal of an attempt that has to wait.
    pub(crate) fn wait(left: Duration, language: Language) -> UserError<Self> {
        let seconds = left.as_secs() + 1;
        let message = match language {
            Language::Korean => format!("시도가 너무 많습니다. {seconds}초 후 다시 시도하세요"),
            Language::English => format!("Too many attempts; try again in {seconds} s"),
        };
        UserError::new(Self::TooManyAttempts, &[], message).worth_retrying()
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

impl From<crate::seal::SealError> for Refusal {
    fn from(error: crate::seal::SealError) -> Self {
        Self::Fault(GraphError::internal(error))
    }
}

impl From<platform::database::PoolError> for Refusal {
    fn from(error: platform::database::PoolError) -> Self {
        Self::Fault(error.into())
    }
}
