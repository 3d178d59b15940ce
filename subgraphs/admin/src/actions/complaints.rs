//! Complaints come in and are handled.

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;
use platform::identity::Scope;

use super::{Desk, SERVICE, caller, checked_text, permitted};
use crate::error::{Failure, UserErrorCode};
use crate::model::{
    ComplaintCategory, ComplaintChannel, ComplaintId, ComplaintRow, ComplaintState, Permission, UserId,
};
use crate::rules::{ComplaintCommand, LONGEST_NAME, LONGEST_TEXT, complaint_transition};
use crate::store::complaints;

/// A complaint as it comes in.
pub(crate) struct ComplaintText {
    pub(crate) category: ComplaintCategory,
    pub(crate) object: Option<String>,
    pub(crate) text: String,
    /// How it came, and from whom, when staff write it down.
    pub(crate) written_down: Option<(ComplaintChannel, Option<UserId>)>,
}

/// Files the caller's own complaint, or one that staff write down for somebody.
pub(crate) async fn file_complaint(
    desk: &Desk,
    complaint: ComplaintText,
    context: &RequestContext,
) -> Result<ComplaintRow, Failure> {
    let by = caller(context)?;
    let object = match complaint.object {
        Some(object) => Some(checked_text(&object, LONGEST_NAME, "object", context)?),
        None => None,
    };
    let text = checked_text(&complaint.text, LONGEST_TEXT, "text", context)?;
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let (channel, user_id) = match complaint.written_down {
                None => (ComplaintChannel::Web, Some(by)),
                Some(written) => {
                    permitted(connection, Permission::ComplaintHandle, context).await?;
                    written
                }
            };
            let now = Utc::now();
            let row = ComplaintRow {
                id: ComplaintId::new(),
                user_id,
                channel,
                category: complaint.category,
                object,
                text,
                state: ComplaintState::Open,
                handler: None,
                answer: None,
                created_at: now,
                updated_at: now,
            };
            complaints::insert(connection, std::slice::from_ref(&row)).await?;
            if channel != ComplaintChannel::Web || context.principal.has_scope(Scope::Staff) {
                let facts = json!({ "channel": row.channel, "category": row.category, "about": row.object });
                audit::of_staff(connection, context, Entry::on(SERVICE, row.id).after(facts)).await?;
            }
            Ok::<_, Failure>(row)
        })
        .await?;
    metrics::counter!("complaints_total", "category" => row.category.as_str()).increment(1);
    desk.outbox.wake();
    Ok(row)
}

/// Gives a complaint a command; resolving needs the answer to whoever complained.
pub(crate) async fn move_complaint(
    desk: &Desk,
    id: ComplaintId,
    command: ComplaintCommand,
    answer: Option<&str>,
    context: &RequestContext,
) -> Result<ComplaintRow, Failure> {
    let answer = match answer {
        Some(answer) => Some(checked_text(answer, LONGEST_TEXT, "answer", context)?),
        None => None,
    };
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["complaintId"], context.language));
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let by = permitted(connection, Permission::ComplaintHandle, context).await?;
            let before = complaints::lock(connection, id).await?;
            let before = before.ok_or_else(|| refuse(UserErrorCode::ComplaintNotFound))?;
            let state = complaint_transition(before.state, command).map_err(refuse)?;
            let row = ComplaintRow {
                state,
                handler: if command == ComplaintCommand::Take { Some(by) } else { before.handler },
                answer: answer.or(before.answer.clone()),
                updated_at: Utc::now(),
                ..before.clone()
            };
            complaints::update(connection, &row).await?;
            audit::of_staff(connection, context, Entry::on(SERVICE, id).moved(before.state, row.state)).await?;
            Ok::<_, Failure>(row)
        })
        .await?;
    desk.outbox.wake();
    Ok(row)
}
