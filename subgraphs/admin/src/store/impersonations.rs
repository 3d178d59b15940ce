//! Looks at the market as somebody else.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::model::{ImpersonationId, ImpersonationRow, UserId};
use crate::schema::impersonation as table;

pub(crate) async fn page(
    connection: &mut AsyncPgConnection,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ImpersonationRow>> {
    let query = keyset!(table::table.into_boxed(), table::started_at, table::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(ImpersonationRow::as_select()).load(connection).await
}

pub(crate) async fn count(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    table::table.count().get_result(connection).await
}

/// How many are not over.
pub(crate) async fn count_active(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    let going_on = table::table.filter(table::expires_at.gt(diesel::dsl::now)).filter(table::ended_at.is_null());
    going_on.count().get_result(connection).await
}

pub(crate) async fn find(
    connection: &mut AsyncPgConnection,
    id: ImpersonationId,
) -> QueryResult<Option<ImpersonationRow>> {
    table::table.find(id).select(ImpersonationRow::as_select()).first(connection).await.optional()
}

/// The same, locked: of two who end it at once one is late.
pub(crate) async fn lock(
    connection: &mut AsyncPgConnection,
    id: ImpersonationId,
) -> QueryResult<Option<ImpersonationRow>> {
    table::table.find(id).for_update().select(ImpersonationRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn end(
    connection: &mut AsyncPgConnection,
    id: ImpersonationId,
    by: UserId,
    at: DateTime<Utc>,
) -> QueryResult<ImpersonationRow> {
    diesel::update(table::table.find(id))
        .set((table::ended_at.eq(at), table::ended_by.eq(by)))
        .returning(ImpersonationRow::as_returning())
        .get_result(connection)
        .await
}

pub(crate) async fn insert(connection: &mut AsyncPgConnection, row: &ImpersonationRow) -> QueryResult<()> {
    diesel::insert_into(table::table).values(row).execute(connection).await?;
    Ok(())
}
