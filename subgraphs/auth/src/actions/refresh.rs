//! Refreshing a session: every refresh token is replaced when it is used.

use chrono::Utc;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::errors::UserError;
use platform::events::append;
use platform::graph::RequestContext;

use super::State;
use super::issue::{self, RefreshToken, SignedIn, Standing};
use crate::clients::{Memberships, memberships_of};
use crate::error::{ErrorCode, Refusal};
use crate::events::SessionRevoked;
use crate::model::{RevocationReason, SessionId, SessionRow};
use crate::rules::{self, Presented};
use crate::store::{self, SessionUse, Which};

/// What came of a refresh. A reuse ends the session, so that it has to be committed like a success.
#[allow(clippy::large_enum_variant, reason = "made once a request and taken apart at once")]
enum Outcome {
    Refreshed(SessionRow, Standing),
    Ended,
    Reused,
}

/// Replaces a refresh token and issues a new access token with today's permissions.
pub(crate) async fn refresh(state: State, context: RequestContext, token: String) -> Result<SignedIn, Refusal> {
    let refused = |code: ErrorCode| -> UserError<ErrorCode> { code.at(&["refreshToken"], context.language) };
    let digest = issue::digest(&token);
    let session = {
        let mut connection = state.database.connection().await?;
        session_of(&mut connection, &digest).await?
    };
    let session = session.ok_or_else(|| refused(ErrorCode::InvalidRefreshToken))?;
    // Asked before the transaction; while the seller service is away, the last known memberships stay in force.
    let memberships = memberships_of(&state.graph, session.user_id, &context).await;
    let next = RefreshToken::random();
    let mut connection = state.database.connection().await?;
    let outcome = connection
        .transaction(async |connection| {
            replace(connection, &state, &context, &digest, session.id, memberships, &next).await
        })
        .await?;
    drop(connection);
    match outcome {
        Outcome::Refreshed(session, account) => {
            let tokens = issue::tokens(&state, &session, &account, next)?;
            Ok(SignedIn { session, tokens })
        }
        Outcome::Ended => Err(refused(ErrorCode::InvalidRefreshToken).into()),
        Outcome::Reused => {
            state.outbox.wake();
            tracing::warn!(session = %session.id, user = %session.user_id, "a replaced refresh token was presented");
            Err(refused(ErrorCode::RefreshTokenReused).into())
        }
    }
}

async fn session_of(connection: &mut AsyncPgConnection, digest: &[u8]) -> diesel::QueryResult<Option<SessionRow>> {
    let Some(token) = store::refresh_token(connection, digest).await? else { return Ok(None) };
    Ok(store::sessions_by_id(connection, &[token.session_id]).await?.pop())
}

async fn replace(
    connection: &mut AsyncPgConnection,
    state: &State,
    context: &RequestContext,
    digest: &[u8],
    session_id: SessionId,
    memberships: Option<Memberships>,
    next: &RefreshToken,
) -> diesel::QueryResult<Outcome> {
    let now = Utc::now();
    let session = store::lock_session(connection, session_id).await?;
    let Some(session) = session.filter(|session| session.is_alive(now)) else { return Ok(Outcome::Ended) };
    // Read again under the session's lock: another request may have replaced the token meanwhile.
    let Some(token) = store::refresh_token(connection, digest).await? else { return Ok(Outcome::Ended) };
    let successor_used = token.rotated_at.is_some() && store::has_used_successor(connection, digest).await?;
    match rules::presented(token.rotated_at, successor_used, state.settings.refresh_grace, now) {
        Presented::InForce => store::mark_rotated(connection, digest, now).await?,
        Presented::LostAnswer => {}
        Presented::Reused => {
            let (user_id, reason) = (session.user_id, RevocationReason::TokenReused);
            store::revoke_sessions(connection, user_id, Which::One(session_id), reason).await?;
            append(connection, &SessionRevoked { user_id, session_id, reason }, context.trace_parent.as_deref())
                .await?;
            return Ok(Outcome::Reused);
        }
    }
    let Some(account) = store::account_by_id(connection, session.user_id).await? else { return Ok(Outcome::Ended) };
    store::insert_refresh_token(connection, &next.row(session_id, Some(digest), now)).await?;
    let (user_agent, ip_address) = issue::device(&context.client);
    let Memberships { organisations, owner_of, staff_of } = memberships.unwrap_or_else(|| session.memberships());
    let used = SessionUse {
        organisations,
        owner_of,
        staff_of,
        user_agent: user_agent.or(session.user_agent),
        ip_address: ip_address.or(session.ip_address),
        last_used_at: now,
        expires_at: now + rules::delta(state.settings.session_lifetime),
    };
    let session = store::use_session(connection, session_id, &used).await?;
    let has_factor = store::has_factor(connection, account.id).await?;
    Ok(Outcome::Refreshed(session, Standing { scopes: account.scopes, has_factor }))
}
