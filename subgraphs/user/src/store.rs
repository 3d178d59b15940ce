//! Queries on people and what belongs to them.

mod addresses;
mod adults;
mod exports;
mod leaving;
mod people;
mod unsealed;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::paging::PageRequest;
use uuid::Uuid;

pub(crate) use addresses::{
    addresses_by_id, addresses_by_user, addresses_count, clear_default, delete_address, insert_addresses, mark_default,
    set_address,
};
pub(crate) use adults::{
    adults_by_id, birth_year, identity_verification_of, identity_verifications_since, insert_identity_verification,
    other_accounts_count, purge_verifications, set_adult, take_identity_verification,
};
pub(crate) use exports::{exports_by_user, exports_since, insert_export};
pub(crate) use leaving::{
    consent_history, erase_person, insert_retained, insert_views, purge_retained, views_count, views_page,
};
pub(crate) use people::{
    UserFilter, insert_new_profiles, lock_profile, profiles_by_id, profiles_count, profiles_page, set_person,
};
pub(crate) use unsealed::seal_plain;

use crate::model::{ConsentRow, ProductId, UserId, WishRow};
use crate::schema::{consent, wishlist_item};

/// The key that lists are ordered by, newest first.
pub(crate) type ListKey = (DateTime<Utc>, Uuid);

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
