//! Telling again: published events go back among those that wait, and the service's relay publishes them anew, in order.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::outbox::outbox;

/// Which of a service's published events are told again, and to whom.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// These kinds; empty: all.
    pub kinds: Vec<String>,
    /// Those of this aggregate.
    pub aggregate: Option<String>,
    /// Those that happened then or later.
    pub since: Option<DateTime<Utc>>,
    /// Those that happened before.
    pub until: Option<DateTime<Utc>>,
    /// For this consumer alone; none: all that hear them.
    pub only_for: Option<String>,
}

/// Tells events again and returns how many; counts them only, when `dry`. Events that have had their effect on a consumer
/// have it once. Those that were pruned since are not there any more.
///
/// # Errors
/// When the database fails.
pub async fn replay(connection: &mut AsyncPgConnection, replay: &Replay, dry: bool) -> QueryResult<usize> {
    type Condition = Box<dyn BoxableExpression<outbox::table, diesel::pg::Pg, SqlType = diesel::sql_types::Bool>>;
    let mut wanted: Condition = Box::new(outbox::published_at.is_not_null().assume_not_null());
    if !replay.kinds.is_empty() {
        wanted = Box::new(wanted.and(outbox::kind.eq_any(replay.kinds.clone())));
    }
    if let Some(aggregate) = replay.aggregate.clone() {
        wanted = Box::new(wanted.and(outbox::aggregate.eq(aggregate)));
    }
    if let Some(since) = replay.since {
        wanted = Box::new(wanted.and(outbox::occurred_at.ge(since)));
    }
    if let Some(until) = replay.until {
        wanted = Box::new(wanted.and(outbox::occurred_at.lt(until)));
    }
    if dry {
        let count: i64 = outbox::table.filter(wanted).count().get_result(connection).await?;
        return Ok(usize::try_from(count).unwrap_or(usize::MAX));
    }
    diesel::update(outbox::table.filter(wanted))
        .set((
            outbox::published_at.eq(None::<DateTime<Utc>>),
            outbox::next_attempt_at.eq(diesel::dsl::now),
            outbox::attempts.eq(0),
            outbox::only_for.eq(replay.only_for.clone()),
        ))
        .execute(connection)
        .await
}
