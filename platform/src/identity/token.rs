//! Tokens: access tokens of clients (asymmetric, by published keys) and internal principals between our processes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use futures::future::BoxFuture;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{OrganisationRole, Principal, Scope};

/// The issuer that our access tokens name.
const ISSUER: &str = "https://api.doa-market.com";
/// How long an unknown key waits before the key set is read again.
const KEY_REFRESH_INTERVAL: Duration = Duration::from_secs(5);
/// How long an internal principal is good for.
const INTERNAL_LIFETIME: Duration = Duration::from_secs(120);

/// Why a token is not believed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The token's time is over, or was ended; refresh the session.
    #[error("the access token has expired")]
    Expired,
    /// The token is malformed, its signature is wrong, or it is not meant for us.
    #[error("the access token is not valid")]
    Invalid,
    /// The keys to verify with, or whether an impersonation goes on, could not be read.
    #[error("what verifies access tokens is not available")]
    KeysUnavailable,
}

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Issuer: [`AccessClaims::ISSUER`].
    pub iss: String,
    /// The user.
    pub sub: Uuid,
    /// The member of staff who looks at the market as the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Uuid>,
    /// The session.
    pub sid: Uuid,
    /// What the token allows.
    pub scopes: Vec<Scope>,
    /// The organisations that the user acts for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orgs: Vec<Uuid>,
    /// What the user may do there, in the order of `orgs`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<OrganisationRole>,
    /// The policies of `@policy` that hold for the user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Scopes that the user would have, and has not until the account has a second factor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Scope>,
    /// When the session proved last who it is, by the strongest means that the account has, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<u64>,
    /// By which means the session proved who it is (RFC 8176).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// How many seconds such a proof is good for where a recent one is asked for; absent when none is asked of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof_lifetime: Option<u64>,
    /// Issued at, seconds since 1970.
    pub iat: u64,
    /// Good until, seconds since 1970.
    pub exp: u64,
}

impl AccessClaims {
    /// The issuer that our access tokens name.
    pub const ISSUER: &'static str = ISSUER;
}

/// Where the published keys come from: the owner of sessions, in process or over HTTP.
pub type JwkSource = Arc<dyn Fn() -> BoxFuture<'static, Option<JwkSet>> + Send + Sync>;

/// Whether the session goes on under which somebody acts as another person; `None` when that cannot be found out.
pub type ImpersonationSource = Arc<dyn Fn(Uuid) -> BoxFuture<'static, Option<bool>> + Send + Sync>;

/// Verifies access tokens against the published keys. Results are kept until the token expires, so that a client's
/// token is verified once and not on every request.
pub struct AccessTokenVerifier {
    source: JwkSource,
    impersonations: Option<ImpersonationSource>,
    keys: ArcSwap<HashMap<String, DecodingKey>>,
    refreshed: tokio::sync::Mutex<Option<Instant>>,
    verified: moka::sync::Cache<String, (Arc<Principal>, u64)>,
}

impl AccessTokenVerifier {
    /// A verifier that reads keys from `source` when it meets one that it does not know.
    pub fn new(source: JwkSource) -> Self {
        let verified = moka::sync::Cache::builder().max_capacity(20_000).time_to_live(Duration::from_secs(300)).build();
        Self {
            source,
            impersonations: None,
            keys: ArcSwap::default(),
            refreshed: tokio::sync::Mutex::new(None),
            verified,
        }
    }

    /// The same, which asks at every use of a token under which somebody acts as another person whether that goes on. Such
    /// tokens are few, and must end when they are ended.
    #[must_use]
    pub fn asking(self, impersonations: ImpersonationSource) -> Self {
        Self { impersonations: Some(impersonations), ..self }
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// When it has expired or was ended, is not valid, or what it is verified with cannot be read.
    pub async fn verify(&self, token: &str) -> Result<Arc<Principal>, TokenError> {
        let principal = self.read(token).await?;
        if let (Some(_), Some(source)) = (principal.impersonator, &self.impersonations) {
            let session = principal.session_id.ok_or(TokenError::Invalid)?;
            if !source(session).await.ok_or(TokenError::KeysUnavailable)? {
                return Err(TokenError::Expired);
            }
        }
        Ok(principal)
    }

    async fn read(&self, token: &str) -> Result<Arc<Principal>, TokenError> {
        if let Some((principal, expires)) = self.verified.get(token) {
            return if expires > unix_now() { Ok(principal) } else { Err(TokenError::Expired) };
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key_id = header.kid.ok_or(TokenError::Invalid)?;
        let key = self.key(&key_id).await?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.leeway = 0;
        let claims = jsonwebtoken::decode::<AccessClaims>(token, &key, &validation)
            .map_err(|error| match error.kind() {
                jsonwebtoken::errors::ErrorKind::ExpiredSignature => TokenError::Expired,
                _ => TokenError::Invalid,
            })?
            .claims;
        let principal = Arc::new(Principal {
            user_id: Some(claims.sub),
            impersonator: claims.act,
            session_id: Some(claims.sid),
            scopes: claims.scopes.into_iter().filter(|scope| *scope != Scope::Service).collect(),
            organisations: claims.orgs,
            roles: claims.roles,
            policies: claims.policies,
            withheld: claims.withheld,
            proved_at: claims.auth_time,
            proof_lifetime: claims.proof_lifetime,
            client: None,
            service: None,
        });
        self.verified.insert(token.to_owned(), (Arc::clone(&principal), claims.exp));
        Ok(principal)
    }

    async fn key(&self, key_id: &str) -> Result<DecodingKey, TokenError> {
        if let Some(key) = self.keys.load().get(key_id) {
            return Ok(key.clone());
        }
        let mut refreshed = self.refreshed.lock().await;
        if let Some(key) = self.keys.load().get(key_id) {
            return Ok(key.clone());
        }
        if refreshed.is_some_and(|at| at.elapsed() < KEY_REFRESH_INTERVAL) {
            return Err(TokenError::Invalid);
        }
        let set = (self.source)().await.ok_or(TokenError::KeysUnavailable)?;
        *refreshed = Some(Instant::now());
        let keys: HashMap<_, _> = set
            .keys
            .iter()
            .filter_map(|jwk| Some((jwk.common.key_id.clone()?, DecodingKey::from_jwk(jwk).ok()?)))
            .collect();
        let key = keys.get(key_id).cloned();
        self.keys.store(Arc::new(keys));
        key.ok_or(TokenError::Invalid)
    }
}

#[derive(Serialize, Deserialize)]
struct InternalClaims {
    principal: Principal,
    exp: u64,
}

/// Signs and verifies the principal that travels between our own processes (HMAC over a shared secret).
pub struct InternalTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    signed: moka::sync::Cache<Principal, Arc<str>>,
    verified: moka::sync::Cache<String, (Arc<Principal>, u64)>,
}

impl InternalTokens {
    /// Tokens under the secret that all processes of one installation share.
    pub fn new(secret: &[u8]) -> Self {
        let half = INTERNAL_LIFETIME / 2;
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            signed: moka::sync::Cache::builder().max_capacity(10_000).time_to_live(half).build(),
            verified: moka::sync::Cache::builder().max_capacity(10_000).time_to_live(half).build(),
        }
    }

