//! A policy moves through its states, by hand or because its time has come.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::{Coupons, cause, checked_reason, locked_policy, settle_fill};
use crate::error::{Failure, UserErrorCode};
use crate::model::{CouponPolicyState, PolicyId, PolicyRow, PolicyTerms};
use crate::rules::{PolicyCommand, policy_transition};
use crate::store::{self, Cause};

/// How many policies are moved at once by themselves.
const BATCH: i64 = 100;

/// Gives a command to a policy. Pausing and ending need a reason.
pub(crate) async fn change_policy(
    coupons: &Coupons,
    id: PolicyId,
    command: PolicyCommand,
    reason: Option<&str>,
    context: &RequestContext,
) -> Result<PolicyRow, Failure> {
    let reason = reason.map(|reason| checked_reason(reason, context)).transpose()?;
    let mut connection = coupons.database.connection().await?;
    let policy = connection
        .transaction(async |connection| {
            let policy = locked_policy(connection, id, context).await?;
            let from = policy.state;
            let conflict = |code: UserErrorCode| code.at(&["policyId"], context.language);
            let to = policy_transition(policy.state, command).map_err(conflict)?;
            if command == PolicyCommand::Publish && policy.terms.ends_at <= Utc::now() {
                return Err(UserErrorCode::InvalidPeriod.at(&["policyId"], context.language).into());
            }
            let cause = cause(context, reason.as_deref());
            let mut policy = store::set_policy_state(connection, &policy, to, cause).await?;
            if policy.state == CouponPolicyState::Scheduled && policy.terms.starts_at <= Utc::now() {
                let to = policy_transition(policy.state, PolicyCommand::Start).map_err(conflict)?;
                policy = store::set_policy_state(connection, &policy, to, cause).await?;
            }
            // The budget of a paused policy may have been spent by orders that held its coupons.
            let policy = settle_fill(connection, policy, cause).await?;
            let entry = Entry::on("coupon", id).because(reason.as_deref()).moved(from, policy.state);
            audit::of_staff(connection, context, entry).await?;
            Ok::<_, Failure>(policy)
        })
        .await?;
    drop(connection);
    coupons.outbox.wake();
    Ok(policy)
}

/// Lets a policy last longer, or gives it more coupons or budget. Nothing can be taken away from it.
pub(crate) async fn extend_policy(
    coupons: &Coupons,
    id: PolicyId,
    ends_at: Option<DateTime<Utc>>,
    total_limit: Option<i32>,
    budget: Option<i64>,
    context: &RequestContext,
) -> Result<PolicyRow, Failure> {
    use CouponPolicyState as S;
    let mut connection = coupons.database.connection().await?;
    let policy = connection
        .transaction(async |connection| {
            let policy = locked_policy(connection, id, context).await?;
            let refuse = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
            if !matches!(policy.state, S::Scheduled | S::Active | S::Paused | S::Exhausted) {
                return Err(refuse(UserErrorCode::StateConflict, "policyId"));
            }
            let mut terms = policy.terms.clone();
            if let Some(ends_at) = ends_at {
                terms.ends_at = ends_at;
            }
            terms.total_limit = total_limit.or(terms.total_limit);
            terms.budget = budget.or(terms.budget);
            let (before, after) = (&policy.terms, &terms);
            if after.ends_at < before.ends_at {
                return Err(refuse(UserErrorCode::InvalidPeriod, "endsAt"));
            }
            // Where there was no limit, one would take away.
            if total_limit.is_some() && before.total_limit.is_none_or(|limit| after.total_limit < Some(limit)) {
                return Err(refuse(UserErrorCode::InvalidLimit, "totalLimit"));
            }
            if budget.is_some() && before.budget.is_none_or(|budget| after.budget < Some(budget)) {
                return Err(refuse(UserErrorCode::InvalidLimit, "budget"));
            }
            let faults = crate::terms::faults(&terms, policy.seller_id, Utc::now());
            if let Some((code, field)) = faults.into_iter().next() {
                return Err(refuse(code, field));
            }
            let facts = |terms: &PolicyTerms| {
                json!({ "endsAt": terms.ends_at, "totalLimit": terms.total_limit, "budget": terms.budget })
            };
            let entry = Entry::on("coupon", id).before(facts(before)).after(facts(after));
            audit::of_staff(connection, context, entry).await?;
            let policy = store::update_terms(connection, id, &terms).await?;
            Ok::<_, Failure>(settle_fill(connection, policy, cause(context, None)).await?)
        })
        .await?;
    drop(connection);
    coupons.outbox.wake();
    Ok(policy)
}

/// Starts the policies whose time has come, and ends those whose time is over. Returns how many moved.
pub(crate) async fn move_due_policies(coupons: &Coupons) -> Result<usize, Failure> {
    let mut moved = 0;
    // The ends first: a policy that was missed altogether is not started any more.
    for (to_end, command) in [(true, PolicyCommand::End), (false, PolicyCommand::Start)] {
        let mut connection = coupons.database.connection().await?;
        moved += connection
            .transaction(async |connection| {
                let due = store::lock_due_policies(connection, to_end, BATCH).await?;
                let mut moved = 0;
                for policy in due {
                    // Another replica may have moved it while this one waited for its lock.
                    let still_due = if to_end { policy.terms.ends_at } else { policy.terms.starts_at } <= Utc::now();
                    if let (Ok(to), true) = (policy_transition(policy.state, command), still_due) {
                        store::set_policy_state(connection, &policy, to, Cause::default()).await?;
                        moved += 1;
                    }
                }
                QueryResult::Ok(moved)
            })
            .await?;
    }
    if moved > 0 {
        coupons.outbox.wake();
    }
    Ok(moved)
}
