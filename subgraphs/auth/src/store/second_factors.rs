//! Queries on second factors, recovery codes, and sign-ins that wait for them.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{AuthMethod, ChallengeRow, FactorId, FactorRow, SessionId, UserId};
use crate::schema::{mfa_factor, recovery_code, session, sign_in_challenge};

pub(crate) async fn insert_factor(connection: &mut AsyncPgConnection, row: &FactorRow) -> QueryResult<()> {
    diesel::insert_into(mfa_factor::table).values(row).execute(connection).await?;
    Ok(())
}

/// The confirmed factors of a person, the oldest first.
pub(crate) async fn factors_of(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<FactorRow>> {
    mfa_factor::table
        .filter(mfa_factor::user_id.eq(user))
        .filter(mfa_factor::confirmed_at.is_not_null())
        .order(mfa_factor::id)
        .select(FactorRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn factor(connection: &mut AsyncPgConnection, id: FactorId) -> QueryResult<Option<FactorRow>> {
    mfa_factor::table.find(id).select(FactorRow::as_select()).first(connection).await.optional()
}

/// Whether the person has a factor that counts.
pub(crate) async fn has_factor(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<bool> {
    let confirmed = mfa_factor::table.filter(mfa_factor::user_id.eq(user).and(mfa_factor::confirmed_at.is_not_null()));
    diesel::select(exists(confirmed)).get_result(connection).await
}

/// Forgets factors that the person began and did not confirm.
pub(crate) async fn delete_unconfirmed(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    let begun = mfa_factor::table.filter(mfa_factor::user_id.eq(user).and(mfa_factor::confirmed_at.is_null()));
    diesel::delete(begun).execute(connection).await?;
    Ok(())
}

/// Confirms a factor by the code of a step; false when it was confirmed before.
pub(crate) async fn confirm_factor(
    connection: &mut AsyncPgConnection,
    id: FactorId,
    step: i64,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let begun = mfa_factor::table.find(id).filter(mfa_factor::confirmed_at.is_null());
    let confirmed = diesel::update(begun)
        .set((mfa_factor::confirmed_at.eq(at), mfa_factor::last_step.eq(step), mfa_factor::last_used_at.eq(at)))
        .execute(connection)
        .await?;
    Ok(confirmed == 1)
}

/// Uses up the code of a step and all before it; false when another request was first.
pub(crate) async fn use_step(
    connection: &mut AsyncPgConnection,
    id: FactorId,
    step: i64,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let unused = mfa_factor::last_step.is_null().or(mfa_factor::last_step.lt(step).assume_not_null());
    let used = diesel::update(mfa_factor::table.find(id).filter(unused))
        .set((mfa_factor::last_step.eq(step), mfa_factor::last_used_at.eq(at)))
        .execute(connection)
        .await?;
    Ok(used == 1)
}

/// Removes a person's factor; `None` when there is none.
pub(crate) async fn delete_factor(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: FactorId,
) -> QueryResult<Option<FactorRow>> {
    let confirmed = mfa_factor::user_id.eq(user).and(mfa_factor::confirmed_at.is_not_null());
    diesel::delete(mfa_factor::table.find(id).filter(confirmed))
        .returning(FactorRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Puts new recovery codes in place of all that the person has.
pub(crate) async fn replace_recovery_codes(
    connection: &mut AsyncPgConnection,
    user: UserId,
    digests: &[Vec<u8>],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    delete_recovery_codes(connection, user).await?;
    let rows: Vec<_> = digests
        .iter()
        .map(|digest| {
            (recovery_code::user_id.eq(user), recovery_code::digest.eq(digest), recovery_code::created_at.eq(at))
        })
        .collect();
    diesel::insert_into(recovery_code::table).values(rows).execute(connection).await?;
    Ok(())
}

pub(crate) async fn delete_recovery_codes(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(recovery_code::table.filter(recovery_code::user_id.eq(user))).execute(connection).await?;
    Ok(())
}

/// How many of the person's recovery codes are not used yet.
pub(crate) async fn recovery_codes_left(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<i64> {
    recovery_code::table
        .filter(recovery_code::user_id.eq(user).and(recovery_code::used_at.is_null()))
        .select(count_star())
        .first(connection)
        .await
}

/// Uses a recovery code up; false when the person has none such.
pub(crate) async fn use_recovery_code(
    connection: &mut AsyncPgConnection,
    user: UserId,
    digest: &[u8],
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let unused = recovery_code::table.find((user, digest)).filter(recovery_code::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_code::used_at.eq(at)).execute(connection).await? == 1)
}

pub(crate) async fn insert_challenge(connection: &mut AsyncPgConnection, row: &ChallengeRow) -> QueryResult<()> {
    diesel::insert_into(sign_in_challenge::table).values(row).execute(connection).await?;
    Ok(())
}

/// Counts an attempt at a sign-in that waits, and returns it while it may be tried.
pub(crate) async fn try_challenge(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    most: i32,
    now: DateTime<Utc>,
) -> QueryResult<Option<ChallengeRow>> {
    let open = sign_in_challenge::expires_at.gt(now).and(sign_in_challenge::attempts.lt(most));
    diesel::update(sign_in_challenge::table.find(digest).filter(open))
        .set(sign_in_challenge::attempts.eq(sign_in_challenge::attempts + 1))
        .returning(ChallengeRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Ends a sign-in that waited; false when another request was first.
pub(crate) async fn take_challenge(connection: &mut AsyncPgConnection, digest: &[u8]) -> QueryResult<bool> {
    Ok(diesel::delete(sign_in_challenge::table.find(digest)).execute(connection).await? == 1)
}

/// Notes how the session proved just now who it is. `second_factor`: by one.
pub(crate) async fn set_proved(
    connection: &mut AsyncPgConnection,
    id: SessionId,
    methods: &[AuthMethod],
    second_factor: bool,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let proved = (session::authenticated_at.eq(at), session::methods.eq(methods));
    let update = diesel::update(session::table.find(id));
    if second_factor {
        update.set((proved, session::mfa_verified_at.eq(at))).execute(connection).await?;
    } else {
        update.set(proved).execute(connection).await?;
    }
    Ok(())
}

/// Forgets that the person's sessions showed a second factor: there is none any more.
pub(crate) async fn forget_second_factor(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::update(session::table.filter(session::user_id.eq(user)))
        .set(session::mfa_verified_at.eq(None::<DateTime<Utc>>))
        .execute(connection)
        .await?;
    Ok(())
}
