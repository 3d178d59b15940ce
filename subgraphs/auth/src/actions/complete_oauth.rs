//! What becomes of somebody who comes back from a provider.

use chrono::Utc;
use platform::graph::RequestContext;

use super::State;
use super::begin_oauth::redirect_uri;
use super::complete_sign_in::{SignInOutcome, enter};
use super::issue::{RefreshToken, digest};
use super::link_oauth::new_link;
use crate::error::{ErrorCode, Refusal};
use crate::model::{AuthMethod, OauthFlowRow, OauthLinkRow, OauthTicketRow};
use crate::providers::{Identity, OauthProvider, ProviderError, Returned};
use crate::{rules, store};

/// What comes of it.
pub(crate) enum OauthOutcome {
    /// The account there is linked to one here.
    Entered(SignInOutcome),
    /// The signed-in person has linked it.
    Linked(OauthLinkRow),
    /// It is linked to nobody yet: `confirmOauthLink` or `signUpWithOauth` goes on with the ticket.
    Unlinked(OauthTicket),
}

/// A ticket for somebody whom a provider has named.
pub(crate) struct OauthTicket {
    pub(crate) token: String,
    pub(crate) row: OauthTicketRow,
}

/// Asks the provider who has come back, and lets in whoever is linked. `secret` shows that it is the browser that went.
pub(crate) async fn complete_oauth(
    state: State,
    context: RequestContext,
    secret: String,
    returned_state: String,
    code: String,
) -> Result<OauthOutcome, Refusal> {
    let invalid = || ErrorCode::InvalidOauthFlow.at(&["state"], context.language);
    let flow = store::take_flow(&mut *state.database.connection().await?, &digest(&secret), Utc::now()).await?;
    let flow = flow.filter(|flow| flow.state_digest == digest(&returned_state)).ok_or_else(invalid)?;
    if flow.user_id.is_some_and(|user| context.principal.user_id != Some(user.0)) {
        return Err(invalid().into());
    }
    let kind = flow.provider;
    let identity = identified(&state, &context, &flow, returned_state, code).await;
    let outcome = if identity.is_ok() { "identified" } else { "failed" };
    metrics::counter!("auth_oauth_total", "provider" => kind.as_str(), "outcome" => outcome).increment(1);
    let identity = identity?;
    match flow.user_id {
        Some(user) => Ok(OauthOutcome::Linked(new_link(&state, &context, user, kind, &identity).await?)),
        None => arrive(&state, &context, kind, identity).await,
    }
}

async fn identified(
    state: &State,
    context: &RequestContext,
    flow: &OauthFlowRow,
    returned_state: String,
    code: String,
) -> Result<Identity, Refusal> {
    let refused = |code: ErrorCode| Refusal::from(code.at(&["code"], context.language));
    let Some(provider) = state.providers.get(flow.provider) else {
        return Err(refused(ErrorCode::ProviderUnavailable));
    };
    let returned = Returned {
        code,
        state: returned_state,
        nonce: flow.nonce.clone(),
        verifier: flow.verifier.clone(),
        redirect_uri: redirect_uri(state),
    };
    provider.identify(returned).await.map_err(|error| {
        tracing::warn!(provider = flow.provider.as_str(), %error, "nobody was identified");
        match error {
            ProviderError::Refused(_) => refused(ErrorCode::OauthRefused),
            ProviderError::Unavailable(_) => {
                let unavailable = ErrorCode::ProviderUnavailable.at(&["code"], context.language);
                unavailable.worth_retrying().into()
            }
        }
    })
}

/// Lets a linked person in, and gives anybody else a ticket.
async fn arrive(
    state: &State,
    context: &RequestContext,
    kind: OauthProvider,
    identity: Identity,
) -> Result<OauthOutcome, Refusal> {
    let now = Utc::now();
    let email = identity.email.as_deref().and_then(platform::contact::normalize_email);
    let mut connection = state.database.connection().await?;
    if let Some(link) = store::use_link(&mut connection, kind, &identity.subject, now).await? {
        let account = store::account_by_id(&mut connection, link.user_id).await?;
        drop(connection);
        let account = account.ok_or_else(|| ErrorCode::UserNotFound.at(&[], context.language))?;
        return Ok(OauthOutcome::Entered(enter(state, context, &account, AuthMethod::Oauth).await?));
    }
    let known = match &email {
        Some(email) => store::account_by_email(&mut connection, email).await?,
        None => None,
    };
    if known.is_some() && !identity.email_verified {
        // Anybody may have written that address there.
        return Err(ErrorCode::OauthEmailUnverified.at(&[], context.language).into());
    }
    let token = RefreshToken::random();
    let row = OauthTicketRow {
        digest: token.digest,
        provider: kind,
        subject: identity.subject,
        email_verified: identity.email_verified && email.is_some(),
        email,
        name: identity.name.as_deref().and_then(rules::person_name),
        user_id: known.map(|account| account.id),
        expires_at: now + rules::delta(state.settings.oauth_lifetime),
    };
    store::insert_ticket(&mut connection, &row).await?;
    Ok(OauthOutcome::Unlinked(OauthTicket { token: token.text, row }))
}
