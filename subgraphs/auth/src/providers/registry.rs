//! Which providers there are: those that we are registered with, or the sandbox in place of all.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use platform::service::StartError;

use super::exchange::{Exchange, Registration};
use super::naver::NaverProvider;
use super::oidc::OidcProvider;
use super::{IdentityProvider, OauthProvider};
use crate::settings::AuthSettings;

/// How long a provider may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The providers by which people can sign in.
#[derive(Clone, Default)]
pub(crate) struct Providers(Arc<BTreeMap<OauthProvider, Box<dyn IdentityProvider>>>);

/// Where a provider is reached.
struct Endpoints {
    authorize: String,
    token: String,
    keys: String,
    profile: String,
    issuers: Vec<String>,
}

impl Providers {
    /// The providers of the settings. `sandbox`: where a stand-in for all of them is reached by us, and by browsers.
    pub(crate) fn new(settings: &AuthSettings, sandbox: Option<(&str, &str)>) -> Result<Self, StartError> {
        let mut providers: BTreeMap<OauthProvider, Box<dyn IdentityProvider>> = BTreeMap::new();
        for kind in OauthProvider::ALL {
            let (client_id, client_secret) = match kind {
                OauthProvider::Kakao => (&settings.kakao_client_id, &settings.kakao_client_secret),
                OauthProvider::Naver => (&settings.naver_client_id, &settings.naver_client_secret),
                OauthProvider::Google => (&settings.google_client_id, &settings.google_client_secret),
            };
            let provider = match (sandbox, client_id.is_empty()) {
                (Some((ours, browsers)), _) => {
                    let registration =
                        Registration { client_id: "sandbox".to_owned(), client_secret: "sandbox".to_owned() };
                    made(*kind, registration, stand_in(*kind, ours, browsers))
                }
                (None, true) => continue,
                (None, false) => {
                    let registration =
                        Registration { client_id: client_id.clone(), client_secret: client_secret.clone() };
                    made(*kind, registration, real(*kind))
                }
            };
            providers.insert(*kind, provider.map_err(|error| StartError(error.to_string()))?);
        }
        Ok(Self(Arc::new(providers)))
    }

    pub(crate) fn get(&self, kind: OauthProvider) -> Option<&dyn IdentityProvider> {
        self.0.get(&kind).map(AsRef::as_ref)
    }

    /// Their names, in the order in which they are shown.
    pub(crate) fn names(&self) -> Vec<OauthProvider> {
        self.0.keys().copied().collect()
    }
}

fn made(
    kind: OauthProvider,
    registration: Registration,
    endpoints: Endpoints,
) -> Result<Box<dyn IdentityProvider>, reqwest::Error> {
    let scope = match kind {
        OauthProvider::Kakao => "openid profile_nickname account_email",
        OauthProvider::Naver => "",
        OauthProvider::Google => "openid email profile",
    };
    let Endpoints { authorize, token, keys, profile, issuers } = endpoints;
    let exchange = Exchange::new(registration, authorize, token, scope, TIMEOUT)?;
    Ok(match kind {
        OauthProvider::Kakao => Box::new(OidcProvider::new(exchange, keys, issuers, Some(profile))),
        OauthProvider::Google => Box::new(OidcProvider::new(exchange, keys, issuers, None)),
        OauthProvider::Naver => Box::new(NaverProvider::new(exchange, profile)),
    })
}

fn real(kind: OauthProvider) -> Endpoints {
    let [authorize, token, keys, profile] = match kind {
        OauthProvider::Kakao => [
            "https://kauth.kakao.com/oauth/authorize",
            "https://kauth.kakao.com/oauth/token",
            "https://kauth.kakao.com/.well-known/jwks.json",
            "https://kapi.kakao.com/v2/user/me",
        ],
        OauthProvider::Naver => [
            "https://nid.naver.com/oauth2.0/authorize",
            "https://nid.naver.com/oauth2.0/token",
            "",
            "https://openapi.naver.com/v1/nid/me",
        ],
        OauthProvider::Google => [
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://oauth2.googleapis.com/token",
            "https://www.googleapis.com/oauth2/v3/certs",
            "",
        ],
    }
    .map(str::to_owned);
    let issuers: &[&str] = match kind {
        OauthProvider::Kakao => &["https://kauth.kakao.com"],
        OauthProvider::Naver => &[],
        OauthProvider::Google => &["https://accounts.google.com", "accounts.google.com"],
    };
    Endpoints { authorize, token, keys, profile, issuers: issuers.iter().map(|&issuer| issuer.to_owned()).collect() }
}

fn stand_in(kind: OauthProvider, ours: &str, browsers: &str) -> Endpoints {
    let name = kind.path();
    Endpoints {
        authorize: format!("{browsers}/{name}/authorize"),
        token: format!("{ours}/{name}/token"),
        keys: format!("{ours}/{name}/keys"),
        profile: format!("{ours}/{name}/me"),
        issuers: vec![crate::sandbox::issuer(kind)],
    }
}