    /// The token of a principal.
    ///
    /// # Errors
    /// When the token cannot be made.
    pub fn sign(&self, principal: &Principal) -> Result<Arc<str>, TokenError> {
        if let Some(token) = self.signed.get(principal) {
            return Ok(token);
        }
        let claims = InternalClaims { principal: principal.clone(), exp: unix_now() + INTERNAL_LIFETIME.as_secs() };
        let token: Arc<str> = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(|_| TokenError::Invalid)?
            .into();
        self.signed.insert(principal.clone(), Arc::clone(&token));
        Ok(token)
    }

    /// The principal of a token.
    ///
    /// # Errors
    /// When the token is not ours or has expired.
    pub fn verify(&self, token: &str) -> Result<Arc<Principal>, TokenError> {
        if let Some((principal, expires)) = self.verified.get(token)
            && expires > unix_now()
        {
            return Ok(principal);
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 5;
        let claims = jsonwebtoken::decode::<InternalClaims>(token, &self.decoding, &validation)
            .map_err(|_| TokenError::Invalid)?
            .claims;
        let principal = Arc::new(claims.principal);
        self.verified.insert(token.to_owned(), (Arc::clone(&principal), claims.exp));
        Ok(principal)
    }
}

fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_acts_as_another_is_asked_about_each_time() {
        use std::sync::atomic::{AtomicU8, Ordering};

        use base64::Engine as _;
        use ring::signature::{Ed25519KeyPair, KeyPair as _};

        let document = Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let public = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(pair.public_key());
        let set = serde_json::json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "one", "x": public }] });
        let set: JwkSet = serde_json::from_value(set).unwrap();
        let keys: JwkSource = Arc::new(move || {
            let set = set.clone();
            Box::pin(async move { Some(set) })
        });
        let (session, answer) = (Uuid::now_v7(), Arc::new(AtomicU8::new(1)));
        let asked = Arc::clone(&answer);
        let verifier = AccessTokenVerifier::new(keys).asking(Arc::new(move |id| {
            assert_eq!(id, session);
            let answer = [Some(false), Some(true), None][usize::from(asked.load(Ordering::SeqCst))];
            Box::pin(async move { answer })
        }));
        let token = |act: Option<Uuid>, sid: Uuid| {
            let claims = AccessClaims {
                iss: ISSUER.to_owned(),
                sub: Uuid::now_v7(),
                act,
                sid,
                scopes: vec![Scope::Buyer],
                orgs: Vec::new(),
                roles: Vec::new(),
                policies: Vec::new(),
                withheld: Vec::new(),
                auth_time: None,
                amr: Vec::new(),
                proof_lifetime: None,
                iat: unix_now(),
                exp: unix_now() + 60,
            };
            let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::EdDSA) };
            jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(document.as_ref())).unwrap()
        };
        let looking = token(Some(Uuid::now_v7()), session);
        assert!(verifier.verify(&looking).await.unwrap().impersonator.is_some());
        answer.store(2, Ordering::SeqCst);
        assert!(matches!(verifier.verify(&looking).await, Err(TokenError::KeysUnavailable)), "nobody can tell");
        answer.store(0, Ordering::SeqCst);
        assert!(matches!(verifier.verify(&looking).await, Err(TokenError::Expired)), "it was ended");
        // Of one's own token nobody is asked: the session is another one.
        verifier.verify(&token(None, Uuid::now_v7())).await.unwrap();
    }

    #[test]
    fn internal_tokens_carry_the_principal_and_refuse_others() {
        let ours = InternalTokens::new(b"one secret of thirty-two bytes...");
        let theirs = InternalTokens::new(b"another secret of thirty-two byte");
        let principal = Principal { user_id: Some(Uuid::now_v7()), scopes: vec![Scope::Buyer], ..Principal::default() };
        let token = ours.sign(&principal).unwrap();
        assert_eq!(*ours.verify(&token).unwrap(), principal);
        assert!(matches!(theirs.verify(&token), Err(TokenError::Invalid)));
        assert!(matches!(ours.verify("nonsense"), Err(TokenError::Invalid)));
    }
}
