//! The edge to those by whose services people sign in: what we ask of them, and what they may answer.

mod exchange;
mod naver;
mod oidc;
mod registry;

use futures::future::BoxFuture;

pub(crate) use registry::Providers;

platform::text_enum! {
    /// By whose service a person signs in.
    pub enum OauthProvider {
        /// 카카오.
        Kakao = "KAKAO",
        /// 네이버.
        Naver = "NAVER",
        /// Google.
        Google = "GOOGLE",
    }
}

impl OauthProvider {
    /// The provider's name in paths.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Kakao => "kakao",
            Self::Naver => "naver",
            Self::Google => "google",
        }
    }
}

/// What the person's browser is sent to the provider with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Authorization<'a> {
    pub(crate) state: &'a str,
    pub(crate) nonce: &'a str,
    /// The SHA-256 of the verifier (RFC 7636).
    pub(crate) challenge: &'a str,
    pub(crate) redirect_uri: &'a str,
}

/// What the browser came back with, and what we had kept.
#[derive(Clone, Debug)]
pub(crate) struct Returned {
    pub(crate) code: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    pub(crate) redirect_uri: String,
}

/// Who the person is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Never changes, and belongs to nobody else there.
    pub(crate) subject: String,
    pub(crate) email: Option<String>,
    /// Whether the provider has made sure that the address is the person's.
    pub(crate) email_verified: bool,
    pub(crate) name: Option<String>,
}

/// Why nobody was identified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider did not accept the code, or what it said is not to be believed.
    #[error("refused: {0}")]
    Refused(String),
    /// No answer, or none in time.
    #[error("unavailable: {0}")]
    Unavailable(String),
}

/// Somebody's service by which people sign in.
pub(crate) trait IdentityProvider: Send + Sync {
    /// Where to send the person's browser.
    fn authorization_url(&self, authorization: &Authorization<'_>) -> String;

    /// Who has come back.
    fn identify(&self, returned: Returned) -> BoxFuture<'_, Result<Identity, ProviderError>>;
}
