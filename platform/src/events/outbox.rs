//! The outbox: facts written in the transaction that makes them true.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Jsonb, Nullable, SmallInt, Text};
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
        version -> SmallInt,
        only_for -> Nullable<Text>,
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

crate::statement! {
    /// Facts of one kind on their way into the outbox. The text ends in its `FROM` clause, so that a statement which
    /// takes this one in can add a condition.
    pub struct Append {
        kind: &'static str as Text,
        version: i16 as SmallInt,
        trace_parent: Option<String> as Nullable<Text>,
        head_start: f64 as Double,
        ids: Vec<Uuid> as Array<diesel::sql_types::Uuid>,
        aggregates: Vec<String> as Array<Text>,
        payloads: Vec<serde_json::Value> as Array<Jsonb>,
    }
    "INSERT INTO outbox (id, kind, version, trace_parent, next_attempt_at, aggregate, payload)
    SELECT fact.id, ?, ?, ?, now() + make_interval(secs => ?), fact.aggregate, fact.payload
    FROM unnest(?, ?, ?) AS fact (id, aggregate, payload)"
}

impl Append {
    /// The statement that appends these facts.
    ///
    /// # Errors
    /// When a fact has no JSON form.
    pub fn all<F: Fact>(facts: &[F], trace_parent: Option<&str>) -> QueryResult<Self> {
        let payload = |fact| {
            serde_json::to_value(fact).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
        };
        Ok(Self {
            kind: F::KIND,
            version: F::VERSION,
            trace_parent: trace_parent.map(str::to_owned),
            head_start: F::HEAD_START.as_secs_f64(),
            ids: facts.iter().map(|_| Uuid::now_v7()).collect(),
            aggregates: facts.iter().map(Fact::aggregate).collect(),
            payloads: facts.iter().map(payload).collect::<QueryResult<_>>()?,
        })
    }

    /// The statement that appends this fact.
    ///
    /// # Errors
    /// When the fact has no JSON form.
    pub fn one<F: Fact>(fact: &F, trace_parent: Option<&str>) -> QueryResult<Self> {
        Self::all(std::slice::from_ref(fact), trace_parent)
    }
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
    Append::all(facts, trace_parent)?.execute(connection).await?;
    Ok(())
}

/// Removes the facts of one kind about `aggregate`, so that they are neither kept nor told again: they hold what is to be
/// forgotten. Call it where a later fact of the same aggregate makes up for those that nobody has heard yet.
///
/// # Errors
/// When the database fails.
pub async fn forget(connection: &mut AsyncPgConnection, kind: &str, aggregate: &str) -> QueryResult<usize> {
    let facts = outbox::table.filter(outbox::kind.eq(kind)).filter(outbox::aggregate.eq(aggregate));
    diesel::delete(facts).execute(connection).await
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
    version: i16,
    pub(super) only_for: Option<String>,
}

impl Row {
    pub(super) fn into_event(self) -> Event {
        Event {
            id: self.id,
            kind: self.kind,
            version: self.version,
            aggregate: self.aggregate,
            occurred_at: self.occurred_at,
            trace_parent: self.trace_parent,
            payload: self.payload,
        }
    }
}

/// Pending rows that are due, oldest first, without those that wait behind an earlier pending row of their aggregate.
pub(super) async fn pending(connection: &mut AsyncPgConnection, limit: usize) -> QueryResult<Vec<Row>> {
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
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(Row::as_select())
        .load(connection)
        .await
}

crate::statement! {
    /// Marks rows as published. A mark that a crash forgets costs a second delivery, which consumers expect, so that its
    /// transaction need not wait for the disk.
    ///
    /// By the range the rows are found in the index of those that are pending, whatever PostgreSQL knows of the table.
    struct MarkPublished {
        first: i64 as BigInt,
        last: i64 as BigInt,
        sequences: Vec<i64> as Array<BigInt>,
    }
    "WITH mode AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE outbox SET published_at = now() FROM mode
    WHERE published_at IS NULL AND sequence BETWEEN ? AND ? AND sequence = ANY(?)"
}

pub(super) async fn mark_published(connection: &mut AsyncPgConnection, sequences: Vec<i64>) -> QueryResult<()> {
    let (Some(first), Some(last)) = (sequences.iter().min(), sequences.iter().max()) else { return Ok(()) };
    MarkPublished { first: *first, last: *last, sequences }.execute(connection).await?;
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

crate::statement! {
    /// What is due and waits to be published, and how long the oldest has.
    struct CountWaiting {}
    "SELECT count(*) AS events, coalesce(extract(epoch FROM now() - min(occurred_at)), 0)::float8 AS oldest_seconds
    FROM outbox WHERE published_at IS NULL"
}

/// What waits to be published.
#[derive(QueryableByName)]
pub(super) struct Waiting {
    #[diesel(sql_type = BigInt)]
    pub(super) events: i64,
    /// Seconds since the oldest of them happened.
    #[diesel(sql_type = Double)]
    pub(super) oldest_seconds: f64,
}

pub(super) async fn waiting(connection: &mut AsyncPgConnection) -> QueryResult<Waiting> {
    CountWaiting {}.get_result(connection).await
}
