//! What the coupon service does: one use case a file.

mod change_policy;
mod end_reservation;
mod extend_reservation;
mod hear_goods;
mod issue;
mod quote;
mod reserve;
mod revoke;
mod use_coupons;
mod write_policy;

pub(crate) use change_policy::{change_policy, extend_policy, move_due_policies};
pub(crate) use end_reservation::{expire_reservation, release_coupons};
pub(crate) use extend_reservation::extend_coupons;
pub(crate) use hear_goods::goods_gone;
pub(crate) use issue::{claim_coupon, issue_coupons, redeem_code};
pub(crate) use quote::{best_coupons, quote};
pub(crate) use reserve::{CouponOrder, Outcome, reserve_coupons};
pub(crate) use revoke::{revoke_all_of, revoke_coupon};
pub(crate) use use_coupons::use_coupons;
pub(crate) use write_policy::{create_policy, update_policy};

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use platform::cache::Cache;
use platform::database::Database;
use platform::events::Outbox;
use platform::graph::{GraphClient, RequestContext};
use platform::identity::{OrganisationRole, Scope};

use crate::error::{Failure, UserErrorCode};
use crate::model::{CouponPolicyState, PolicyId, PolicyRow, SellerId, UserId};
use crate::rules::{PolicyCommand, policy_transition};
use crate::settings::CouponSettings;
use crate::store::{self, Cause};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Coupons {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) cache: Cache,
    pub(crate) graph: GraphClient,
    pub(crate) settings: Arc<CouponSettings>,
}

/// Checks that the caller manages the policy's seller, or acts for the marketplace, to which those without seller belong.
fn require_own(seller_id: Option<SellerId>, field: &[&str], context: &RequestContext) -> Result<(), Failure> {
    let principal = &context.principal;
    if principal.has_scope(Scope::StaffCoupons) {
        return Ok(());
    }
    match seller_id.and_then(|seller| principal.role_in(seller.0)) {
        Some(OrganisationRole::Owner | OrganisationRole::Manager) => Ok(()),
        Some(OrganisationRole::Staff) => Err(UserErrorCode::ManagerNeeded.at(field, context.language).into()),
        None => Err(UserErrorCode::NotYourSeller.at(field, context.language).into()),
    }
}

fn caller(context: &RequestContext) -> Option<UserId> {
    context.principal.user_id.map(UserId)
}

fn cause<'a>(context: &'a RequestContext, reason: Option<&'a str>) -> Cause<'a> {
    Cause { reason, changed_by: caller(context), trace_parent: context.trace_parent.as_deref() }
}

/// The reason, trimmed, when it has 1–200 characters.
fn checked_reason(reason: &str, context: &RequestContext) -> Result<String, Failure> {
    let reason = reason.trim();
    if (1..=LONGEST_REASON).contains(&reason.chars().count()) {
        return Ok(reason.to_owned());
    }
    Err(UserErrorCode::ReasonRequired.at(&["reason"], context.language).into())
}

/// Locks one policy that the caller may change.
async fn locked_policy(
    connection: &mut AsyncPgConnection,
    id: PolicyId,
    context: &RequestContext,
) -> Result<PolicyRow, Failure> {
    let policy = store::lock_policies(connection, &[id]).await?.into_iter().next();
    let not_found = || UserErrorCode::CouponPolicyNotFound.at(&["policyId"], context.language);
    let policy = policy.ok_or_else(not_found)?;
    require_own(policy.seller_id, &["policyId"], context)?;
    Ok(policy)
}

/// Whether a policy can issue a coupon more and has something of its budget left.
fn has_something_left(policy: &PolicyRow) -> bool {
    policy.terms.total_limit.is_none_or(|limit| policy.issued_count < limit)
        && policy.terms.budget.is_none_or(|budget| policy.budget_spent < budget)
}

/// EXHAUSTED when nothing is left, ACTIVE again when something is. `policy` is locked.
async fn settle_fill(
    connection: &mut AsyncPgConnection,
    policy: PolicyRow,
    cause: Cause<'_>,
) -> QueryResult<PolicyRow> {
    let command = match (policy.state, has_something_left(&policy)) {
        (CouponPolicyState::Active, false) => PolicyCommand::Exhaust,
        (CouponPolicyState::Exhausted, true) => PolicyCommand::Replenish,
        _ => return Ok(policy),
    };
    match policy_transition(policy.state, command) {
        Ok(to) => store::set_policy_state(connection, &policy, to, cause).await,
        Err(_) => Ok(policy),
    }
}

/// Books amounts on the budgets of policies, which this locks in the order of their ids, and lets them follow.
async fn book(
    connection: &mut AsyncPgConnection,
    amounts: &BTreeMap<PolicyId, i64>,
    cause: Cause<'_>,
) -> QueryResult<()> {
    let ids: Vec<PolicyId> = amounts.keys().copied().collect();
    store::lock_policies(connection, &ids).await?;
    for (id, amount) in amounts {
        let policy = store::add_to_budget_spent(connection, *id, *amount).await?;
        settle_fill(connection, policy, cause).await?;
    }
    Ok(())
}
