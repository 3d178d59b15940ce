//! Queries on passkeys, and on challenges that are at an authenticator.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{PasskeyChallengeRow, PasskeyId, PasskeyRow, UserId};
use crate::schema::{passkey, passkey_challenge};
use crate::webauthn::KeyState;

pub(crate) async fn insert_passkey_challenge(
    connection: &mut AsyncPgConnection,
    row: &PasskeyChallengeRow,
) -> QueryResult<()> {
    diesel::insert_into(passkey_challenge::table).values(row).execute(connection).await?;
    Ok(())
}

/// Takes a challenge, once.
pub(crate) async fn take_passkey_challenge(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<PasskeyChallengeRow>> {
    diesel::delete(passkey_challenge::table.find(digest).filter(passkey_challenge::expires_at.gt(now)))
        .returning(PasskeyChallengeRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Adds a passkey; false when somebody has it already.
pub(crate) async fn insert_passkey(connection: &mut AsyncPgConnection, row: &PasskeyRow) -> QueryResult<bool> {
    let insert = diesel::insert_into(passkey::table).values(row).on_conflict(passkey::credential_id).do_nothing();
    Ok(insert.execute(connection).await? == 1)
}

pub(crate) async fn passkeys_of(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<PasskeyRow>> {
    passkey::table
        .filter(passkey::user_id.eq(user))
        .order(passkey::id)
        .select(PasskeyRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn passkey(connection: &mut AsyncPgConnection, id: PasskeyId) -> QueryResult<Option<PasskeyRow>> {
    passkey::table.find(id).select(PasskeyRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn passkey_by_credential(
    connection: &mut AsyncPgConnection,
    credential: &[u8],
) -> QueryResult<Option<PasskeyRow>> {
    let found = passkey::table.filter(passkey::credential_id.eq(credential));
    found.select(PasskeyRow::as_select()).first(connection).await.optional()
}

/// Notes a use, unless another one was noted meanwhile.
pub(crate) async fn use_passkey(
    connection: &mut AsyncPgConnection,
    used: &PasskeyRow,
    state: KeyState,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let unchanged = passkey::table.find(used.id).filter(passkey::sign_count.eq(used.sign_count));
    let updated = diesel::update(unchanged)
        .set((
            passkey::sign_count.eq(i64::from(state.sign_count)),
            passkey::backed_up.eq(state.backed_up),
            passkey::backup_eligible.eq(state.backup_eligible),
            passkey::last_used_at.eq(at),
        ))
        .execute(connection)
        .await?;
    Ok(updated == 1)
}

pub(crate) async fn rename_passkey(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: PasskeyId,
    name: &str,
) -> QueryResult<Option<PasskeyRow>> {
    diesel::update(passkey::table.find(id).filter(passkey::user_id.eq(user)))
        .set(passkey::name.eq(name))
        .returning(PasskeyRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

pub(crate) async fn delete_passkey(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: PasskeyId,
) -> QueryResult<Option<PasskeyRow>> {
    diesel::delete(passkey::table.find(id).filter(passkey::user_id.eq(user)))
        .returning(PasskeyRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Forgets challenges that have expired.
pub(crate) async fn prune_passkey_challenges(
    connection: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(passkey_challenge::table.filter(passkey_challenge::expires_at.lt(now))).execute(connection).await
}
