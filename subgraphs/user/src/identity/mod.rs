//! The edge to the provider of identity verifications (본인인증): what we ask of it, and what it may answer.

mod http;

use chrono::NaiveDate;
use futures::future::BoxFuture;

pub(crate) use http::PortOneClient;

use crate::model::IdentityVerificationId;

/// Somebody whose identity was verified.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct VerifiedPerson {
    pub(crate) birth_date: NaiveDate,
    /// 연계정보 (CI): the same for a person wherever in Korea the person is verified.
    pub(crate) ci: String,
}

/// What has become of a verification.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The person is not done yet.
    Pending,
    /// The person was not verified, or not by the way that we ask for.
    Failed,
    /// The person was verified.
    Verified(VerifiedPerson),
}

/// The provider gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    /// No answer, or none in time.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// It answers what it does not promise, or less than we need: somebody has to look at it.
    #[error("unusable: {0}")]
    Unusable(String),
}

/// Somebody's service that verifies who people are.
pub(crate) trait IdentityProvider: Send + Sync {
    /// What has become of the verification.
    fn find(&self, id: IdentityVerificationId) -> BoxFuture<'_, Result<Outcome, IdentityError>>;
}

/// Where people are verified.
pub(crate) struct IdentityDesk {
    pub(crate) provider: Box<dyn IdentityProvider>,
    /// Our store at the provider, for its browser SDK.
    pub(crate) store_id: String,
    /// The way of verification that we ask for.
    pub(crate) channel_key: String,
    /// The sandbox's window as browsers reach it; none where the SDK opens the provider's own.
    pub(crate) window_url: Option<String>,
}
