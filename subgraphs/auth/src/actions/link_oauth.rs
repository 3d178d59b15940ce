//! Linking accounts at other people's services, and unlinking them.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::issue::digest;
use super::proof::{proven, tell};
use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::SecurityChange;
use crate::model::{AccountRow, OauthLinkId, OauthLinkRow, SessionId, UserId};
use crate::providers::{Identity, OauthProvider};
use crate::{rules, store};

/// Links the account there to the signed-in person's, who has proved a moment ago who they are.
pub(super) async fn new_link(
    state: &State,
    context: &RequestContext,
    user: UserId,
    provider: OauthProvider,
    identity: &Identity,
) -> Result<OauthLinkRow, Refusal> {
    let session = context.principal.session_id.map(SessionId);
    let caller = Caller { user, session, context: context.clone() };
    let mut connection = state.database.connection().await?;
    let (account, _) = proven(&mut connection, state, &caller).await?;
    let row = row(user, provider, &identity.subject, identity.email.clone());
    connection.transaction(async |connection| insert(connection, context, &account, &row).await).await?;
    drop(connection);
    state.outbox.wake();
    Ok(row)
}

/// The row of a new link.
pub(super) fn row(user: UserId, provider: OauthProvider, subject: &str, email: Option<String>) -> OauthLinkRow {
    OauthLinkRow {
        id: OauthLinkId::new(),
        user_id: user,
        provider,
        subject: subject.to_owned(),
        email,
        linked_at: Utc::now(),
        last_used_at: None,
    }
}

async fn insert(
    connection: &mut AsyncPgConnection,
    context: &RequestContext,
    account: &AccountRow,
    row: &OauthLinkRow,
) -> Result<(), Refusal> {
    if !store::insert_link(connection, row).await? {
        return Err(ErrorCode::AlreadyLinked.at(&[], context.language).into());
    }
    tell(connection, account, SecurityChange::AccountLinked, context.trace_parent.as_deref()).await?;
    Ok(())
}

/// Links the account that a ticket is about, for the owner of the account that has its verified e-mail address: signed
/// in, with a proof of a moment ago.
pub(crate) async fn confirm_oauth_link(state: State, caller: Caller, token: String) -> Result<OauthLinkRow, Refusal> {
    let invalid = || Refusal::from(ErrorCode::InvalidToken.at(&["token"], caller.context.language));
    let digest = digest(&token);
    let mut connection = state.database.connection().await?;
    let (account, _) = proven(&mut connection, &state, &caller).await?;
    let ticket = store::ticket(&mut connection, &digest, Utc::now()).await?;
    let ticket = ticket.filter(|ticket| ticket.user_id == Some(caller.user)).ok_or_else(invalid)?;
    let row = row(caller.user, ticket.provider, &ticket.subject, ticket.email);
    connection
        .transaction(async |connection| {
            if !store::take_ticket(connection, &digest).await? {
                return Err(invalid());
            }
            insert(connection, &caller.context, &account, &row).await
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(row)
}

/// Unlinks an account, unless nothing would be left to sign in with.
pub(crate) async fn unlink_oauth(state: State, caller: Caller, id: OauthLinkId) -> Result<OauthLinkRow, Refusal> {
    let language = caller.context.language;
    let mut connection = state.database.connection().await?;
    let (account, _) = proven(&mut connection, &state, &caller).await?;
    let removed = connection
        .transaction(async |connection| {
            // Two that are removed at once take turns, so that one of them is left.
            store::lock_scopes(connection, account.id).await?;
            let removed = store::delete_link(connection, account.id, id).await?;
            let removed = removed.ok_or_else(|| ErrorCode::LinkNotFound.at(&["linkId"], language))?;
            keeps_a_credential(connection, &state, &caller, account.id).await?;
            let trace = caller.context.trace_parent.as_deref();
            tell(connection, &account, SecurityChange::AccountUnlinked, trace).await?;
            Ok::<_, Refusal>(removed)
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(removed)
}

/// Refuses, inside the caller's transaction, what has left the account without a credential.
pub(super) async fn keeps_a_credential(
    connection: &mut AsyncPgConnection,
    state: &State,
    caller: &Caller,
    user: UserId,
) -> Result<(), Refusal> {
    let account = store::account_by_id(connection, user).await?;
    let has_password = account.is_some_and(|account| account.password_hash.is_some());
    let links = store::links_of(connection, user).await?.len();
    let passkeys = if state.settings.passkeys { store::passkeys_of(connection, user).await?.len() } else { 0 };
    if rules::can_sign_in(has_password, links, passkeys) {
        Ok(())
    } else {
        Err(ErrorCode::LastCredential.at(&[], caller.context.language).into())
    }
}

/// A link to an account at somebody else's service.
pub(crate) async fn oauth_link(
    state: &State,
    id: OauthLinkId,
) -> Result<Option<OauthLinkRow>, platform::errors::GraphError> {
    Ok(store::link(&mut *state.database.connection().await?, id).await?)
}
