//! Naver: OAuth 2.0 without OpenID Connect, where the profile says who has come.

use futures::future::BoxFuture;
use serde::Deserialize;

use super::exchange::Exchange;
use super::{Authorization, Identity, IdentityProvider, ProviderError, Returned};

/// 네이버 로그인.
pub(crate) struct NaverProvider {
    exchange: Exchange,
    profile_url: String,
}

#[derive(Debug, Deserialize)]
struct Profile {
    resultcode: String,
    #[serde(default)]
    response: Option<Person>,
}

#[derive(Debug, Deserialize)]
struct Person {
    id: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

impl NaverProvider {
    pub(super) fn new(exchange: Exchange, profile_url: String) -> Self {
        Self { exchange, profile_url }
    }

    async fn identified(&self, returned: Returned) -> Result<Identity, ProviderError> {
        let tokens = self.exchange.tokens(&returned).await?;
        let token = tokens.access_token.ok_or_else(|| ProviderError::Refused("no access_token".to_owned()))?;
        let profile: Profile = self.exchange.profile(&self.profile_url, &token).await?;
        let person = profile.response.filter(|_| profile.resultcode == "00");
        let person = person.ok_or_else(|| ProviderError::Refused(format!("resultcode {}", profile.resultcode)))?;
        // Naver passes on the address that people gave as their contact, and does not say whether it is theirs.
        Ok(Identity { subject: person.id, email: person.email, email_verified: false, name: person.name })
    }
}

impl IdentityProvider for NaverProvider {
    fn authorization_url(&self, authorization: &Authorization<'_>) -> String {
        self.exchange.authorization_url(authorization)
    }

    fn identify(&self, returned: Returned) -> BoxFuture<'_, Result<Identity, ProviderError>> {
        Box::pin(self.identified(returned))
    }
}
