//! One person asks, another decides: at this service and in its database.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, AuditRecorded, Entry, json};
use platform::events::append;
use platform::graph::RequestContext;
use serde_json::Value;

use super::staff::carry_out;
use super::{Desk, SERVICE, caller, checked_reason, permitted};
use crate::error::{Failure, UserErrorCode};
use crate::events::{ApprovalDecided, ApprovalFact, ApprovalRequested};
use crate::model::{ApprovalId, ApprovalKind, ApprovalRow, ApprovalState, Permission};
use crate::rules::{ApprovalCommand, approval_transition};
use crate::store;
use crate::store::approvals::ApprovalChange;

const BATCH: i64 = 100;

/// What somebody asks for.
pub(super) struct Wish {
    pub(super) kind: ApprovalKind,
    /// What one must be permitted to ask for it.
    pub(super) permission: Permission,
    pub(super) object: String,
    pub(super) wanted: Value,
    pub(super) reason: String,
}

/// How a request is decided.
pub(crate) enum Decision {
    /// The second person agrees.
    Approve,
    /// The second person refuses, for a reason.
    Reject(String),
}

/// Writes a request down; there is one about an object at a time.
pub(super) async fn request(desk: &Desk, wish: Wish, context: &RequestContext) -> Result<ApprovalRow, Failure> {
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let by = permitted(connection, wish.permission, context).await?;
            let now = now();
            let row = ApprovalRow {
                id: ApprovalId::new(),
                kind: wish.kind,
                state: ApprovalState::Pending,
                object: wish.object,
                wanted: wish.wanted,
                reason: wish.reason,
                requested_by: by,
                requested_at: now,
                expires_at: now + lifetime(desk),
                decided_by: None,
                decided_at: None,
                decision_reason: None,
                executed_at: None,
            };
            if !store::approvals::insert(connection, &row).await? {
                return Err(Failure::from(UserErrorCode::ApprovalExists.at(&[], context.language)));
            }
            let facts = json!({ "kind": row.kind, "about": row.object, "wanted": row.wanted });
            let entry = Entry::on(SERVICE, row.id).because(row.reason.as_str()).after(facts);
            audit::of_staff(connection, context, entry).await?;
            append(connection, &ApprovalRequested(ApprovalFact::from(&row)), context.trace_parent.as_deref()).await?;
            Ok(row)
        })
        .await?;
    metrics::counter!("approvals_requested_total", "kind" => row.kind.as_str()).increment(1);
    desk.outbox.wake();
    Ok(row)
}

/// Asks that a claim, or lines of an order, may be refunded above the limit, up to an amount.
pub(crate) async fn request_refund(
    desk: &Desk,
    object: Option<String>,
    amount: i64,
    reason: &str,
    context: &RequestContext,
) -> Result<ApprovalRow, Failure> {
    if amount < 1 {
        return Err(UserErrorCode::InvalidAmount.at(&["amount"], context.language).into());
    }
    let object = object.ok_or_else(|| UserErrorCode::InvalidObject.at(&["claimId"], context.language))?;
    let wish = Wish {
        kind: ApprovalKind::Refund,
        permission: Permission::Orders,
        object,
        wanted: json!({ "amount": amount }),
        reason: checked_reason(reason, context)?,
    };
    request(desk, wish, context).await
}

/// A second person decides. A change of staff or roles is carried out with its approval.
pub(crate) async fn decide(
    desk: &Desk,
    id: ApprovalId,
    decision: Decision,
    context: &RequestContext,
) -> Result<ApprovalRow, Failure> {
    let (command, reason) = match decision {
        Decision::Approve => (ApprovalCommand::Approve, None),
        Decision::Reject(reason) => (ApprovalCommand::Reject, Some(checked_reason(&reason, context)?)),
    };
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["approvalId"], context.language));
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let by = permitted(connection, Permission::ApprovalDecide, context).await?;
            let before = store::approvals::lock(connection, id).await?;
            let before = before.ok_or_else(|| refuse(UserErrorCode::ApprovalNotFound))?;
            if before.requested_by == by {
                return Err(refuse(UserErrorCode::SecondPersonNeeded));
            }
            if before.state == ApprovalState::Pending && before.expires_at <= now() {
                return Err(refuse(UserErrorCode::ApprovalExpired));
            }
            let mut change = ApprovalChange {
                state: Some(approval_transition(before.state, command).map_err(refuse)?),
                decided_by: Some(by),
                decided_at: Some(now()),
                decision_reason: reason,
                ..ApprovalChange::default()
            };
            if command == ApprovalCommand::Approve {
                if before.kind == ApprovalKind::Refund {
                    change.expires_at = Some(now() + lifetime(desk));
                } else {
                    let state = approval_transition(ApprovalState::Approved, ApprovalCommand::Execute);
                    change.state = Some(state.map_err(refuse)?);
                    change.executed_at = Some(now());
                }
            }
            let after = store::approvals::change(connection, id, &change).await?;
            if after.state == ApprovalState::Executed {
                carry_out(connection, &after, context).await?;
            }
            tell(connection, &before, &after, context).await?;
            Ok(after)
        })
        .await?;
    metrics::counter!("approvals_decided_total", "state" => row.state.as_str()).increment(1);
    desk.outbox.wake();
    Ok(row)
}

