//! Complaints.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::model::{ComplaintId, ComplaintRow, ComplaintState, UserId};
use crate::schema::complaint as table;

/// Which complaints a list is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ComplaintFilter {
    pub(crate) state: Option<ComplaintState>,
    pub(crate) user_id: Option<UserId>,
}

fn filtered<'a>(filter: ComplaintFilter) -> table::BoxedQuery<'a, diesel::pg::Pg> {
    let mut query = table::table.into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(table::state.eq(state));
    }
    if let Some(user) = filter.user_id {
        query = query.filter(table::user_id.eq(user));
    }
    query
}

pub(crate) async fn page(
    connection: &mut AsyncPgConnection,
    filter: ComplaintFilter,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ComplaintRow>> {
    let query = keyset!(filtered(filter), table::created_at, table::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(ComplaintRow::as_select()).load(connection).await
}

pub(crate) async fn count(connection: &mut AsyncPgConnection, filter: ComplaintFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

/// How many are not over.
pub(crate) async fn count_open(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    let open = [ComplaintState::Open, ComplaintState::InProgress];
    table::table.filter(table::state.eq_any(open)).count().get_result(connection).await
}

pub(crate) async fn find(connection: &mut AsyncPgConnection, id: ComplaintId) -> QueryResult<Option<ComplaintRow>> {
    table::table.find(id).select(ComplaintRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn lock(connection: &mut AsyncPgConnection, id: ComplaintId) -> QueryResult<Option<ComplaintRow>> {
    table::table.find(id).for_update().select(ComplaintRow::as_select()).first(connection).await.optional()
}

/// Inserts those that are new.
pub(crate) async fn insert(connection: &mut AsyncPgConnection, rows: &[ComplaintRow]) -> QueryResult<()> {
    diesel::insert_into(table::table).values(rows).on_conflict_do_nothing().execute(connection).await?;
    Ok(())
}

pub(crate) async fn update(connection: &mut AsyncPgConnection, row: &ComplaintRow) -> QueryResult<()> {
    diesel::update(table::table.find(row.id)).set(row).execute(connection).await?;
    Ok(())
}
