//! A member of staff looks at the market as somebody else: for a reason, for a while, and without changing anything.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::errors::GraphError;
use platform::graph::RequestContext;

use super::{Desk, SERVICE, caller, checked_reason, permitted};
use crate::clients::{IssueImpersonation, issue_impersonation};
use crate::error::{Failure, UserErrorCode};
use crate::model::{ImpersonationId, ImpersonationRow, Permission, UserId};
use crate::store;

/// A look that has begun, and the token for it.
pub(crate) struct Impersonated {
    pub(crate) row: ImpersonationRow,
    pub(crate) access_token: String,
}

/// Begins it. It stands in the books, and in the audit log's way, before there is a token.
pub(crate) async fn start_impersonation(
    desk: &Desk,
    user: UserId,
    reason: &str,
    minutes: Option<i32>,
    context: &RequestContext,
) -> Result<Impersonated, Failure> {
    let reason = checked_reason(reason, context)?;
    let refuse = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let longest = desk.settings.longest_impersonation;
    let wanted = minutes.map_or(Some(longest), |minutes| Some(Duration::from_secs(60 * u64::try_from(minutes).ok()?)));
    let wanted = wanted.filter(|wanted| !wanted.is_zero() && *wanted <= longest);
    let wanted = wanted.ok_or_else(|| refuse(UserErrorCode::InvalidPeriod, "minutes"))?;
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let by = permitted(connection, Permission::Impersonate, context).await?;
            let is_staff = store::staff::find(connection, user).await?.is_some_and(|row| row.active);
            if by == user || is_staff {
                return Err(refuse(UserErrorCode::CannotImpersonate, "userId"));
            }
            let now = Utc::now();
            let row = ImpersonationRow {
                id: ImpersonationId::new(),
                staff_id: by,
                user_id: user,
                reason,
                started_at: now,
                expires_at: now + TimeDelta::from_std(wanted).unwrap_or_default(),
                ended_at: None,
                ended_by: None,
            };
            store::impersonations::insert(connection, &row).await?;
            let facts = json!({ "impersonationId": row.id, "until": row.expires_at });
            let entry = Entry::on(SERVICE, user).because(row.reason.as_str()).after(facts);
            audit::of_staff(connection, context, entry).await?;
            Ok(row)
        })
        .await?;
    drop(connection);
    desk.outbox.wake();
    let input = issue_impersonation::IssueImpersonationInput {
        impersonation_id: row.id.to_string(),
        staff_id: row.staff_id.to_string(),
        user_id: row.user_id.to_string(),
        seconds: i64::try_from(wanted.as_secs()).unwrap_or(1),
    };
    let answer =
        desk.graph.ask::<IssueImpersonation>("auth", issue_impersonation::Variables { input }, context).await?;
    let token = answer.issue_impersonation.access_token;
    let access_token = token.ok_or_else(|| refuse(UserErrorCode::CannotImpersonate, "userId"))?;
    Ok(Impersonated { row, access_token })
}

/// Ends it before its time. Who began it may, and whoever may begin one.
pub(crate) async fn end_impersonation(
    desk: &Desk,
    id: ImpersonationId,
    reason: Option<&str>,
    context: &RequestContext,
) -> Result<ImpersonationRow, Failure> {
    let reason = reason.map(|reason| checked_reason(reason, context)).transpose()?;
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["impersonationId"], context.language));
    let by = caller(context)?;
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let row = store::impersonations::lock(connection, id).await?;
            if row.as_ref().is_none_or(|row| row.staff_id != by) {
                permitted(connection, Permission::Impersonate, context).await?;
            }
            let row = row.ok_or_else(|| refuse(UserErrorCode::ImpersonationNotFound))?;
            let now = Utc::now();
            if !row.goes_on(now) {
                return Err(refuse(UserErrorCode::ImpersonationOver));
            }
            let row = store::impersonations::end(connection, id, by, now).await?;
            let facts = json!({ "impersonationId": row.id, "startedBy": row.staff_id });
            let entry = Entry::on(SERVICE, row.user_id).because(reason.as_deref()).after(facts);
            audit::of_staff(connection, context, entry).await?;
            Ok::<_, Failure>(row)
        })
        .await?;
    drop(connection);
    desk.outbox.wake();
    Ok(row)
}

/// Whether it goes on, and who looks may still look.
pub(crate) async fn goes_on(desk: &Desk, id: ImpersonationId) -> Result<bool, GraphError> {
    let mut connection = desk.database.connection().await?;
    let Some(row) = store::impersonations::find(&mut connection, id).await? else { return Ok(false) };
    let permissions = store::staff::permissions_of(&mut connection, row.staff_id).await?;
    Ok(row.goes_on(Utc::now()) && permissions.contains(&Permission::Impersonate))
}
