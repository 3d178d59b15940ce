//! What the dashboard asks of this service alone, and what other services ask.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::Utc;
use platform::business_days::{day_in_seoul, start_of_day};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope};
use platform::money::Long;

use super::staff::{StaffMember, User, member};
use super::{desk, refunded};
use crate::model::{ApprovalKind, ApprovalState, ClaimId, OrderId, UserId};
use crate::store;
use crate::store::approvals::ApprovalFilter;
use crate::store::audit::AuditFilter;

/// What waits for staff.
#[derive(SimpleObject)]
pub(crate) struct AdminOverview {
    /// Requests that wait for a second person.
    pending_approvals: i32,
    /// Complaints that are not answered.
    open_complaints: i32,
    /// Entries of the audit log since midnight in Korea.
    audit_entries_today: i32,
    /// Members of staff who look at the market as somebody else now.
    active_impersonations: i32,
}

#[derive(Default)]
pub(crate) struct OverviewQuery;

#[Object]
impl OverviewQuery {
    /// What waits for staff. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn admin_overview(&self, ctx: &Context<'_>) -> async_graphql::Result<AdminOverview> {
        let midnight = Some(start_of_day(day_in_seoul(Utc::now())));
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let pending = ApprovalFilter { state: Some(ApprovalState::Pending), kind: None };
        let entries = AuditFilter { from: midnight, ..AuditFilter::default() };
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        let overview = async {
            Ok::<_, diesel::result::Error>(AdminOverview {
                pending_approvals: count(store::approvals::count(&mut connection, pending).await?),
                open_complaints: count(store::complaints::count_open(&mut connection).await?),
                audit_entries_today: count(store::audit::count(&mut connection, &entries).await?),
                active_impersonations: count(store::impersonations::count_active(&mut connection).await?),
            })
        };
        Ok(overview.await.map_err(GraphError::from)?)
    }

    /// Up to how much, in won, this claim, or lines of this order, may be refunded by an approval that is not used up; null
    /// without one. For services.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn approved_refund(
        &self,
        ctx: &Context<'_>,
        claim_id: Option<ClaimId>,
        order_id: Option<OrderId>,
    ) -> async_graphql::Result<Option<Long>> {
        let Some(object) = refunded(claim_id, order_id) else { return Ok(None) };
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let found = store::approvals::approved(&mut connection, ApprovalKind::Refund, &object).await;
        Ok(found.map_err(GraphError::from)?.and_then(|row| row.wanted.get("amount")?.as_i64()).map(Long))
    }

    #[graphql(entity)]
    async fn find_user_by_id(&self, id: ID) -> Option<User> {
        id.parse().ok().map(|id| User { id })
    }

    #[graphql(entity)]
    async fn find_staff_by_user_id(
        &self,
        ctx: &Context<'_>,
        user_id: ID,
    ) -> async_graphql::Result<Option<StaffMember>> {
        let Ok(user) = user_id.parse::<UserId>() else { return Ok(None) };
        member(ctx, user).await
    }
}
