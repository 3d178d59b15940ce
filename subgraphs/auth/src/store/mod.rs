//! Queries on accounts, sessions, refresh tokens and signing keys.

mod account_tokens;
mod oauth;
mod passkeys;
mod second_factors;

pub(crate) use account_tokens::*;
pub(crate) use oauth::*;
pub(crate) use passkeys::*;
pub(crate) use second_factors::*;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::model::{
    AccountRow, RefreshTokenRow, RevocationReason, Scope, SessionId, SessionRow, SigningKeyRow, UserId,
};
use crate::schema::{account, account_token, refresh_token, session, sign_in_challenge, signing_key};

pub(crate) async fn account_by_email(
    connection: &mut AsyncPgConnection,
    email: &str,
) -> QueryResult<Option<AccountRow>> {
    account::table.filter(account::email.eq(email)).select(AccountRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn account_by_id(connection: &mut AsyncPgConnection, id: UserId) -> QueryResult<Option<AccountRow>> {
    account::table.find(id).select(AccountRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn accounts_by_id(connection: &mut AsyncPgConnection, ids: &[UserId]) -> QueryResult<Vec<AccountRow>> {
    account::table.filter(account::id.eq_any(ids)).select(AccountRow::as_select()).load(connection).await
}

/// Inserts the account; false when its e-mail address is taken.
pub(crate) async fn insert_account(connection: &mut AsyncPgConnection, row: &AccountRow) -> QueryResult<bool> {
    let inserted = diesel::insert_into(account::table)
        .values(row)
        .on_conflict(account::email)
        .do_nothing()
        .execute(connection)
        .await?;
    Ok(inserted == 1)
}

/// Replaces the hash of the same password, unless the password was changed meanwhile.
pub(crate) async fn replace_hash(
    connection: &mut AsyncPgConnection,
    id: UserId,
    old: &str,
    new: &str,
) -> QueryResult<()> {
    diesel::update(account::table.find(id).filter(account::password_hash.eq(old)))
        .set(account::password_hash.eq(new))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn set_password(
    connection: &mut AsyncPgConnection,
    id: UserId,
    hash: &str,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(account::table.find(id))
        .set((account::password_hash.eq(hash), account::password_changed_at.eq(at)))
        .execute(connection)
        .await?;
    Ok(())
}

/// The scopes of an account, locked for a change.
pub(crate) async fn lock_scopes(connection: &mut AsyncPgConnection, id: UserId) -> QueryResult<Option<Vec<Scope>>> {
    account::table.find(id).for_update().select(account::scopes).first(connection).await.optional()
}

pub(crate) async fn set_scopes(connection: &mut AsyncPgConnection, id: UserId, scopes: &[Scope]) -> QueryResult<()> {
    diesel::update(account::table.find(id)).set(account::scopes.eq(scopes)).execute(connection).await?;
    Ok(())
}

/// Erases the account with its sessions, tokens and all other credentials.
pub(crate) async fn delete_account(connection: &mut AsyncPgConnection, id: UserId) -> QueryResult<()> {
    diesel::delete(account::table.find(id)).execute(connection).await?;
    Ok(())
}

pub(crate) async fn insert_session(connection: &mut AsyncPgConnection, row: &SessionRow) -> QueryResult<()> {
    diesel::insert_into(session::table).values(row).execute(connection).await?;
    Ok(())
}

/// The session, locked: refreshes of one session take turns.
pub(crate) async fn lock_session(connection: &mut AsyncPgConnection, id: SessionId) -> QueryResult<Option<SessionRow>> {
    session::table.find(id).for_update().select(SessionRow::as_select()).first(connection).await.optional()
}

/// What a refresh leaves in the session.
#[derive(AsChangeset)]
#[diesel(table_name = session, treat_none_as_null = true)]
pub(crate) struct SessionUse {
    pub(crate) organisations: Vec<Uuid>,
    pub(crate) owner_of: Vec<Uuid>,
    pub(crate) staff_of: Vec<Uuid>,
    pub(crate) user_agent: Option<String>,
    pub(crate) ip_address: Option<String>,
    pub(crate) last_used_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

pub(crate) async fn use_session(
    connection: &mut AsyncPgConnection,
    id: SessionId,
    used: &SessionUse,
) -> QueryResult<SessionRow> {
    diesel::update(session::table.find(id)).set(used).returning(SessionRow::as_returning()).get_result(connection).await
}

pub(crate) async fn sessions_by_id(
    connection: &mut AsyncPgConnection,
    ids: &[SessionId],
) -> QueryResult<Vec<SessionRow>> {
    session::table.filter(session::id.eq_any(ids)).select(SessionRow::as_select()).load(connection).await
}

/// Sessions of these people that can still be refreshed, the one used last first.
pub(crate) async fn living_sessions_by_user(
    connection: &mut AsyncPgConnection,
    users: &[UserId],
) -> QueryResult<Vec<SessionRow>> {
    session::table
        .filter(session::user_id.eq_any(users))
        .filter(session::revoked_at.is_null())
        .filter(session::expires_at.gt(Utc::now()))
        .order((session::last_used_at.desc(), session::id.desc()))
        .select(SessionRow::as_select())
        .load(connection)
        .await
}

/// Which of a person's sessions are to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    AllBut(Option<SessionId>),
}

/// Ends living sessions of a person and returns them.
pub(crate) async fn revoke_sessions(
    connection: &mut AsyncPgConnection,
    user: UserId,
    which: Which,
    reason: RevocationReason,
) -> QueryResult<Vec<SessionRow>> {
    let now = Utc::now();
    let update = diesel::update(session::table)
        .filter(session::user_id.eq(user))
        .filter(session::revoked_at.is_null())
        .filter(session::expires_at.gt(now))
        .set((session::revoked_at.eq(now), session::revoked_for.eq(reason)))
        .into_boxed();
    let update = match which {
        Which::One(id) => update.filter(session::id.eq(id)),
        Which::AllBut(Some(id)) => update.filter(session::id.ne(id)),
        Which::AllBut(None) => update,
    };
    update.returning(SessionRow::as_returning()).get_results(connection).await
}

pub(crate) async fn refresh_token(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
) -> QueryResult<Option<RefreshTokenRow>> {
    refresh_token::table.find(digest).select(RefreshTokenRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn insert_refresh_token(connection: &mut AsyncPgConnection, row: &RefreshTokenRow) -> QueryResult<()> {
    diesel::insert_into(refresh_token::table).values(row).execute(connection).await?;
    Ok(())
}

pub(crate) async fn mark_rotated(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(refresh_token::table.find(digest)).set(refresh_token::rotated_at.eq(at)).execute(connection).await?;
    Ok(())
}

/// Whether a token that replaced this one was itself replaced.
pub(crate) async fn has_used_successor(connection: &mut AsyncPgConnection, digest: &[u8]) -> QueryResult<bool> {
    let used =
        refresh_token::table.filter(refresh_token::parent.eq(digest)).filter(refresh_token::rotated_at.is_not_null());
    diesel::select(diesel::dsl::exists(used)).get_result(connection).await
}

/// Forgets sessions that ended, replaced tokens that are older than any session lives, and links and sign-ins that have
/// expired.
/// Returns how many rows.
pub(crate) async fn prune(connection: &mut AsyncPgConnection, before: DateTime<Utc>) -> QueryResult<usize> {
    let ended = session::expires_at.lt(before).or(session::revoked_at.lt(before).assume_not_null());
    let sessions = diesel::delete(session::table.filter(ended)).execute(connection).await?;
    let tokens =
        diesel::delete(refresh_token::table.filter(refresh_token::rotated_at.lt(before))).execute(connection).await?;
    let links = diesel::delete(account_token::table.filter(account_token::expires_at.lt(Utc::now())));
    let links = links.execute(connection).await?;
    let waiting = diesel::delete(sign_in_challenge::table.filter(sign_in_challenge::expires_at.lt(Utc::now())));
    let waiting = waiting.execute(connection).await?;
    let challenges = prune_passkey_challenges(connection, Utc::now()).await?;
    Ok(sessions + tokens + links + waiting + challenges + prune_oauth(connection, Utc::now()).await?)
}

/// Waits for the turn to change signing keys; held until the transaction ends.
pub(crate) async fn lock_signing_keys(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::sql_query("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE").execute(connection).await?;
    Ok(())
}

/// All signing keys, the oldest first.
pub(crate) async fn signing_keys(connection: &mut AsyncPgConnection) -> QueryResult<Vec<SigningKeyRow>> {
    signing_key::table
        .order((signing_key::signs_from, signing_key::id))
        .select(SigningKeyRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn insert_signing_key(connection: &mut AsyncPgConnection, row: &SigningKeyRow) -> QueryResult<()> {
    diesel::insert_into(signing_key::table).values(row).execute(connection).await?;
    Ok(())
}

pub(crate) async fn delete_signing_key(connection: &mut AsyncPgConnection, id: &str) -> QueryResult<()> {
    diesel::delete(signing_key::table.find(id)).execute(connection).await?;
    Ok(())
}
