//! Queries on sellers and their members.

mod documents;
mod particulars;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;
use platform::keyset;
use platform::paging::PageRequest;
use uuid::Uuid;

pub(crate) use particulars::*;

pub(crate) use documents::{
    document_in_force, documents_by_seller, documents_to_warn_of, ended_documents, hand_in,
    sellers_with_ended_documents, set_expired, set_expiry, set_warned,
};

use crate::model::{MemberRow, NewStateChange, SellerId, SellerRole, SellerRow, SellerState, StateChangeRow, UserId};
use crate::schema::{seller, seller_member, seller_state_change};

/// The key that lists of sellers are ordered by, newest first.
pub(crate) type ListKey = (DateTime<Utc>, Uuid);

/// Which sellers a list is about.
#[derive(Clone, Default)]
pub(crate) struct SellerFilter {
    pub(crate) state: Option<SellerState>,
    /// A part of the name.
    pub(crate) name: Option<String>,
}

type FilteredSellers<'a> = seller::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(filter: &SellerFilter) -> FilteredSellers<'a> {
    let mut query = seller::table.into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(seller::state.eq(state));
    }
    if let Some(name) = &filter.name {
        query = query.filter(seller::name.ilike(format!("%{}%", escape_like(name))));
    }
    query
}

fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// One page of sellers, newest first, in reading order.
pub(crate) async fn sellers_page(
    connection: &mut AsyncPgConnection,
    filter: &SellerFilter,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<SellerRow>> {
    let query = keyset!(filtered(filter), seller::created_at, seller::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(SellerRow::as_select()).load(connection).await
}

pub(crate) async fn sellers_count(connection: &mut AsyncPgConnection, filter: &SellerFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

pub(crate) async fn sellers_by_id(connection: &mut AsyncPgConnection, ids: &[SellerId]) -> QueryResult<Vec<SellerRow>> {
    seller::table.filter(seller::id.among(ids)).select(SellerRow::as_select()).load(connection).await
}

/// The sellers that a person acts for, oldest membership first.
pub(crate) async fn sellers_of_user(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<SellerRow>> {
    seller_member::table
        .inner_join(seller::table.on(seller::id.eq(seller_member::seller_id)))
        .filter(seller_member::user_id.eq(user))
        .order((seller_member::joined_at, seller::id))
        .select(SellerRow::as_select())
        .load(connection)
        .await
}

/// The seller, locked until the transaction ends: changes of one seller take turns.
pub(crate) async fn lock_seller(connection: &mut AsyncPgConnection, id: SellerId) -> QueryResult<Option<SellerRow>> {
    seller::table.find(id).for_update().select(SellerRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn insert_seller(connection: &mut AsyncPgConnection, row: &SellerRow) -> QueryResult<()> {
    diesel::insert_into(seller::table).values(row).execute(connection).await?;
    Ok(())
}

/// Inserts those sellers whose id and business number are new, and returns their ids.
pub(crate) async fn insert_new_sellers(
    connection: &mut AsyncPgConnection,
    rows: &[SellerRow],
) -> QueryResult<Vec<SellerId>> {
    diesel::insert_into(seller::table)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(seller::id)
        .get_results(connection)
        .await
}

pub(crate) async fn set_state(
    connection: &mut AsyncPgConnection,
    id: SellerId,
    state: SellerState,
    at: DateTime<Utc>,
) -> QueryResult<SellerRow> {
    diesel::update(seller::table.find(id))
        .set((seller::state.eq(state), seller::updated_at.eq(at)))
        .returning(SellerRow::as_returning())
        .get_result(connection)
        .await
}

/// The parts of a profile that change; `None` leaves a part as it is.
#[derive(AsChangeset)]
#[diesel(table_name = seller)]
pub(crate) struct ProfileChange {
    pub(crate) introduction: Option<Option<String>>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) updated_at: DateTime<Utc>,
}

pub(crate) async fn set_profile(
    connection: &mut AsyncPgConnection,
    id: SellerId,
    change: &ProfileChange,
) -> QueryResult<SellerRow> {
    diesel::update(seller::table.find(id)).set(change).returning(SellerRow::as_returning()).get_result(connection).await
}

/// What a change of the bank account sets.
#[derive(AsChangeset)]
#[diesel(table_name = seller)]
pub(crate) struct BankAccountChange {
    pub(crate) bank: String,
    pub(crate) bank_account_number: String,
    pub(crate) bank_account_holder: String,
    pub(crate) updated_at: DateTime<Utc>,
}

pub(crate) async fn set_bank_account(
    connection: &mut AsyncPgConnection,
    id: SellerId,
    change: &BankAccountChange,
) -> QueryResult<SellerRow> {
    diesel::update(seller::table.find(id)).set(change).returning(SellerRow::as_returning()).get_result(connection).await
}

pub(crate) async fn insert_state_changes(
    connection: &mut AsyncPgConnection,
    changes: &[NewStateChange<'_>],
) -> QueryResult<()> {
    diesel::insert_into(seller_state_change::table).values(changes).execute(connection).await?;
    Ok(())
}

/// Changes of state of these sellers, oldest first.
pub(crate) async fn state_changes_by_seller(
    connection: &mut AsyncPgConnection,
    ids: &[SellerId],
) -> QueryResult<Vec<StateChangeRow>> {
    seller_state_change::table
        .filter(seller_state_change::seller_id.eq_any(ids))
        .order(seller_state_change::id)
        .select(StateChangeRow::as_select())
        .load(connection)
        .await
}

/// Members of these sellers, the longest-standing first.
pub(crate) async fn members_by_seller(
    connection: &mut AsyncPgConnection,
    ids: &[SellerId],
) -> QueryResult<Vec<MemberRow>> {
    seller_member::table
        .filter(seller_member::seller_id.eq_any(ids))
        .order((seller_member::joined_at, seller_member::user_id))
        .select(MemberRow::as_select())
        .load(connection)
        .await
}

/// Memberships of these people, the oldest first.
pub(crate) async fn memberships_by_user(
    connection: &mut AsyncPgConnection,
    users: &[UserId],
) -> QueryResult<Vec<MemberRow>> {
    seller_member::table
        .filter(seller_member::user_id.eq_any(users))
        .order((seller_member::joined_at, seller_member::seller_id))
        .select(MemberRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn role_of(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    user: UserId,
) -> QueryResult<Option<SellerRole>> {
    seller_member::table.find((seller, user)).select(seller_member::role).first(connection).await.optional()
}

pub(crate) async fn owners_count(connection: &mut AsyncPgConnection, seller: SellerId) -> QueryResult<i64> {
    seller_member::table
        .filter(seller_member::seller_id.eq(seller))
        .filter(seller_member::role.eq(SellerRole::Owner))
        .count()
        .get_result(connection)
        .await
}

/// Inserts those members who are new; returns how many were.
pub(crate) async fn insert_members(connection: &mut AsyncPgConnection, rows: &[MemberRow]) -> QueryResult<usize> {
    diesel::insert_into(seller_member::table).values(rows).on_conflict_do_nothing().execute(connection).await
}

pub(crate) async fn delete_member(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    user: UserId,
) -> QueryResult<usize> {
    diesel::delete(seller_member::table.find((seller, user))).execute(connection).await
}
