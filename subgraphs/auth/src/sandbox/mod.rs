//! A local server that speaks the protocols of Kakao, Naver and Google, for development and tests: whoever asks is whoever
//! they say they are. It is never on unless `AUTH_OAUTH_SANDBOX` says so.
//!
//! Below `/{kakao|naver|google}`: `/authorize` is the provider's page, where one types an e-mail address; `/token`
//! exchanges the code, once and with PKCE; `/keys` are the keys of Kakao's and Google's tokens; `/me` is the profile of Kakao
//! and Naver, each in its own form. It makes faults on demand:
//!
//! - `POST /faults {fault, times}`: the next sign-ins go wrong; see [`Fault`].

mod handlers;
mod people;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use crate::providers::OauthProvider;
use people::People;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The person does not agree.
    Denied,
    /// The browser comes back with another state.
    WrongState,
    /// The code is too old when it is exchanged.
    ExpiredCode,
    /// The token is signed by a key that is not the published one.
    BadSignature,
    /// The token was made for another sign-in.
    WrongNonce,
    /// The token was made for another client.
    WrongAudience,
    /// No answer comes within any reasonable time.
    Slow,
    /// Status 500.
    ServerError,
}

/// The issuer of a provider's tokens.
pub(crate) fn issuer(provider: OauthProvider) -> String {
    format!("https://sandbox.invalid/{}", provider.path())
}

/// The sandbox's routes.
///
/// # Errors
/// When its keys cannot be made.
pub fn routes() -> Result<Router, String> {
    let people = Arc::new(People::new()?);
    Ok(Router::new()
        .route("/{provider}/authorize", get(handlers::show).post(handlers::decide))
        .route("/{provider}/token", post(handlers::exchange))
        .route("/{provider}/keys", get(handlers::keys))
        .route("/{provider}/me", get(handlers::profile))
        .route("/faults", post(handlers::set_fault))
        .with_state(people))
}
