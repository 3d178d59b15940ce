//! Queries on profiles, addresses, consents and wishlists.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;
use uuid::Uuid;

use crate::model::{AddressId, AddressRow, AddressText, ConsentRow, ProductId, ProfileRow, UserId, WishRow};
use crate::schema::{address, consent, profile, wishlist_item};

/// The key that lists are ordered by, newest first.
pub(crate) type ListKey = (DateTime<Utc>, Uuid);

/// Which people a list is about.
#[derive(Clone, Default)]
pub(crate) struct UserFilter {
    /// What the e-mail address begins with.
    pub(crate) email: Option<String>,
    /// A part of the name.
    pub(crate) name: Option<String>,
}

fn filtered<'a>(filter: &UserFilter) -> profile::BoxedQuery<'a, diesel::pg::Pg> {
    let mut query = profile::table.into_boxed();
    if let Some(email) = &filter.email {
        query = query.filter(profile::email.like(format!("{}%", escape_like(&email.trim().to_lowercase()))));
    }
    if let Some(name) = &filter.name {
        query = query.filter(profile::name.ilike(format!("%{}%", escape_like(name.trim()))));
    }
    query
}

fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// One page of people, the newest first, in reading order.
pub(crate) async fn profiles_page(
    connection: &mut AsyncPgConnection,
    filter: &UserFilter,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ProfileRow>> {
    let query = keyset!(filtered(filter), profile::created_at, profile::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(ProfileRow::as_select()).load(connection).await
}

pub(crate) async fn profiles_count(connection: &mut AsyncPgConnection, filter: &UserFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

pub(crate) async fn profiles_by_id(connection: &mut AsyncPgConnection, ids: &[UserId]) -> QueryResult<Vec<ProfileRow>> {
    profile::table.filter(profile::id.eq_any(ids)).select(ProfileRow::as_select()).load(connection).await
}

/// Inserts those people who are new, and returns their ids.
pub(crate) async fn insert_new_profiles(
    connection: &mut AsyncPgConnection,
    rows: &[ProfileRow],
) -> QueryResult<Vec<UserId>> {
    diesel::insert_into(profile::table)
        .values(rows)
        .on_conflict(profile::id)
        .do_nothing()
        .returning(profile::id)
        .get_results(connection)
        .await
}

/// The parts of a profile that change; `None` leaves a part as it is.
#[derive(AsChangeset)]
#[diesel(table_name = profile)]
pub(crate) struct ProfileChange {
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<Option<String>>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Changes a profile; `None` when there is none.
pub(crate) async fn set_profile(
    connection: &mut AsyncPgConnection,
    id: UserId,
    change: &ProfileChange,
) -> QueryResult<Option<ProfileRow>> {
    diesel::update(profile::table.find(id))
        .set(change)
        .returning(ProfileRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Locks what belongs to a person for a change; false when there is no such person.
pub(crate) async fn lock_profile(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<bool> {
    let found: Option<UserId> =
        profile::table.find(user).for_no_key_update().select(profile::id).first(connection).await.optional()?;
    Ok(found.is_some())
}

/// Addresses of these people: the default first, then the newest.
pub(crate) async fn addresses_by_user(
    connection: &mut AsyncPgConnection,
    users: &[UserId],
) -> QueryResult<Vec<AddressRow>> {
    address::table
        .filter(address::user_id.eq_any(users))
        .order((address::is_default.desc(), address::created_at.desc(), address::id.desc()))
        .select(AddressRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn addresses_by_id(
    connection: &mut AsyncPgConnection,
    ids: &[AddressId],
) -> QueryResult<Vec<AddressRow>> {
    address::table.filter(address::id.eq_any(ids)).select(AddressRow::as_select()).load(connection).await
}

pub(crate) async fn addresses_count(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<i64> {
    address::table.filter(address::user_id.eq(user)).count().get_result(connection).await
}

pub(crate) async fn insert_addresses(connection: &mut AsyncPgConnection, rows: &[AddressRow]) -> QueryResult<()> {
    diesel::insert_into(address::table).values(rows).execute(connection).await?;
    Ok(())
}

/// Rewrites a person's address; `None` when it is not theirs.
pub(crate) async fn set_address(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: AddressId,
    text: &AddressText,
) -> QueryResult<Option<AddressRow>> {
    diesel::update(address::table.find(id).filter(address::user_id.eq(user)))
        .set((text, address::updated_at.eq(Utc::now())))
        .returning(AddressRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Removes a person's address; `None` when it is not theirs.
pub(crate) async fn delete_address(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: AddressId,
) -> QueryResult<Option<AddressRow>> {
    diesel::delete(address::table.find(id).filter(address::user_id.eq(user)))
        .returning(AddressRow::as_returning())
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
    user: UserId,
    id: AddressId,
) -> QueryResult<Option<AddressRow>> {
    diesel::update(address::table.find(id).filter(address::user_id.eq(user)))
        .set(address::is_default.eq(true))
        .returning(AddressRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

pub(crate) async fn insert_consents(connection: &mut AsyncPgConnection, rows: &[ConsentRow]) -> QueryResult<()> {
    diesel::insert_into(consent::table).values(rows).execute(connection).await?;
    Ok(())
}

/// The consents in force of these people: the newest answer per purpose.
pub(crate) async fn consents_by_user(
    connection: &mut AsyncPgConnection,
    users: &[UserId],
) -> QueryResult<Vec<ConsentRow>> {
    consent::table
        .filter(consent::user_id.eq_any(users))
        .distinct_on((consent::user_id, consent::purpose))
        .order((consent::user_id, consent::purpose, consent::id.desc()))
        .select(ConsentRow::as_select())
        .load(connection)
        .await
}

/// One page of a wishlist, the newest first.
pub(crate) async fn wishes_page(
    connection: &mut AsyncPgConnection,
    user: UserId,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<WishRow>> {
    let mut query = wishlist_item::table.filter(wishlist_item::user_id.eq(user)).into_boxed();
    if let Some((at, product)) = page.from {
        query = query
            .filter(wishlist_item::added_at.le(at))
            .filter(wishlist_item::added_at.lt(at).or(wishlist_item::product_id.lt(product)));
    }
    query
        .order((wishlist_item::added_at.desc(), wishlist_item::product_id.desc()))
        .limit(page.rows_to_read())
        .select(WishRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn wishes_count(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<i64> {
    wishlist_item::table.filter(wishlist_item::user_id.eq(user)).count().get_result(connection).await
}

/// Adds a product to a wishlist; one that is there stays as it is. Returns the row.
pub(crate) async fn insert_wish(connection: &mut AsyncPgConnection, row: &WishRow) -> QueryResult<WishRow> {
    diesel::insert_into(wishlist_item::table)
        .values(row)
        .on_conflict((wishlist_item::user_id, wishlist_item::product_id))
        .do_update()
        // Assigning a column to itself makes PostgreSQL return the row that is there.
        .set(wishlist_item::added_at.eq(wishlist_item::added_at))
        .returning(WishRow::as_returning())
        .get_result(connection)
        .await
}

pub(crate) async fn delete_wish(
    connection: &mut AsyncPgConnection,
    user: UserId,
    product: ProductId,
) -> QueryResult<usize> {
    diesel::delete(wishlist_item::table.find((user, product))).execute(connection).await
}
