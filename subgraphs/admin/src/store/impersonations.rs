//! Looks at the market as somebody else.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::model::ImpersonationRow;
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
    table::table.filter(table::expires_at.gt(diesel::dsl::now)).count().get_result(connection).await
}

pub(crate) async fn insert(connection: &mut AsyncPgConnection, row: &ImpersonationRow) -> QueryResult<()> {
    diesel::insert_into(table::table).values(row).execute(connection).await?;
    Ok(())
}
