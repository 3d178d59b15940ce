//! Verifications of who people are, and who has shown to be an adult.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::errors::GraphError;

use super::people::{ensure_keys, kept_keys};
use crate::model::{AdultRow, IdentityVerificationId, IdentityVerificationRow, UserId};
use crate::schema::{adult_verification, identity_verification};
use crate::vault::Vault;

/// How long it is known of a verification that was not confirmed in time that there was one.
const KNOWN_AFTER: TimeDelta = TimeDelta::days(1);

pub(crate) async fn insert_identity_verification(
    connection: &mut AsyncPgConnection,
    row: &IdentityVerificationRow,
) -> QueryResult<()> {
    diesel::insert_into(identity_verification::table).values(row).execute(connection).await?;
    Ok(())
}

/// How many verifications a person has started after then, a day ago at most.
pub(crate) async fn identity_verifications_since(
    connection: &mut AsyncPgConnection,
    user: UserId,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    let of_user = identity_verification::table.filter(identity_verification::user_id.eq(user));
    of_user.filter(identity_verification::started_at.gt(since)).count().get_result(connection).await
}

/// A verification that this person has started.
pub(crate) async fn identity_verification_of(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: IdentityVerificationId,
) -> QueryResult<Option<IdentityVerificationRow>> {
    let query = identity_verification::table.find(id).filter(identity_verification::user_id.eq(user));
    query.select(IdentityVerificationRow::as_select()).first(connection).await.optional()
}

/// Takes a verification, once; false when it was taken before.
pub(crate) async fn take_identity_verification(
    connection: &mut AsyncPgConnection,
    id: IdentityVerificationId,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let free = identity_verification::table.find(id).filter(identity_verification::confirmed_at.is_null());
    let taken = diesel::update(free).set(identity_verification::confirmed_at.eq(at)).execute(connection).await?;
    Ok(taken == 1)
}

/// How many other accounts of the person are verified. Those who count the same person take turns until their transactions
/// end.
pub(crate) async fn other_accounts_count(
    connection: &mut AsyncPgConnection,
    user: UserId,
    person: &str,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    let turn = diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))");
    turn.bind::<Text, _>(person).execute(connection).await?;
    adult_verification::table
        .filter(adult_verification::person.eq(person))
        .filter(adult_verification::user_id.ne(user))
        .filter(adult_verification::expires_at.gt(now))
        .count()
        .get_result(connection)
        .await
}

/// Writes that a person is an adult, in place of what was written before. Call it under the profile's lock.
pub(crate) async fn set_adult(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    row: AdultRow,
    birth_year: i32,
) -> Result<(), GraphError> {
    let keys = ensure_keys(connection, vault, &[row.user_id]).await?;
    let key = keys.get(&row.user_id).ok_or_else(|| GraphError::internal("a person without a key"))?;
    let row = AdultRow { sealed: Vault::seal(key, row.verification_id.0, &birth_year)?, ..row };
    diesel::delete(adult_verification::table.find(row.user_id)).execute(connection).await?;
    diesel::insert_into(adult_verification::table).values(&row).execute(connection).await?;
    Ok(())
}

/// Those of these people who are adults by a verification that holds.
pub(crate) async fn adults_by_id(
    connection: &mut AsyncPgConnection,
    users: &[UserId],
    now: DateTime<Utc>,
) -> QueryResult<Vec<AdultRow>> {
    let query = adult_verification::table.filter(adult_verification::user_id.eq_any(users));
    query.filter(adult_verification::expires_at.gt(now)).select(AdultRow::as_select()).load(connection).await
}

/// The year in which the person was born; none of a person who left.
pub(crate) async fn birth_year(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    row: &AdultRow,
) -> Result<Option<i32>, GraphError> {
    let Some(kept) = kept_keys(connection, &[row.user_id]).await?.remove(&row.user_id) else { return Ok(None) };
    let key = vault.open_key(row.user_id.0, &kept)?;
    Vault::open(&key, row.verification_id.0, &row.sealed).map(Some)
}

/// Removes what does not hold any more.
pub(crate) async fn purge_verifications(connection: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    let over = adult_verification::table.filter(adult_verification::expires_at.le(now));
    diesel::delete(over).execute(connection).await?;
    let over = identity_verification::table.filter(identity_verification::expires_at.le(now - KNOWN_AFTER));
    diesel::delete(over).execute(connection).await?;
    Ok(())
}
