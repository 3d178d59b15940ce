//! Queries on the tokens of mailed links.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{AccountTokenRow, TokenPurpose, UserId};
use crate::schema::{account, account_token};

pub(crate) async fn insert_account_token(connection: &mut AsyncPgConnection, row: &AccountTokenRow) -> QueryResult<()> {
    diesel::insert_into(account_token::table).values(row).execute(connection).await?;
    Ok(())
}

/// The token, while it is good for this purpose.
pub(crate) async fn account_token(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    purpose: TokenPurpose,
    now: DateTime<Utc>,
) -> QueryResult<Option<AccountTokenRow>> {
    account_token::table
        .find(digest)
        .filter(account_token::purpose.eq(purpose))
        .filter(account_token::expires_at.gt(now))
        .select(AccountTokenRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Uses the token up; false when another request was first.
pub(crate) async fn take_account_token(connection: &mut AsyncPgConnection, digest: &[u8]) -> QueryResult<bool> {
    Ok(diesel::delete(account_token::table.find(digest)).execute(connection).await? == 1)
}

/// Forgets the person's other tokens for this purpose.
pub(crate) async fn delete_account_tokens(
    connection: &mut AsyncPgConnection,
    user: UserId,
    purpose: TokenPurpose,
) -> QueryResult<()> {
    let tokens =
        account_token::table.filter(account_token::user_id.eq(user)).filter(account_token::purpose.eq(purpose));
    diesel::delete(tokens).execute(connection).await?;
    Ok(())
}

/// Notes that the address is the person's; false when the account has another one.
pub(crate) async fn set_email_verified(
    connection: &mut AsyncPgConnection,
    id: UserId,
    email: &str,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let first =
        diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>>("coalesce(email_verified_at, ")
            .bind::<diesel::sql_types::Timestamptz, _>(at)
            .sql(")");
    let updated = diesel::update(account::table.find(id).filter(account::email.eq(email)))
        .set(account::email_verified_at.eq(first))
        .execute(connection)
        .await?;
    Ok(updated == 1)
}
