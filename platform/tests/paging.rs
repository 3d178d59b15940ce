//! Pages by keyset from a real PostgreSQL: every row once, in order, whichever way and wherever keys are equal.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::Server;
use platform::keyset;
use platform::paging::{Page, PageRequest, encode_cursor};
use platform::testing::TestDatabase;

diesel::table! {
    note (id) {
        id -> BigInt,
        written -> BigInt,
    }
}

type Key = (i64, i64);

/// The page of a list with the newest first.
async fn read(connection: &mut AsyncPgConnection, page: PageRequest<Key>) -> Page<Key> {
    let query = keyset!(note::table.into_boxed(), note::written, note::id, page.from, !page.backward);
    let query = query.limit(page.rows_to_read()).select((note::written, note::id));
    page.finish(query.load(connection).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_on_one_page() {
    let database = TestDatabase::create().await;
    let mut connection = Server::parse(&database.url).unwrap().connect().await.unwrap();
    let create = diesel::sql_query(
        "CREATE TABLE note AS SELECT id, id / 4 AS written FROM generate_series(1::bigint, 21) AS id",
    );
    create.execute(&mut connection).await.unwrap();
    let mut newest: Vec<Key> = (1..=21).map(|id| (id / 4, id)).collect();
    newest.reverse();

    let mut walked = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = read(&mut connection, PageRequest::new(Some(5), cursor.as_deref(), None, None).unwrap()).await;
        assert_eq!(page.has_previous, cursor.is_some());
        cursor = page.rows.last().map(encode_cursor);
        walked.extend(page.rows);
        if !page.has_next {
            break;
        }
    }
    assert_eq!(walked, newest);

    let mut walked = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = read(&mut connection, PageRequest::new(None, None, Some(5), cursor.as_deref()).unwrap()).await;
        assert_eq!(page.has_next, cursor.is_some());
        cursor = page.rows.as_slice().first().map(encode_cursor);
        walked.splice(0..0, page.rows);
        if !page.has_previous {
            break;
        }
    }
    assert_eq!(walked, newest);
    drop(connection);
    database.drop().await;
}
