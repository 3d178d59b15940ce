//! What stays of a person who leaves, and who has looked at a person's data.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;
use uuid::Uuid;

use super::ListKey;
use crate::model::{ConsentRow, DataViewRow, RetentionBasis, UserId};
use crate::schema::{
    address, adult_verification, consent, data_export, data_view, identity_verification, person_key, profile,
    retained_record, wishlist_item,
};

/// Destroys the person's key and removes all that is personal. The profile's row stays, empty, for what points at it.
pub(crate) async fn erase_person(
    connection: &mut AsyncPgConnection,
    user: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::delete(person_key::table.find(user)).execute(connection).await?;
    diesel::delete(address::table.filter(address::user_id.eq(user))).execute(connection).await?;
    diesel::delete(consent::table.filter(consent::user_id.eq(user))).execute(connection).await?;
    diesel::delete(wishlist_item::table.filter(wishlist_item::user_id.eq(user))).execute(connection).await?;
    diesel::delete(data_view::table.filter(data_view::user_id.eq(user))).execute(connection).await?;
    diesel::delete(adult_verification::table.find(user)).execute(connection).await?;
    diesel::delete(identity_verification::table.filter(identity_verification::user_id.eq(user)))
        .execute(connection)
        .await?;
    diesel::delete(data_export::table.filter(data_export::user_id.eq(user))).execute(connection).await?;
    diesel::update(profile::table.find(user))
        .set((
            profile::sealed.eq(None::<Vec<u8>>),
            profile::search_tokens.eq(Vec::<String>::new()),
            profile::withdrawn_at.eq(at),
            profile::updated_at.eq(at),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Every answer to questions for consent, the oldest first.
pub(crate) async fn consent_history(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<ConsentRow>> {
    let query = consent::table.filter(consent::user_id.eq(user)).order(consent::id);
    query.select(ConsentRow::as_select()).load(connection).await
}

pub(crate) async fn insert_retained(
    connection: &mut AsyncPgConnection,
    id: Uuid,
    user: UserId,
    basis: RetentionBasis,
    sealed: Vec<u8>,
    retain_until: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(retained_record::table)
        .values((
            retained_record::id.eq(id),
            retained_record::user_id.eq(user),
            retained_record::basis.eq(basis),
            retained_record::sealed.eq(sealed),
            retained_record::retain_until.eq(retain_until),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes records whose time is over; returns how many.
pub(crate) async fn purge_retained(connection: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(retained_record::table.filter(retained_record::retain_until.le(now))).execute(connection).await
}

/// Records that data was looked at. Views of people who left, or never were, are of nothing.
pub(crate) async fn insert_views(connection: &mut AsyncPgConnection, rows: &[DataViewRow]) -> QueryResult<()> {
    let users: Vec<UserId> = rows.iter().map(|row| row.user_id).collect();
    let there = profile::table.filter(profile::id.eq_any(users)).filter(profile::withdrawn_at.is_null());
    let there: Vec<UserId> = there.select(profile::id).load(connection).await?;
    let rows: Vec<&DataViewRow> = rows.iter().filter(|row| there.contains(&row.user_id)).collect();
    if !rows.is_empty() {
        diesel::insert_into(data_view::table).values(rows).on_conflict_do_nothing().execute(connection).await?;
    }
    Ok(())
}

/// One page of who has looked at a person's data, the newest first.
pub(crate) async fn views_page(
    connection: &mut AsyncPgConnection,
    user: UserId,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<DataViewRow>> {
    let query = data_view::table.filter(data_view::user_id.eq(user)).into_boxed();
    let query = keyset!(query, data_view::viewed_at, data_view::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(DataViewRow::as_select()).load(connection).await
}

pub(crate) async fn views_count(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<i64> {
    data_view::table.filter(data_view::user_id.eq(user)).count().get_result(connection).await
}
