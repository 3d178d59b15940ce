//! Sending somebody to a provider to sign in, or to link the account there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use platform::graph::RequestContext;

use super::State;
use super::issue::{RefreshToken, digest};
use crate::error::{ErrorCode, Refusal};
use crate::model::{OauthFlowRow, UserId};
use crate::providers::{Authorization, OauthProvider};
use crate::{rules, store};

/// The page of the web client that providers send browsers back to.
const CALLBACK_PATH: &str = "/oauth/callback";

/// A sign-in that is on its way to a provider.
pub(crate) struct OauthFlow {
    /// The browser keeps it, and shows that the sign-in is its own.
    pub(crate) secret: String,
    /// The provider brings it back.
    pub(crate) state: String,
    pub(crate) url: String,
}

/// Where browsers come back to.
pub(super) fn redirect_uri(state: &State) -> String {
    format!("{}{CALLBACK_PATH}", state.public_url)
}

/// Makes what the browser goes to the provider with. `link_to`: the signed-in person who wants to link the account there.
pub(crate) async fn begin_oauth(
    state: State,
    context: RequestContext,
    kind: OauthProvider,
    link_to: Option<UserId>,
) -> Result<OauthFlow, Refusal> {
    let unavailable = || ErrorCode::ProviderUnavailable.at(&["provider"], context.language);
    let [secret, returned, nonce, verifier] = std::array::from_fn(|_| RefreshToken::random());
    let redirect_uri = redirect_uri(&state);
    let challenge = URL_SAFE_NO_PAD.encode(digest(&verifier.text));
    let url = {
        let provider = state.providers.get(kind).ok_or_else(unavailable)?;
        provider.authorization_url(&Authorization {
            state: &returned.text,
            nonce: &nonce.text,
            challenge: &challenge,
            redirect_uri: &redirect_uri,
        })
    };
    let row = OauthFlowRow {
        digest: secret.digest,
        provider: kind,
        state_digest: returned.digest,
        verifier: verifier.text,
        nonce: nonce.text,
        user_id: link_to,
        expires_at: Utc::now() + rules::delta(state.settings.oauth_lifetime),
    };
    store::insert_flow(&mut *state.database.connection().await?, &row).await?;
    Ok(OauthFlow { secret: secret.text, state: returned.text, url })
}
