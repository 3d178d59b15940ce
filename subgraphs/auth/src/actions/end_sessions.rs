//! Signing out.

use diesel::QueryResult;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::events::append_all;

use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::SessionRevoked;
use crate::model::{RevocationReason, SessionId, SessionRow, UserId};
use crate::store::{self, Which};

/// Ends this session, or all of the person's. Returns how many ended.
pub(crate) async fn sign_out(state: State, caller: Caller, everywhere: bool) -> Result<usize, Refusal> {
    let which = match (everywhere, caller.session) {
        (true, _) => Which::AllBut(None),
        (false, Some(session)) => Which::One(session),
        (false, None) => return Ok(0),
    };
    let ended = end(&state, &caller, which, RevocationReason::SignedOut).await?;
    Ok(ended.len())
}

/// Ends one of the person's sessions.
pub(crate) async fn revoke_session(state: State, caller: Caller, id: SessionId) -> Result<SessionRow, Refusal> {
    let ended = end(&state, &caller, Which::One(id), RevocationReason::Revoked).await?;
    let session = ended.into_iter().next();
    session.ok_or_else(|| ErrorCode::SessionNotFound.at(&["sessionId"], caller.context.language).into())
}

async fn end(
    state: &State,
    caller: &Caller,
    which: Which,
    reason: RevocationReason,
) -> Result<Vec<SessionRow>, Refusal> {
    let mut connection = state.database.connection().await?;
    let trace = caller.context.trace_parent.as_deref();
    let ended =
        connection.transaction(async |connection| revoke(connection, caller.user, which, reason, trace).await).await?;
    drop(connection);
    state.outbox.wake();
    Ok(ended)
}

/// Ends sessions and tells of each, inside the caller's transaction.
pub(super) async fn revoke(
    connection: &mut AsyncPgConnection,
    user: UserId,
    which: Which,
    reason: RevocationReason,
    trace: Option<&str>,
) -> QueryResult<Vec<SessionRow>> {
    let ended = store::revoke_sessions(connection, user, which, reason).await?;
    if !ended.is_empty() {
        let facts: Vec<SessionRevoked> =
            ended.iter().map(|session| SessionRevoked { user_id: user, session_id: session.id, reason }).collect();
        append_all(connection, &facts, trace).await?;
    }
    Ok(ended)
}
