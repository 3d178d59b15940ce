//! `among` on a real PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use platform::database::AmongKeys as _;
use platform::testing::TestDatabase;

diesel::table! {
    shelf (id) {
        id -> BigInt,
        owner -> Nullable<BigInt>,
    }
}

#[tokio::test]
async fn finds_by_none_one_and_several_keys() {
    let database = TestDatabase::create().await;
    let mut connection = AsyncPgConnection::establish(&database.url).await.unwrap();
    let table =
        "CREATE TABLE shelf (id bigint PRIMARY KEY, owner bigint); INSERT INTO shelf VALUES (1, 7), (2, 7), (3, NULL)";
    connection.batch_execute(table).await.unwrap();
    for (keys, wanted) in
        [(vec![], vec![]), (vec![2], vec![2]), (vec![3, 1, 9], vec![1, 3]), ((0..100).collect(), vec![1, 2, 3])]
    {
        let query = shelf::table.filter(shelf::id.among(keys.clone())).order(shelf::id).select(shelf::id);
        let found: Vec<i64> = RunQueryDsl::load(query, &mut connection).await.unwrap();
        assert_eq!(found, wanted, "{keys:?}");
    }
    let query = shelf::table.filter(shelf::owner.among(vec![Some(7_i64)])).order(shelf::id).select(shelf::id);
    let found: Vec<i64> = RunQueryDsl::load(query, &mut connection).await.unwrap();
    assert_eq!(found, [1, 2]);
    drop(connection);
    database.drop().await;
}
