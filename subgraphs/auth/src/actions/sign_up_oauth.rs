//! Signing up by somebody else's service: an account without a password.

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::events::append;
use platform::graph::RequestContext;

use super::State;
use super::issue::{self, RefreshToken, Shown, SignedIn, Standing, digest};
use super::link_oauth::row;
use super::mail_links::mail_verification;
use super::sign_up::{Profile, checked_profile, new_account};
use crate::clients::{Memberships, register_user};
use crate::error::{ErrorCode, Refusal};
use crate::graphql::SignUpWithOauthInput;
use crate::model::{AuthMethod, Scope};
use crate::store;

/// Makes an account for somebody whom a provider has named, links it, and signs its owner in. An e-mail address that the
/// provider has not verified is verified by mail.
pub(crate) async fn sign_up_with_oauth(
    state: State,
    context: RequestContext,
    input: SignUpWithOauthInput,
) -> Result<SignedIn, Refusal> {
    let language = context.language;
    let invalid = || Refusal::from(ErrorCode::InvalidToken.at(&["token"], language));
    let digest = digest(&input.token);
    let ticket = store::ticket(&mut *state.database.connection().await?, &digest, Utc::now()).await?;
    let ticket = ticket.filter(|ticket| ticket.user_id.is_none()).ok_or_else(invalid)?;
    let profile = Profile {
        email: input.email.or_else(|| ticket.email.clone()).unwrap_or_default(),
        name: input.name,
        phone: input.phone,
        consents: input.consents,
    };
    let registered = checked_profile(profile, Vec::new(), language).map_err(Refusal::Expected)?;
    let is_verified = ticket.email_verified && ticket.email.as_deref() == Some(&registered.email);
    let mut account = new_account(&registered, None, vec![Scope::Buyer]);
    account.email_verified_at = is_verified.then_some(registered.registered_at);
    let session =
        issue::new_session(&state, account.id, Memberships::default(), Shown::first(AuthMethod::Oauth), &context);
    let refresh = RefreshToken::random();
    let link = row(account.id, ticket.provider, &ticket.subject, ticket.email);
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            if !store::take_ticket(connection, &digest).await? {
                return Err(invalid());
            }
            if !store::insert_account(connection, &account).await? {
                return Err(ErrorCode::EmailTaken.at(&["email"], language).into());
            }
            if !store::insert_link(connection, &link).await? {
                return Err(ErrorCode::AlreadyLinked.at(&[], language).into());
            }
            issue::insert_session(connection, &session, &refresh).await?;
            let trace = context.trace_parent.as_deref();
            append(connection, &registered, trace).await?;
            if !is_verified {
                mail_verification(connection, &state, account.id, &account.email, trace).await?;
            }
            Ok::<_, Refusal>(())
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    register_user(&state.graph, &registered, &context).await;
    let standing = Standing { scopes: account.scopes, has_factor: false };
    let tokens = issue::tokens(&state, &session, &standing, refresh)?;
    Ok(SignedIn { session, tokens })
}
