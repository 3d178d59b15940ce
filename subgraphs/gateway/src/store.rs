//! Queries. Each takes a connection.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use platform::database::AmongKeys as _;
use platform::paging::PageRequest;

use crate::model::{ApiClientId, ApiKeyId, ClientRow, DocumentRow, KeyRow, NewKey, SupergraphRow};
use crate::schema::{api_client, api_key, rest_route_use, supergraph, trusted_document};

/// A client's place in the list of all.
pub(crate) type ClientKey = (DateTime<Utc>, ApiClientId);
/// A document's place in the list of all.
pub(crate) type DocumentKey = (DateTime<Utc>, String);

/// A client with its keys, the newest first.
pub(crate) type ClientWithKeys = (ClientRow, Vec<KeyRow>);

pub(crate) async fn clients_page(
    connection: &mut AsyncPgConnection,
    page: &PageRequest<ClientKey>,
) -> QueryResult<Vec<ClientWithKeys>> {
    let all = api_client::table.into_boxed();
    let query = platform::keyset!(all, api_client::created_at, api_client::id, page.from, !page.backward);
    let rows = query.limit(page.rows_to_read()).select(ClientRow::as_select()).load(connection).await?;
    with_keys(connection, rows).await
}

/// Clients with their keys, in the order in which they are given.
pub(crate) async fn with_keys(
    connection: &mut AsyncPgConnection,
    rows: Vec<ClientRow>,
) -> QueryResult<Vec<ClientWithKeys>> {
    let ids: Vec<ApiClientId> = rows.iter().map(|row| row.id).collect();
    let mut keys: HashMap<ApiClientId, Vec<KeyRow>> = HashMap::new();
    for key in keys_of(connection, &ids).await? {
        keys.entry(key.client_id).or_default().push(key);
    }
    let own = |row: ClientRow| {
        let keys = keys.remove(&row.id).unwrap_or_default();
        (row, keys)
    };
    Ok(rows.into_iter().map(own).collect())
}

pub(crate) async fn clients_count(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    api_client::table.count().get_result(connection).await
}

pub(crate) async fn clients_by_id(
    connection: &mut AsyncPgConnection,
    ids: &[ApiClientId],
) -> QueryResult<Vec<ClientWithKeys>> {
    let query = api_client::table.filter(api_client::id.among(ids)).select(ClientRow::as_select());
    let rows = query.load(connection).await?;
    with_keys(connection, rows).await
}

/// Locks a client for the rest of the transaction.
pub(crate) async fn lock_client(connection: &mut AsyncPgConnection, id: ApiClientId) -> QueryResult<Option<ClientRow>> {
    let query = api_client::table.find(id).for_no_key_update().select(ClientRow::as_select());
    query.first(connection).await.optional()
}

/// Writes a new client; 0 where another one has its name.
pub(crate) async fn insert_client(connection: &mut AsyncPgConnection, row: &ClientRow) -> QueryResult<usize> {
    diesel::insert_into(api_client::table).values(row).on_conflict_do_nothing().execute(connection).await
}

/// Whether another client has the name.
pub(crate) async fn is_name_taken(
    connection: &mut AsyncPgConnection,
    name: &str,
    id: ApiClientId,
) -> QueryResult<bool> {
    let others = api_client::table.filter(api_client::name.eq(name)).filter(api_client::id.ne(id));
    diesel::select(diesel::dsl::exists(others)).get_result(connection).await
}

