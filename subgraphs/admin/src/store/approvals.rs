//! Requests for approval.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::model::{ApprovalId, ApprovalKind, ApprovalRow, ApprovalState, UserId};
use crate::schema::approval_request as table;

/// Which requests a list is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ApprovalFilter {
    pub(crate) kind: Option<ApprovalKind>,
    pub(crate) state: Option<ApprovalState>,
}

fn filtered<'a>(filter: ApprovalFilter) -> table::BoxedQuery<'a, diesel::pg::Pg> {
    let mut query = table::table.into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(state) = filter.state {
        query = query.filter(table::state.eq(state));
    }
    query
}

pub(crate) async fn page(
    connection: &mut AsyncPgConnection,
    filter: ApprovalFilter,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ApprovalRow>> {
    let query = keyset!(filtered(filter), table::requested_at, table::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(ApprovalRow::as_select()).load(connection).await
}

pub(crate) async fn count(connection: &mut AsyncPgConnection, filter: ApprovalFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

pub(crate) async fn find(connection: &mut AsyncPgConnection, id: ApprovalId) -> QueryResult<Option<ApprovalRow>> {
    table::table.find(id).select(ApprovalRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn lock(connection: &mut AsyncPgConnection, id: ApprovalId) -> QueryResult<Option<ApprovalRow>> {
    table::table.find(id).for_update().select(ApprovalRow::as_select()).first(connection).await.optional()
}

/// The approved request of that kind about an object, whose time is not over.
pub(crate) async fn approved(
    connection: &mut AsyncPgConnection,
    kind: ApprovalKind,
    object: &str,
) -> QueryResult<Option<ApprovalRow>> {
    table::table
        .filter(table::kind.eq(kind).and(table::object.eq(object)))
        .filter(table::state.eq(ApprovalState::Approved))
        .filter(table::expires_at.gt(diesel::dsl::now))
        .select(ApprovalRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Inserts a request; false when one about the same is open.
pub(crate) async fn insert(connection: &mut AsyncPgConnection, row: &ApprovalRow) -> QueryResult<bool> {
    let inserted = diesel::insert_into(table::table).values(row).on_conflict_do_nothing().execute(connection).await?;
    Ok(inserted == 1)
}

/// The requests whose time is over.
pub(crate) async fn due(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<ApprovalId>> {
    table::table
        .filter(table::state.eq_any([ApprovalState::Pending, ApprovalState::Approved]))
        .filter(table::expires_at.le(diesel::dsl::now))
        .order(table::expires_at)
        .limit(limit)
        .select(table::id)
        .load(connection)
        .await
}

/// What changes of a request beside its state.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = table)]
pub(crate) struct ApprovalChange {
    pub(crate) state: Option<ApprovalState>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) decided_by: Option<UserId>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    pub(crate) decision_reason: Option<String>,
    pub(crate) executed_at: Option<DateTime<Utc>>,
}

pub(crate) async fn change(
    connection: &mut AsyncPgConnection,
    id: ApprovalId,
    change: &ApprovalChange,
) -> QueryResult<ApprovalRow> {
    diesel::update(table::table.find(id))
        .set(change)
        .returning(ApprovalRow::as_returning())
        .get_result(connection)
        .await
}