/// Whoever asked takes the request back, also after its approval.
pub(crate) async fn withdraw(desk: &Desk, id: ApprovalId, context: &RequestContext) -> Result<ApprovalRow, Failure> {
    let by = caller(context)?;
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["approvalId"], context.language));
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let before = store::approvals::lock(connection, id).await?;
            let before = before.ok_or_else(|| refuse(UserErrorCode::ApprovalNotFound))?;
            if before.requested_by != by {
                return Err(refuse(UserErrorCode::NotYourRequest));
            }
            let state = approval_transition(before.state, ApprovalCommand::Withdraw).map_err(refuse)?;
            let change = ApprovalChange { state: Some(state), ..ApprovalChange::default() };
            let after = store::approvals::change(connection, id, &change).await?;
            tell(connection, &before, &after, context).await?;
            Ok(after)
        })
        .await?;
    desk.outbox.wake();
    Ok(row)
}

async fn tell(
    connection: &mut AsyncPgConnection,
    before: &ApprovalRow,
    after: &ApprovalRow,
    context: &RequestContext,
) -> QueryResult<()> {
    let reason = after.decision_reason.as_deref();
    let entry = Entry::on(SERVICE, after.id)
        .because(reason)
        .before(json!({ "state": before.state }))
        .after(json!({ "state": after.state, "about": after.object }));
    audit::of_staff(connection, context, entry).await?;
    append(connection, &ApprovalDecided(ApprovalFact::from(after)), context.trace_parent.as_deref()).await
}

/// Ends the requests whose time is over.
pub(crate) async fn expire_due(desk: &Desk) -> Result<(), Failure> {
    let mut connection = desk.database.connection().await?;
    let due = store::approvals::due(&mut connection, BATCH).await?;
    for id in due {
        let moved = connection
            .transaction(async |connection| {
                let Some(before) = store::approvals::lock(connection, id).await? else { return Ok(false) };
                // Another replica, or a decision, may have come first.
                let Ok(state) = approval_transition(before.state, ApprovalCommand::Expire) else { return Ok(false) };
                if before.expires_at > now() {
                    return Ok(false);
                }
                let change = ApprovalChange { state: Some(state), ..ApprovalChange::default() };
                let after = store::approvals::change(connection, id, &change).await?;
                append(connection, &ApprovalDecided(ApprovalFact::from(&after)), None).await?;
                QueryResult::Ok(true)
            })
            .await?;
        if moved {
            desk.outbox.wake();
        }
    }
    Ok(())
}

/// A refund that was approved has happened, as its entry in the log tells: the approval is used up.
pub(super) async fn note_refund(connection: &mut AsyncPgConnection, entry: &AuditRecorded) -> QueryResult<()> {
    if entry.service != "order" || entry.after.get("refundAmount").is_none_or(Value::is_null) {
        return Ok(());
    }
    let Some(found) = store::approvals::approved(connection, ApprovalKind::Refund, &entry.object).await? else {
        return Ok(());
    };
    let Some(before) = store::approvals::lock(connection, found.id).await? else { return Ok(()) };
    if let Ok(state) = approval_transition(before.state, ApprovalCommand::Execute) {
        let change = ApprovalChange { state: Some(state), executed_at: Some(now()), ..ApprovalChange::default() };
        let after = store::approvals::change(connection, before.id, &change).await?;
        append(connection, &ApprovalDecided(ApprovalFact::from(&after)), None).await?;
    }
    Ok(())
}

fn lifetime(desk: &Desk) -> TimeDelta {
    TimeDelta::from_std(desk.settings.approval_lifetime).unwrap_or(TimeDelta::days(3))
}

fn now() -> DateTime<Utc> {
    Utc::now()
}
