//! What all providers have in common: the authorisation code flow (RFC 6749) with PKCE (RFC 7636).

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Authorization, ProviderError, Returned};

/// How a provider knows us.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// Asks one provider.
pub(super) struct Exchange {
    client: reqwest::Client,
    registration: Registration,
    authorize_url: String,
    token_url: String,
    scope: &'static str,
}

/// What a code is exchanged for.
#[derive(Debug, Deserialize)]
pub(super) struct TokenAnswer {
    #[serde(default)]
    pub(super) access_token: Option<String>,
    #[serde(default)]
    pub(super) id_token: Option<String>,
    /// Naver answers errors with status 200.
    #[serde(default)]
    error: Option<String>,
}

impl Exchange {
    pub(super) fn new(
        registration: Registration,
        authorize_url: String,
        token_url: String,
        scope: &'static str,
        timeout: Duration,
    ) -> Result<Self, reqwest::Error> {
        let connect_timeout = timeout.min(Duration::from_secs(2));
        let client = platform::http_client::builder().timeout(timeout).connect_timeout(connect_timeout).build()?;
        Ok(Self { client, registration, authorize_url, token_url, scope })
    }

    pub(super) fn client_id(&self) -> &str {
        &self.registration.client_id
    }

    pub(super) fn authorization_url(&self, authorization: &Authorization<'_>) -> String {
        let parameters = [
            ("response_type", "code"),
            ("client_id", &self.registration.client_id),
            ("redirect_uri", authorization.redirect_uri),
            ("state", authorization.state),
            ("nonce", authorization.nonce),
            ("code_challenge", authorization.challenge),
            ("code_challenge_method", "S256"),
            ("scope", self.scope),
        ];
        format!("{}?{}", self.authorize_url, encoded(&parameters))
    }

    /// Exchanges the code of a browser that came back.
    pub(super) async fn tokens(&self, returned: &Returned) -> Result<TokenAnswer, ProviderError> {
        let body = encoded(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.registration.client_id),
            ("client_secret", &self.registration.client_secret),
            ("code", &returned.code),
            ("code_verifier", &returned.verifier),
            ("redirect_uri", &returned.redirect_uri),
            // Naver wants it again.
            ("state", &returned.state),
        ]);
        let request = self.client.post(&self.token_url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer: TokenAnswer = read(request.header(ACCEPT, "application/json").body(body)).await?;
        match answer.error {
            Some(error) => Err(ProviderError::Refused(error)),
            None => Ok(answer),
        }
    }

    /// What an endpoint says of the one whom the token belongs to.
    pub(super) async fn profile<T: DeserializeOwned>(&self, url: &str, token: &str) -> Result<T, ProviderError> {
        read(self.client.get(url).bearer_auth(token)).await
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, ProviderError> {
        read(self.client.get(url)).await
    }
}

/// An answer of success. The provider's words about a failure stay out of our logs: they may hold the code.
async fn read<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, ProviderError> {
    let unavailable = |error: reqwest::Error| ProviderError::Unavailable(error.without_url().to_string());
    let response = request.send().await.map_err(unavailable)?;
    let status = response.status();
    if status.is_client_error() {
        return Err(ProviderError::Refused(format!("status {status}")));
    }
    if !status.is_success() {
        return Err(ProviderError::Unavailable(format!("status {status}")));
    }
    response.json().await.map_err(unavailable)
}

/// Parameters as `application/x-www-form-urlencoded`.
fn encoded(parameters: &[(&str, &str)]) -> String {
    // Any base will do: only the query is wanted.
    let url = reqwest::Url::parse_with_params("http://localhost/", parameters);
    url.ok().and_then(|url| url.query().map(str::to_owned)).unwrap_or_default()
}
