//! A coupon.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{Scope, current_principal};

use super::policy::CouponPolicy;
use super::references::User;
use crate::loaders::Loaders;
use crate::model::{CouponId, CouponRow, CouponState, OrderId};

/// A coupon in a user's hands.
#[derive(Clone)]
pub(crate) struct Coupon(pub(crate) CouponRow);

/// Whether the one who asks may see the coupon: its user, staff, or one of our services.
pub(crate) fn may_see(ctx: &Context<'_>, row: &CouponRow) -> bool {
    let principal = current_principal(ctx);
    principal.user_id == Some(row.user_id.0)
        || principal.has_scope(Scope::StaffCoupons)
        || principal.has_scope(Scope::Service)
}

/// A coupon in a user's hands.
#[Object]
impl Coupon {
    /// The coupon's id, `cpn_…`.
    async fn id(&self) -> CouponId {
        self.0.id
    }

    /// What it is worth, and for which goods.
    async fn policy(&self, ctx: &Context<'_>) -> async_graphql::Result<CouponPolicy> {
        let policy = ctx.data::<Loaders>()?.policy(self.0.policy_id).await?;
        Ok(policy.map(CouponPolicy).ok_or_else(|| GraphError::internal("a coupon's policy is gone"))?)
    }

    /// Whose it is.
    async fn user(&self) -> User {
        User { id: self.0.user_id }
    }

    /// Where it stands.
    async fn state(&self) -> CouponState {
        self.0.state
    }

    /// When it was issued.
    async fn issued_at(&self) -> DateTime<Utc> {
        self.0.issued_at
    }

    /// Until when it can be used.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// The order that holds it or has used it.
    async fn order_id(&self) -> Option<OrderId> {
        self.0.order_id
    }

    /// When it was used.
    async fn used_at(&self) -> Option<DateTime<Utc>> {
        self.0.used_at
    }

    /// When it came back the last time.
    async fn restored_at(&self) -> Option<DateTime<Utc>> {
        self.0.restored_at
    }

    /// Why it was taken back.
    async fn revoked_reason(&self) -> Option<&str> {
        self.0.revoked_reason.as_deref()
    }
}
