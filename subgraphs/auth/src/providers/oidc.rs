//! Google and Kakao: OpenID Connect, where a signed token says who has come.

use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::exchange::Exchange;
use super::{Authorization, Identity, IdentityProvider, ProviderError, Returned};

/// How soon the keys are read again for a token whose key is unknown.
const KEY_REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// An OpenID Connect provider.
pub(crate) struct OidcProvider {
    exchange: Exchange,
    keys_url: String,
    issuers: Vec<String>,
    /// Kakao tells by its profile alone whether it has verified the e-mail address.
    kakao_profile_url: Option<String>,
    keys: Mutex<Option<(Instant, JwkSet)>>,
}

#[derive(Debug, Deserialize)]
struct IdClaims {
    sub: String,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    #[serde(default, alias = "nickname")]
    name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct KakaoProfile {
    #[serde(default)]
    kakao_account: KakaoAccount,
}

#[derive(Debug, Default, Deserialize)]
struct KakaoAccount {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    is_email_valid: bool,
    #[serde(default)]
    is_email_verified: bool,
}

impl OidcProvider {
    pub(super) fn new(
        exchange: Exchange,
        keys_url: String,
        issuers: Vec<String>,
        kakao_profile_url: Option<String>,
    ) -> Self {
        Self { exchange, keys_url, issuers, kakao_profile_url, keys: Mutex::new(None) }
    }

    async fn identified(&self, returned: Returned) -> Result<Identity, ProviderError> {
        let tokens = self.exchange.tokens(&returned).await?;
        let id_token = tokens.id_token.ok_or_else(|| refused("no id_token"))?;
        let claims = self.verified(&id_token).await?;
        if claims.nonce.as_deref() != Some(&returned.nonce) {
            return Err(refused("the id_token was made for another sign-in"));
        }
        let (email, email_verified) = match &self.kakao_profile_url {
            None => (claims.email, claims.email_verified),
            Some(url) => {
                let token = tokens.access_token.ok_or_else(|| refused("no access_token"))?;
                let account = self.exchange.profile::<KakaoProfile>(url, &token).await?.kakao_account;
                (account.email, account.is_email_valid && account.is_email_verified)
            }
        };
        Ok(Identity { subject: claims.sub, email, email_verified, name: claims.name })
    }

    async fn verified(&self, token: &str) -> Result<IdClaims, ProviderError> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| refused(&error.to_string()))?;
        // Never what the token says alone: a symmetric algorithm would make the published key its secret.
        if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
            return Err(refused("the id_token is signed in another way"));
        }
        let key = self.key(header.kid.as_deref().ok_or_else(|| refused("the id_token names no key"))?).await?;
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[self.exchange.client_id()]);
        validation.set_issuer(&self.issuers);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let decoded = jsonwebtoken::decode::<IdClaims>(token, &key, &validation);
        Ok(decoded.map_err(|error| refused(&error.to_string()))?.claims)
    }

    async fn key(&self, id: &str) -> Result<DecodingKey, ProviderError> {
        let mut keys = self.keys.lock().await;
        if let Some((read, set)) = keys.as_ref()
            && (set.find(id).is_some() || read.elapsed() < KEY_REFRESH_INTERVAL)
        {
            return key_of(set, id);
        }
        let set: JwkSet = self.exchange.get(&self.keys_url).await?;
        let key = key_of(&set, id);
        *keys = Some((Instant::now(), set));
        key
    }
}

fn key_of(set: &JwkSet, id: &str) -> Result<DecodingKey, ProviderError> {
    let jwk = set.find(id).ok_or_else(|| refused("the id_token's key is unknown"))?;
    DecodingKey::from_jwk(jwk).map_err(|error| refused(&error.to_string()))
}

fn refused(why: &str) -> ProviderError {
    ProviderError::Refused(why.to_owned())
}

impl IdentityProvider for OidcProvider {
    fn authorization_url(&self, authorization: &Authorization<'_>) -> String {
        self.exchange.authorization_url(authorization)
    }

    fn identify(&self, returned: Returned) -> BoxFuture<'_, Result<Identity, ProviderError>> {
        Box::pin(self.identified(returned))
    }
}
