//! The relay: publishes what waits in the outbox, each aggregate's events in order.
//!
//! No transaction is open while the bus is asked. Two relays of one service take turns by an advisory lock that is held
//! by the session; when its process dies, PostgreSQL frees the lock. A relay keeps its turn while there is something to
//! publish; what other processes append goes along meanwhile.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryResult;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::StreamExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::outbox::{Row, Waiting, mark_published, pending, postpone, prune, waiting};
use super::{Bus, Outbox};
use crate::database::Database;

const BATCH: usize = 256;
const AGGREGATES_AT_ONCE: usize = 16;
/// How often a relay looks that nobody wakes: for events of other processes, and for those that had to wait.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);
/// How long a relay keeps its turn without anything to publish, and how often another asks for it meanwhile.
const KEEP_TURN: Duration = Duration::from_millis(100);
/// Between two batches, so that a busy service's events come in fewer and larger ones. The first does not wait.
const GATHER: Duration = Duration::from_millis(5);
/// After that the turn is given back and taken again, so that no relay has it for ever.
const LONGEST_TURN: Duration = Duration::from_secs(60);
const PRUNE_INTERVAL: Duration = Duration::from_secs(3_600);
/// How often is counted what waits.
const COUNT_INTERVAL: Duration = Duration::from_secs(10);
const LONGEST_DELAY_SECONDS: i64 = 300;

/// How long published events stay, so that they can be told again.
#[derive(Clone, Copy, Debug)]
pub struct Retention(pub Duration);

impl Default for Retention {
    fn default() -> Self {
        Self(Duration::from_secs(7 * 24 * 3_600))
    }
}

/// Publishes the service's events until `shutdown`.
pub async fn run_relay(
    database: Database,
    outbox: Outbox,
    bus: Bus,
    retention: Retention,
    shutdown: CancellationToken,
) {
    let relay = Relay { database, outbox, bus, retention, shutdown };
    let mut prune_at = Instant::now();
    let mut count_at = Instant::now();
    while !relay.shutdown.is_cancelled() {
        if Instant::now() >= count_at {
            relay.count_waiting().await;
            count_at = Instant::now() + COUNT_INTERVAL;
        }
        let prune_too = Instant::now() >= prune_at;
        let pause = match relay.turn(prune_too).await {
            Ok(true) => {
                if prune_too {
                    prune_at = Instant::now() + PRUNE_INTERVAL;
                }
                LOOK_INTERVAL
            }
            Ok(false) => KEEP_TURN,
            Err(error) => {
                tracing::warn!(error, "the event relay will try again");
                LOOK_INTERVAL
            }
        };
        relay.woken_within(pause).await;
    }
}

crate::statement! {
    /// Takes the service's turn, unless another session has it.
    struct TakeTurn {}
    "SELECT pg_try_advisory_lock(hashtext(current_user || ' relay')) AS taken"
}

crate::statement! {
    /// Gives the turn back.
    struct GiveBack {}
    "SELECT pg_advisory_unlock(hashtext(current_user || ' relay'))"
}

#[derive(diesel::QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

struct Relay {
    database: Database,
    outbox: Outbox,
    bus: Bus,
    retention: Retention,
    shutdown: CancellationToken,
}

impl Relay {
    /// Takes the turn and publishes until nothing has been due for a moment; false when another relay has the turn.
    async fn turn(&self, prune_too: bool) -> Result<bool, String> {
        let text = |error: diesel::result::Error| error.to_string();
        let mut connection = self.database.connection().await.map_err(|error| error.to_string())?;
        let Taken { taken } = TakeTurn {}.get_result(&mut connection).await.map_err(text)?;
        if !taken {
            return Ok(false);
        }
        let outcome = self.publish_until_idle(&mut connection, prune_too).await;
        GiveBack {}.execute(&mut connection).await.map_err(text)?;
        outcome.map(|()| true).map_err(text)
    }

    async fn publish_until_idle(&self, connection: &mut AsyncPgConnection, prune_too: bool) -> QueryResult<()> {
        if prune_too {
            let kept = TimeDelta::from_std(self.retention.0).unwrap_or(TimeDelta::MAX);
            let before = Utc::now().checked_sub_signed(kept).unwrap_or(DateTime::<Utc>::MIN_UTC);
            prune(connection, before).await?;
        }
        let end = Instant::now() + LONGEST_TURN;
        while Instant::now() < end && !self.shutdown.is_cancelled() {
            let due = pending(connection, BATCH).await?;
            let count = due.len();
            publish(connection, &self.bus, due).await?;
            if count > 0 {
                tokio::time::sleep(GATHER).await;
            }
            // Whoever appended meanwhile has woken us.
            if count < BATCH && !self.woken_within(KEEP_TURN).await {
                break;
            }
        }
        Ok(())
    }

    /// Shows how much waits, and since when; another look will do if the database does not answer now.
    async fn count_waiting(&self) {
        let counted = async {
            let mut connection = self.database.connection().await.map_err(|error| error.to_string())?;
            waiting(&mut connection).await.map_err(|error| error.to_string())
        };
        match counted.await {
            Ok(Waiting { events, oldest_seconds }) => {
                let service = self.database.service();
                #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
                metrics::gauge!("outbox_waiting_events", "service" => service.to_owned()).set(events as f64);
                metrics::gauge!("outbox_oldest_seconds", "service" => service.to_owned()).set(oldest_seconds);
            }
            Err(error) => tracing::debug!(error, "the waiting events are not counted"),
        }
    }

    /// Waits until an event was appended, at most so long; whether one was.
    async fn woken_within(&self, time: Duration) -> bool {
        tokio::select! {
            () = self.outbox.woken() => true,
            () = tokio::time::sleep(time) => false,
            () = self.shutdown.cancelled() => false,
        }
    }
}

async fn publish(connection: &mut AsyncPgConnection, bus: &Bus, due: Vec<Row>) -> QueryResult<()> {
    let mut by_aggregate: HashMap<String, Vec<Row>> = HashMap::new();
    for row in due {
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
    metrics::counter!("events_published_total").increment(published.len() as u64);
    mark_published(connection, published).await
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
        let only_for = row.only_for.clone();
        match bus.publish(&row.into_event(), only_for.as_deref()).await {
            Ok(()) => done.push(sequence),
            Err(error) => return (done, Some(Failure { sequence, attempts, error: error.to_string() })),
        }
    }
    (done, None)
}
