//! Facts are kept as they were told, and merged into the rows that reports are made of.
//!
//! The event's id is the key of its fact, so that an event counts once. Merging is by least and greatest alone, so that the
//! order of events does not matter, and [`rebuild`] makes the same rows of all facts again.

use diesel::sql_types::{Array, Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Event;
use serde_json::{Value, json};
use uuid::Uuid;

/// How many facts a rebuild merges at once.
const CHUNK: i64 = 5_000;

/// What becomes of facts: the kinds that a table is made of, and the statement that merges them into it.
const MERGES: [(&[&str], &str); 7] = [
    (&["order.placed", "order.paid", "order.refused"], include_str!("merges/sales_order.sql")),
    (&["order.paid"], include_str!("merges/sales_part.sql")),
    (
        &["order.placed", "order.paid", "order.cancelled", "line.shipped", "line.delivered", "line.confirmed"],
        include_str!("merges/sales_line.sql"),
    ),
    (&["refund.done"], include_str!("merges/refund.sql")),
    (&["claim.refunded"], include_str!("merges/claim.sql")),
    (&["user.registered"], include_str!("merges/registration.sql")),
    (&["search.performed"], include_str!("merges/search.sql")),
];

/// Counts events that were not counted before.
///
/// # Errors
/// When the database fails, or a payload does not have the shape that its kind promises; then none of them is counted.
pub async fn record(database: &Database, events: &[Event]) -> Result<(), GraphError> {
    let mut connection = database.connection().await?;
    connection
        .transaction(async |connection| {
            let new = keep(connection, events).await?;
            metrics::counter!("stats_facts_total").increment(new.len() as u64);
            if new.is_empty() { Ok(()) } else { merge(connection, &new).await }
        })
        .await
        .map_err(|error: diesel::result::Error| GraphError::internal(format_args!("counting events: {error}")))
}

#[derive(diesel::QueryableByName)]
struct Kept {
    #[diesel(sql_type = SqlUuid)]
    event_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
}

async fn keep(connection: &mut AsyncPgConnection, events: &[Event]) -> diesel::QueryResult<Vec<Kept>> {
    let query = "INSERT INTO fact (event_id, kind, occurred_at, payload) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING event_id, kind";
    diesel::sql_query(query)
        .bind::<Array<SqlUuid>, _>(events.iter().map(|event| event.id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(events.iter().map(|event| event.occurred_at).collect::<Vec<_>>())
        .bind::<Array<Jsonb>, _>(events.iter().map(counted).collect::<Vec<_>>())
        .load(connection)
        .await
}

/// What is kept of a payload. Of people, no more than that they are there.
fn counted(event: &Event) -> Value {
    match event.kind.as_str() {
        "user.registered" => json!({
            "userId": event.payload.get("userId"),
            "registeredAt": event.payload.get("registeredAt"),
        }),
        "search.performed" => {
            let term = event.payload.get("term").or_else(|| event.payload.get("query"));
            json!({ "term": term })
        }
        _ => event.payload.clone(),
    }
}

async fn merge(connection: &mut AsyncPgConnection, facts: &[Kept]) -> diesel::QueryResult<()> {
    for (kinds, statement) in MERGES {
        let of_kinds = facts.iter().filter(|fact| kinds.contains(&fact.kind.as_str()));
        let ids: Vec<Uuid> = of_kinds.map(|fact| fact.event_id).collect();
        if !ids.is_empty() {
            diesel::sql_query(statement).bind::<Array<SqlUuid>, _>(ids).execute(connection).await?;
        }
    }
    Ok(())
}

/// Makes all rows anew of the facts. Others who count or read wait meanwhile.
///
/// # Errors
/// When the database fails; then everything is as it was.
pub async fn rebuild(database: &Database) -> Result<(), GraphError> {
    let mut connection = database.connection().await?;
    connection
        .transaction(async |connection| {
            // Whoever is counting has finished when this lock is had; what they kept is seen below.
            connection
                .batch_execute(
                    "SET LOCAL statement_timeout = 0;
                    TRUNCATE sales_order, sales_part, sales_line, refund, claim, claim_line, registration, search",
                )
                .await?;
            let mut last = Uuid::nil();
            loop {
                let query = "SELECT event_id, kind FROM fact WHERE event_id > $1 ORDER BY event_id LIMIT $2";
                let chunk: Vec<Kept> = diesel::sql_query(query)
                    .bind::<SqlUuid, _>(last)
                    .bind::<diesel::sql_types::BigInt, _>(CHUNK)
                    .load(connection)
                    .await?;
                let Some(end) = chunk.last() else { return Ok(()) };
                last = end.event_id;
                merge(connection, &chunk).await?;
            }
        })
        .await
        .map_err(|error: diesel::result::Error| GraphError::internal(format_args!("rebuilding stats: {error}")))
}
