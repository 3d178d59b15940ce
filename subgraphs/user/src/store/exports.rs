//! When people have taken out what is held about them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::model::UserId;
use crate::schema::data_export;

pub(crate) async fn insert_export(
    connection: &mut AsyncPgConnection,
    user: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(data_export::table)
        .values((data_export::id.eq(Uuid::now_v7()), data_export::user_id.eq(user), data_export::exported_at.eq(at)))
        .execute(connection)
        .await?;
    Ok(())
}

/// How many exports a person has made after then.
pub(crate) async fn exports_since(
    connection: &mut AsyncPgConnection,
    user: UserId,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    let query = data_export::table.filter(data_export::user_id.eq(user)).filter(data_export::exported_at.gt(since));
    query.count().get_result(connection).await
}

/// When a person has made exports, the newest first.
pub(crate) async fn exports_by_user(
    connection: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Vec<DateTime<Utc>>> {
    data_export::table
        .filter(data_export::user_id.eq(user))
        .order((data_export::exported_at.desc(), data_export::id.desc()))
        .select(data_export::exported_at)
        .load(connection)
        .await
}
