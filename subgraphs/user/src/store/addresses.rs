//! Delivery addresses, sealed under their owners' keys.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::errors::GraphError;

use super::people::{ensure_keys, kept_keys};
use crate::model::{AddressId, AddressRow, AddressText, StoredAddress, UserId};
use crate::schema::address;
use crate::vault::Vault;

/// An address whose owner left is not there any more.
async fn open_all(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    rows: Vec<StoredAddress>,
) -> Result<Vec<AddressRow>, GraphError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let owners: Vec<UserId> = rows.iter().map(|row| row.user_id).collect();
    let kept = kept_keys(connection, &owners).await?;
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some(sealed), Some(kept)) = (&row.sealed, kept.get(&row.user_id)) else { continue };
        opened.push(AddressRow {
            id: row.id,
            user_id: row.user_id,
            text: Vault::open(&vault.open_key(row.user_id.0, kept)?, row.id.0, sealed)?,
            is_default: row.is_default,
            created_at: row.created_at,
            updated_at: row.updated_at,
        });
    }
    Ok(opened)
}

/// Addresses of these people: the default first, then the newest.
pub(crate) async fn addresses_by_user(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    users: &[UserId],
) -> Result<Vec<AddressRow>, GraphError> {
    let rows = address::table
        .filter(address::user_id.eq_any(users))
        .order((address::is_default.desc(), address::created_at.desc(), address::id.desc()))
        .select(StoredAddress::as_select())
        .load(connection)
        .await?;
    open_all(connection, vault, rows).await
}

pub(crate) async fn addresses_by_id(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    ids: &[AddressId],
) -> Result<Vec<AddressRow>, GraphError> {
    let query = address::table.filter(address::id.eq_any(ids)).select(StoredAddress::as_select());
    let rows = query.load(connection).await?;
    open_all(connection, vault, rows).await
}

pub(crate) async fn addresses_count(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<i64> {
    address::table.filter(address::user_id.eq(user)).count().get_result(connection).await
}

/// Inserts addresses of people who are there. Call it inside a transaction.
pub(crate) async fn insert_addresses(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    rows: &[AddressRow],
) -> Result<(), GraphError> {
    let owners: Vec<UserId> = rows.iter().map(|row| row.user_id).collect();
    let keys = ensure_keys(connection, vault, &owners).await?;
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        let key = keys.get(&row.user_id).ok_or_else(|| GraphError::internal("a person without a key"))?;
        values.push((
            address::id.eq(row.id),
            address::user_id.eq(row.user_id),
            address::sealed.eq(Vault::seal(key, row.id.0, &row.text)?),
            address::is_default.eq(row.is_default),
            address::created_at.eq(row.created_at),
            address::updated_at.eq(row.updated_at),
        ));
    }
    diesel::insert_into(address::table).values(values).execute(connection).await?;
    Ok(())
}

/// Rewrites a person's address; `None` when it is not theirs. Call it inside a transaction.
pub(crate) async fn set_address(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    user: UserId,
    id: AddressId,
    text: &AddressText,
) -> Result<Option<AddressRow>, GraphError> {
    let keys = ensure_keys(connection, vault, &[user]).await?;
    let key = keys.get(&user).ok_or_else(|| GraphError::internal("a person without a key"))?;
    let updated = diesel::update(address::table.find(id).filter(address::user_id.eq(user)))
        .set((address::sealed.eq(Vault::seal(key, id.0, text)?), address::updated_at.eq(Utc::now())))
        .returning(StoredAddress::as_returning())
        .get_result(connection)
        .await
        .optional()?;
    Ok(open_all(connection, vault, updated.into_iter().collect()).await?.pop())
}

/// Removes a person's address; returns whether it was the default, `None` when it is not theirs.
pub(crate) async fn delete_address(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: AddressId,
) -> QueryResult<Option<bool>> {
    diesel::delete(address::table.find(id).filter(address::user_id.eq(user)))
        .returning(address::is_default)
        .get_result(connection)
        .await
        .optional()
}

/// Takes the mark of the default address away.
pub(crate) async fn clear_default(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::update(address::table.filter(address::user_id.eq(user)).filter(address::is_default))
        .set(address::is_default.eq(false))
        .execute(connection)
        .await?;
    Ok(())
}

/// Marks a person's address as the default; `None` when it is not theirs. Clear the mark of another one first.
pub(crate) async fn mark_default(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    user: UserId,
    id: AddressId,
) -> Result<Option<AddressRow>, GraphError> {
    let marked = diesel::update(address::table.find(id).filter(address::user_id.eq(user)))
        .set(address::is_default.eq(true))
        .returning(StoredAddress::as_returning())
        .get_result(connection)
        .await
        .optional()?;
    Ok(open_all(connection, vault, marked.into_iter().collect()).await?.pop())
}
