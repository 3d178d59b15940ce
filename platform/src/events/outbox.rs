//! The outbox: facts written in the transaction that makes them true.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::sync::Notify;
use uuid::Uuid;

use super::{Event, Fact};

diesel::table! {
    outbox (sequence) {
        sequence -> BigInt,
        id -> Uuid,
        kind -> Text,
        aggregate -> Text,
        payload -> Jsonb,
        trace_parent -> Nullable<Text>,
        occurred_at -> Timestamptz,
        published_at -> Nullable<Timestamptz>,
        attempts -> Integer,
        next_attempt_at -> Timestamptz,
        last_error -> Nullable<Text>,
    }
}

/// Wakes the relay of a service after a commit, so that a fact does not wait for the relay's next look.
#[derive(Clone, Default)]
pub struct Outbox {
    wake: Arc<Notify>,
}

impl Outbox {
    /// Call after the transaction that appended has committed.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }
}

#[derive(Insertable)]
#[diesel(table_name = outbox)]
struct NewRow<'a> {
    id: Uuid,
    kind: &'static str,
    aggregate: String,
    payload: serde_json::Value,
    trace_parent: Option<&'a str>,
}

/// Appends one fact. Call it inside the transaction that makes the fact true.
///
/// # Errors
/// When the database fails, or the fact has no JSON form.
pub async fn append<F: Fact>(
    connection: &mut AsyncPgConnection,
    fact: &F,
    trace_parent: Option<&str>,
) -> QueryResult<()> {
    append_all(connection, std::slice::from_ref(fact), trace_parent).await
}

/// Appends several facts of one kind with one statement.
///
/// # Errors
/// When the database fails, or a fact has no JSON form.
pub async fn append_all<F: Fact>(
    connection: &mut AsyncPgConnection,
    facts: &[F],
    trace_parent: Option<&str>,
) -> QueryResult<()> {
    let rows = facts
        .iter()
        .map(|fact| {
            let payload = serde_json::to_value(fact)
                .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
            Ok(NewRow { id: Uuid::now_v7(), kind: F::KIND, aggregate: fact.aggregate(), payload, trace_parent })
        })
        .collect::<QueryResult<Vec<_>>>()?;
    diesel::insert_into(outbox::table).values(rows).execute(connection).await?;
    Ok(())
}

/// A pending row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub(super) struct Row {
    pub(super) sequence: i64,
    id: Uuid,
    kind: String,
    pub(super) aggregate: String,
    payload: serde_json::Value,
    trace_parent: Option<String>,
    occurred_at: DateTime<Utc>,
    pub(super) attempts: i32,
}

impl Row {
    pub(super) fn into_event(self) -> Event {
        Event {
            id: self.id,
            kind: self.kind,
            aggregate: self.aggregate,
            occurred_at: self.occurred_at,
            trace_parent: self.trace_parent,
            payload: self.payload,
        }
    }
}

/// Pending rows that are due, oldest first, without those that wait behind an earlier pending row of their aggregate.
pub(super) async fn pending(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<Row>> {
    let earlier = diesel::alias!(outbox as earlier);
    outbox::table
        .filter(outbox::published_at.is_null())
        .filter(outbox::next_attempt_at.le(diesel::dsl::now))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            earlier
                .filter(earlier.field(outbox::aggregate).eq(outbox::aggregate))
                .filter(earlier.field(outbox::published_at).is_null())
                .filter(earlier.field(outbox::next_attempt_at).gt(diesel::dsl::now))
                .filter(earlier.field(outbox::sequence).lt(outbox::sequence)),
        )))
        .order(outbox::sequence)
        .limit(limit)
        .select(Row::as_select())
        .load(connection)
        .await
}

pub(super) async fn mark_published(connection: &mut AsyncPgConnection, sequences: &[i64]) -> QueryResult<()> {
    diesel::update(outbox::table.filter(outbox::sequence.eq_any(sequences)))
        .set(outbox::published_at.eq(diesel::dsl::now))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn postpone(
    connection: &mut AsyncPgConnection,
    sequence: i64,
    until: DateTime<Utc>,
    error: &str,
) -> QueryResult<()> {
    diesel::update(outbox::table.find(sequence))
        .set((
            outbox::attempts.eq(outbox::attempts + 1),
            outbox::next_attempt_at.eq(until),
            outbox::last_error.eq(error),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes what was published before `before`.
pub(super) async fn prune(connection: &mut AsyncPgConnection, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(outbox::table.filter(outbox::published_at.lt(before))).execute(connection).await
}