/// Writes what staff can change of a client.
pub(crate) async fn update_client(connection: &mut AsyncPgConnection, row: &ClientRow) -> QueryResult<()> {
    diesel::update(api_client::table.find(row.id))
        .set((
            api_client::name.eq(&row.name),
            api_client::contact.eq(&row.contact),
            api_client::description.eq(&row.description),
            api_client::scopes.eq(&row.scopes),
            api_client::seller_id.eq(row.seller_id),
            api_client::cost_per_minute.eq(row.cost_per_minute),
            api_client::revoked_at.eq(row.revoked_at),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// The keys of these clients, the newest first.
pub(crate) async fn keys_of(connection: &mut AsyncPgConnection, ids: &[ApiClientId]) -> QueryResult<Vec<KeyRow>> {
    let query = api_key::table.filter(api_key::client_id.among(ids));
    query.order((api_key::created_at.desc(), api_key::id.desc())).select(KeyRow::as_select()).load(connection).await
}

pub(crate) async fn insert_key(connection: &mut AsyncPgConnection, key: &NewKey<'_>) -> QueryResult<KeyRow> {
    diesel::insert_into(api_key::table).values(key).returning(KeyRow::as_returning()).get_result(connection).await
}

/// Locks a key for the rest of the transaction.
pub(crate) async fn lock_key(connection: &mut AsyncPgConnection, id: ApiKeyId) -> QueryResult<Option<KeyRow>> {
    let query = api_key::table.find(id).for_no_key_update().select(KeyRow::as_select());
    query.first(connection).await.optional()
}

/// Revokes a key.
pub(crate) async fn revoke_key(connection: &mut AsyncPgConnection, id: ApiKeyId) -> QueryResult<()> {
    let key = api_key::table.find(id);
    diesel::update(key).set(api_key::revoked_at.eq(diesel::dsl::now)).execute(connection).await?;
    Ok(())
}

/// Revokes the keys of a client, as far as they are not.
pub(crate) async fn revoke_keys_of(connection: &mut AsyncPgConnection, id: ApiClientId) -> QueryResult<()> {
    let live = api_key::table.filter(api_key::client_id.eq(id)).filter(api_key::revoked_at.is_null());
    diesel::update(live).set(api_key::revoked_at.eq(diesel::dsl::now)).execute(connection).await?;
    Ok(())
}

/// A key, when it was last used, and whose it is.
pub(crate) type KnownKey = (ApiKeyId, Option<DateTime<Utc>>, ClientRow);

/// The client of a key that is valid now.
pub(crate) async fn client_of_key(connection: &mut AsyncPgConnection, digest: &[u8]) -> QueryResult<Option<KnownKey>> {
    api_key::table
        .inner_join(api_client::table.on(api_client::id.eq(api_key::client_id)))
        .filter(api_key::digest.eq(digest))
        .filter(api_key::revoked_at.is_null())
        .filter(api_client::revoked_at.is_null())
        .filter(api_key::expires_at.is_null().or(api_key::expires_at.gt(diesel::dsl::now)))
        .select((api_key::id, api_key::last_used_at, ClientRow::as_select()))
        .first(connection)
        .await
        .optional()
}

/// Writes down that a key was used.
pub(crate) async fn touch_key(connection: &mut AsyncPgConnection, id: ApiKeyId) -> QueryResult<()> {
    diesel::update(api_key::table.find(id)).set(api_key::last_used_at.eq(diesel::dsl::now)).execute(connection).await?;
    Ok(())
}

/// Which documents a list is about; all conditions hold together.
#[derive(Clone, Debug, Default)]
pub(crate) struct DocumentFilter {
    pub(crate) client_id: Option<ApiClientId>,
    pub(crate) revoked: Option<bool>,
}

fn filtered(filter: &DocumentFilter) -> trusted_document::BoxedQuery<'_, diesel::pg::Pg> {
    let mut query = trusted_document::table.into_boxed();
    if let Some(client_id) = filter.client_id {
        query = query.filter(trusted_document::client_id.eq(client_id));
    }
    match filter.revoked {
        Some(true) => query.filter(trusted_document::revoked_at.is_not_null()),
        Some(false) => query.filter(trusted_document::revoked_at.is_null()),
        None => query,
    }
}

pub(crate) async fn documents_page(
    connection: &mut AsyncPgConnection,
    filter: &DocumentFilter,
    page: &PageRequest<DocumentKey>,
) -> QueryResult<Vec<DocumentRow>> {
    let (at, hash) = (trusted_document::registered_at, trusted_document::hash);
    let query = platform::keyset!(filtered(filter), at, hash, page.from.clone(), !page.backward);
    query.limit(page.rows_to_read()).select(DocumentRow::as_select()).load(connection).await
}

pub(crate) async fn documents_count(connection: &mut AsyncPgConnection, filter: &DocumentFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

/// Documents of these hashes, in no order, without those that are not there.
pub(crate) async fn documents(connection: &mut AsyncPgConnection, hashes: &[String]) -> QueryResult<Vec<DocumentRow>> {
    let query = trusted_document::table.filter(trusted_document::hash.eq_any(hashes));
    query.select(DocumentRow::as_select()).load(connection).await
}

/// Writes documents; one that was revoked is trusted again, one that is trusted stays as it is.
pub(crate) async fn register(connection: &mut AsyncPgConnection, rows: &[DocumentRow]) -> QueryResult<()> {
    use diesel::query_dsl::methods::FilterDsl;
    use diesel::upsert::excluded;
    let written =
        diesel::insert_into(trusted_document::table).values(rows).on_conflict(trusted_document::hash).do_update().set(
            (
                trusted_document::name.eq(excluded(trusted_document::name)),
                trusted_document::client_id.eq(excluded(trusted_document::client_id)),
                trusted_document::registered_by.eq(excluded(trusted_document::registered_by)),
                trusted_document::registered_at.eq(excluded(trusted_document::registered_at)),
                trusted_document::revoked_at.eq(excluded(trusted_document::revoked_at)),
            ),
        );
    FilterDsl::filter(written, trusted_document::revoked_at.is_not_null()).execute(connection).await?;
    Ok(())
}

/// Revokes documents and returns the hashes of those that were trusted.
pub(crate) async fn revoke_documents(
    connection: &mut AsyncPgConnection,
    hashes: &[String],
) -> QueryResult<Vec<String>> {
    let trusted = trusted_document::table
        .filter(trusted_document::hash.eq_any(hashes))
        .filter(trusted_document::revoked_at.is_null());
    diesel::update(trusted)
        .set(trusted_document::revoked_at.eq(diesel::dsl::now))
        .returning(trusted_document::hash)
        .get_results(connection)
        .await
}

/// The body of a document that is trusted now.
pub(crate) async fn trusted_body(connection: &mut AsyncPgConnection, hash: &str) -> QueryResult<Option<String>> {
    trusted_document::table
        .find(hash)
        .filter(trusted_document::revoked_at.is_null())
        .select(trusted_document::body)
        .first(connection)
        .await
        .optional()
}

/// Lets processes that come up at the same time write the history one after the other.
pub(crate) async fn lock_history(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    connection.batch_execute("SELECT pg_advisory_xact_lock('supergraph'::regclass::oid::bigint)").await
}

pub(crate) async fn newest_supergraph(connection: &mut AsyncPgConnection) -> QueryResult<Option<SupergraphRow>> {
    let query = supergraph::table.order(supergraph::sequence.desc()).select(SupergraphRow::as_select());
    query.first(connection).await.optional()
}

pub(crate) async fn insert_supergraph(
    connection: &mut AsyncPgConnection,
    hash: &str,
    subgraphs: &[String],
    sdl: &str,
) -> QueryResult<SupergraphRow> {
    diesel::insert_into(supergraph::table)
        .values((supergraph::hash.eq(hash), supergraph::subgraphs.eq(subgraphs), supergraph::sdl.eq(sdl)))
        .returning(SupergraphRow::as_returning())
        .get_result(connection)
        .await
}

pub(crate) async fn supergraphs_page(
    connection: &mut AsyncPgConnection,
    page: &PageRequest<i64>,
) -> QueryResult<Vec<SupergraphRow>> {
    let mut query = supergraph::table.into_boxed();
    query = match (page.from, page.backward) {
        (Some(from), false) => query.filter(supergraph::sequence.lt(from)),
        (Some(from), true) => query.filter(supergraph::sequence.gt(from)),
        (None, _) => query,
    };
    query =
        if page.backward { query.order(supergraph::sequence.asc()) } else { query.order(supergraph::sequence.desc()) };
    query.limit(page.rows_to_read()).select(SupergraphRow::as_select()).load(connection).await
}

pub(crate) async fn supergraphs_count(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    supergraph::table.count().get_result(connection).await
}

pub(crate) async fn sdl_of(connection: &mut AsyncPgConnection, sequence: i64) -> QueryResult<String> {
    supergraph::table.find(sequence).select(supergraph::sdl).first(connection).await
}

platform::statement! {
    /// Adds requests to what is known of each operation's day.
    struct AddRouteUses {
        operations: Vec<String> as Array<Text>,
        requests: Vec<i64> as Array<BigInt>,
        day: NaiveDate as Date,
    }
    "INSERT INTO rest_route_use AS known (operation, requests, day)
     SELECT more.operation, more.requests, more.day
     FROM (SELECT unnest(?) AS operation, unnest(?) AS requests, ? AS day) AS more
     -- Several routers add at once: all take the rows in one order.
     ORDER BY more.operation
     ON CONFLICT (operation, day) DO UPDATE SET requests = known.requests + excluded.requests"
}

/// Adds the requests of a day, operation by operation.
pub(crate) async fn add_route_uses(
    connection: &mut AsyncPgConnection,
    operations: &[String],
    requests: &[i64],
    day: NaiveDate,
) -> QueryResult<()> {
    let add = AddRouteUses { operations: operations.to_vec(), requests: requests.to_vec(), day };
    add.execute(connection).await.map(drop)
}

/// Removes what is from before a day.
pub(crate) async fn forget_route_uses(connection: &mut AsyncPgConnection, first: NaiveDate) -> QueryResult<()> {
    diesel::delete(rest_route_use::table.filter(rest_route_use::day.lt(first))).execute(connection).await.map(drop)
}

/// The requests of each operation and day, from a day on, the newest day first.
pub(crate) async fn route_uses(
    connection: &mut AsyncPgConnection,
    first: NaiveDate,
) -> QueryResult<Vec<(String, NaiveDate, i64)>> {
    rest_route_use::table.filter(rest_route_use::day.ge(first)).order(rest_route_use::day.desc()).load(connection).await
}
