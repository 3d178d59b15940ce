//! Statements that diesel's query builder cannot express.

use diesel::sql_types::{BigInt, Double, Text, Uuid};

platform::statement! {
    /// Takes deliveries that are due, for so many seconds; those of another process that did not come back too. Returns
    /// [`crate::model::DeliveryRow`]s.
    pub(crate) struct Lease {
        lease: uuid::Uuid as Uuid,
        seconds: f64 as Double,
        limit: i64 as BigInt,
    }
    "UPDATE delivery d SET lease = ?, leased_until = now() + make_interval(secs => ?)
    FROM (
        SELECT id FROM delivery
        WHERE state = 'PENDING' AND next_attempt_at <= now() AND (leased_until IS NULL OR leased_until < now())
        ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE d.id = due.id
    RETURNING d.id, d.channel, d.event, d.user_id, d.address, d.endpoint_id, d.marketing, d.payload, d.link, d.state,
        d.attempts, d.next_attempt_at, d.outcome, d.created_at, d.finished_at"
}

platform::statement! {
    /// Tells every process that a person has a new notification.
    pub(crate) struct Announce {
        text: String as Text,
    }
    "SELECT pg_notify('notification_added', ?)"
}
