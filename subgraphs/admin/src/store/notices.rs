//! Notices.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::model::{NoticeAudience, NoticeId, NoticeRow, NoticeState};
use crate::schema::notice as table;

/// Which notices a list is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoticeFilter {
    /// Only those that are shown now.
    pub(crate) shown: bool,
    /// Only those for these audiences; all when empty.
    pub(crate) audiences: Vec<NoticeAudience>,
    pub(crate) state: Option<NoticeState>,
}

fn filtered<'a>(filter: &NoticeFilter) -> table::BoxedQuery<'a, diesel::pg::Pg> {
    let mut query = table::table.into_boxed();
    if filter.shown {
        let now = chrono::Utc::now();
        query = query
            .filter(table::state.eq(NoticeState::Published))
            .filter(table::starts_at.le(now))
            .filter(table::ends_at.is_null().or(table::ends_at.gt(now)));
    }
    if !filter.audiences.is_empty() {
        query = query.filter(table::audience.eq_any(filter.audiences.clone()));
    }
    if let Some(state) = filter.state {
        query = query.filter(table::state.eq(state));
    }
    query
}

pub(crate) async fn page(
    connection: &mut AsyncPgConnection,
    filter: &NoticeFilter,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<NoticeRow>> {
    let query = keyset!(filtered(filter), table::starts_at, table::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(NoticeRow::as_select()).load(connection).await
}

pub(crate) async fn count(connection: &mut AsyncPgConnection, filter: &NoticeFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

/// A notice that the filter lets through.
pub(crate) async fn find(
    connection: &mut AsyncPgConnection,
    id: NoticeId,
    filter: &NoticeFilter,
) -> QueryResult<Option<NoticeRow>> {
    filtered(filter).filter(table::id.eq(id)).select(NoticeRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn lock(connection: &mut AsyncPgConnection, id: NoticeId) -> QueryResult<Option<NoticeRow>> {
    table::table.find(id).for_update().select(NoticeRow::as_select()).first(connection).await.optional()
}

/// Inserts those that are new.
pub(crate) async fn insert(connection: &mut AsyncPgConnection, rows: &[NoticeRow]) -> QueryResult<()> {
    diesel::insert_into(table::table).values(rows).on_conflict_do_nothing().execute(connection).await?;
    Ok(())
}

pub(crate) async fn update(connection: &mut AsyncPgConnection, row: &NoticeRow) -> QueryResult<()> {
    diesel::update(table::table.find(row.id)).set(row).execute(connection).await?;
    Ok(())
}
