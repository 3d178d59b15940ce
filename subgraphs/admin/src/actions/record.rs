//! What a service tells of itself comes to the end of the chain, once.

use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{ActorKind, AuditRecorded};
use platform::events::{Event, HandlerError};
use uuid::Uuid;

use super::Desk;
use super::approvals::note_refund;
use crate::chain;
use crate::model::{AuditActorKind, AuditRow};
use crate::store::audit;

/// Adds an entry to the log. One that is there already is left alone, however often its event comes.
pub(crate) async fn record(desk: &Desk, event: &Event) -> Result<(), HandlerError> {
    let entry: AuditRecorded = event.read()?;
    let mut connection = desk.database.connection().await?;
    let added = connection
        .transaction(async |connection| {
            let added = add(connection, event.id, &entry).await?;
            if added {
                note_refund(connection, &entry).await?;
            }
            QueryResult::Ok(added)
        })
        .await?;
    if added {
        metrics::counter!("audit_entries_total", "service" => entry.service).increment(1);
        desk.outbox.wake();
    }
    Ok(())
}

async fn add(connection: &mut AsyncPgConnection, event_id: Uuid, entry: &AuditRecorded) -> QueryResult<bool> {
    // Whoever writes has the head: nobody else adds the same event meanwhile.
    let (sequence, previous) = audit::lock_head(connection).await?;
    if audit::is_known(connection, event_id).await? {
        return Ok(false);
    }
    let mut row = AuditRow {
        sequence: sequence + 1,
        event_id,
        actor: entry.actor.clone(),
        actor_kind: match entry.actor_kind {
            ActorKind::Staff => AuditActorKind::Staff,
            ActorKind::Seller => AuditActorKind::Seller,
            ActorKind::User => AuditActorKind::User,
            ActorKind::Service => AuditActorKind::Service,
        },
        impersonated: entry.impersonated.clone(),
        service: entry.service.clone(),
        action: entry.action.clone(),
        object: entry.object.clone(),
        reason: entry.reason.clone(),
        before: entry.before.clone(),
        after: entry.after.clone(),
        at: entry.at,
        trace_id: entry.trace_id.clone(),
        previous,
        hash: Vec::new(),
    };
    row.hash = chain::hash(&row);
    audit::insert(connection, &row).await?;
    Ok(true)
}
