//! The relay: publishes what waits in the outbox, each aggregate's events in order.
//!
//! No transaction is open while the bus is asked. Two relays of one service take turns by an advisory lock that is held
//! by the session; when its process dies, PostgreSQL frees the lock.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use diesel::QueryResult;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::outbox::{Row, mark_published, pending, postpone, prune};
use super::{Bus, Outbox};
use crate::database::Database;

const BATCH: i64 = 256;
const AGGREGATES_AT_ONCE: usize = 16;
const LOOK_INTERVAL: Duration = Duration::from_millis(500);
const PRUNE_EVERY: u32 = 7_200;
const KEEP_PUBLISHED: TimeDelta = TimeDelta::days(7);
const LONGEST_DELAY_SECONDS: i64 = 300;

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Publishes the service's events until `shutdown`.
pub async fn run_relay(database: Database, outbox: Outbox, bus: Bus, shutdown: CancellationToken) {
    let mut looks = 0_u32;
    while !shutdown.is_cancelled() {
        match relay_once(&database, &bus, looks.is_multiple_of(PRUNE_EVERY)).await {
            Ok(published) if published > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(error, "the event relay will try again"),
        }
        looks = looks.wrapping_add(1);
        tokio::select! {
            () = outbox.woken() => {}
            () = tokio::time::sleep(LOOK_INTERVAL) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// One look: publishes what is due and returns how many events were. Another replica's turn counts as nothing due.
async fn relay_once(database: &Database, bus: &Bus, prune_too: bool) -> Result<usize, String> {
    let text = |error: diesel::result::Error| error.to_string();
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    // A mark of publication that a crash forgets costs a second delivery, which consumers expect: it need not wait for
    // the disk.
    let turn: Locked = diesel::sql_query(
        "SELECT pg_try_advisory_lock(hashtext(current_user || ' relay')) AS locked,
                set_config('synchronous_commit', 'off', false)",
    )
    .get_result(&mut connection)
    .await
    .map_err(text)?;
    let outcome = if turn.locked { publish_due(&mut connection, bus, prune_too).await.map_err(text) } else { Ok(0) };
    diesel::sql_query(
        "SELECT CASE WHEN $1 THEN pg_advisory_unlock(hashtext(current_user || ' relay')) END,
                set_config('synchronous_commit', 'on', false)",
    )
    .bind::<Bool, _>(turn.locked)
    .execute(&mut connection)
    .await
    .map_err(text)?;
    outcome
}

async fn publish_due(connection: &mut AsyncPgConnection, bus: &Bus, prune_too: bool) -> QueryResult<usize> {
    if prune_too {
        prune(connection, Utc::now() - KEEP_PUBLISHED).await?;
    }
    let mut by_aggregate: HashMap<String, Vec<Row>> = HashMap::new();
    for row in pending(connection, BATCH).await? {
        by_aggregate.entry(row.aggregate.clone()).or_default().push(row);
    }
    let outcomes: Vec<(Vec<i64>, Option<Failure>)> = futures::stream::iter(by_aggregate.into_values())
        .map(|rows| publish_in_order(bus, rows))
        .buffer_unordered(AGGREGATES_AT_ONCE)
        .collect()
        .await;
    let mut published = Vec::new();
    for (done, failure) in outcomes {
        published.extend(done);
        if let Some(failure) = failure {
            let delay = (1_i64 << failure.attempts.clamp(0, 9)).min(LONGEST_DELAY_SECONDS);
            let until = Utc::now() + TimeDelta::seconds(delay);
            tracing::warn!(error = failure.error, sequence = failure.sequence, delay, "event not published");
            metrics::counter!("events_publish_failures_total").increment(1);
            postpone(connection, failure.sequence, until, &failure.error).await?;
        }
    }
    if !published.is_empty() {
        mark_published(connection, &published).await?;
        metrics::counter!("events_published_total").increment(published.len() as u64);
    }
    Ok(published.len())
}

struct Failure {
    sequence: i64,
    attempts: i32,
    error: String,
}

/// Publishes one aggregate's events; stops at the first that fails, so that none overtakes it.
async fn publish_in_order(bus: &Bus, rows: Vec<Row>) -> (Vec<i64>, Option<Failure>) {
    let mut done = Vec::with_capacity(rows.len());
    for row in rows {
        let (sequence, attempts) = (row.sequence, row.attempts);
        match bus.publish(&row.into_event()).await {
            Ok(()) => done.push(sequence),
            Err(error) => return (done, Some(Failure { sequence, attempts, error: error.to_string() })),
        }
    }
    (done, None)
}
