//! A coupon policy.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{Scope, current_principal};
use platform::money::{Long, Money};

use super::references::Seller;
use crate::actions::Coupons;
use crate::loaders::Loaders;
use crate::model::{
    CategoryId, CouponDiscountKind, CouponDistribution, CouponLevel, CouponPolicyState, CouponScope, CouponStacking,
    PolicyId, PolicyRow, ProductId, SellerId, UserId,
};
use crate::store;

/// A policy that coupons are issued by.
#[derive(Clone)]
pub(crate) struct CouponPolicy(pub(crate) Arc<PolicyRow>);

impl From<PolicyRow> for CouponPolicy {
    fn from(row: PolicyRow) -> Self {
        Self(Arc::new(row))
    }
}

/// Whether the one who asks is a member of the policy's seller, staff, or one of our services.
fn is_insider(ctx: &Context<'_>, row: &PolicyRow) -> bool {
    let principal = current_principal(ctx);
    row.seller_id.is_some_and(|seller| principal.acts_for(seller.0))
        || principal.has_scope(Scope::StaffCoupons)
        || principal.has_scope(Scope::Service)
}

/// Whether the one who asks may see the policy: what everybody can download is public.
pub(crate) fn may_see(ctx: &Context<'_>, row: &PolicyRow) -> bool {
    let unpublished = matches!(row.state, CouponPolicyState::Draft | CouponPolicyState::Scheduled);
    (row.terms.distribution == CouponDistribution::Download && !unpublished) || is_insider(ctx, row)
}

/// A policy that coupons are issued by: what they are worth, for which goods, who bears them, and how many there are.
#[Object]
impl CouponPolicy {
    /// The policy's id, `cpp_…`.
    async fn id(&self) -> PolicyId {
        self.0.id
    }

    /// The seller whose policy it is; null for the marketplace's own.
    async fn seller(&self) -> Option<Seller> {
        self.0.seller_id.map(|id| Seller { id })
    }

    /// Its name, as buyers read it.
    async fn name(&self) -> &str {
        &self.0.terms.name
    }

    /// What buyers should know.
    async fn description(&self) -> Option<&str> {
        self.0.terms.description.as_deref()
    }

    /// Where it stands.
    async fn state(&self) -> CouponPolicyState {
        self.0.state
    }

    /// What it takes off.
    async fn kind(&self) -> CouponDiscountKind {
        self.0.terms.kind
    }

    /// Basis points of a percentage (1,000 are 10 %), won of an amount.
    async fn value(&self) -> Long {
        Long(self.0.terms.value)
    }

    /// The least that the goods it is for must cost, before coupons.
    async fn minimum(&self) -> Money {
        Money::krw(self.0.terms.minimum)
    }

    /// The most that it takes off.
    async fn cap(&self) -> Option<Money> {
        self.0.terms.cap.map(Money::krw)
    }

    /// What it is set against.
    async fn level(&self) -> CouponLevel {
        self.0.terms.level
    }

    /// Which goods it is for.
    async fn scope(&self) -> CouponScope {
        self.0.terms.scope
    }

    /// The categories, products or sellers of the scope.
    async fn scope_ids(&self) -> Vec<async_graphql::ID> {
        let prefixed = |id: &uuid::Uuid| match self.0.terms.scope {
            CouponScope::Categories => CategoryId(*id).to_string(),
            CouponScope::Products => ProductId(*id).to_string(),
            CouponScope::Seller | CouponScope::All => SellerId(*id).to_string(),
        };
        self.0.terms.scope_ids.iter().map(|id| prefixed(id).into()).collect()
    }

    /// Whether its coupons can be used together with others.
    async fn stacking(&self) -> CouponStacking {
        self.0.terms.stacking
    }

    /// How users get a coupon.
    async fn distribution(&self) -> CouponDistribution {
        self.0.terms.distribution
    }

    /// When it begins.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.terms.starts_at
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.terms.ends_at
    }

    /// For how many days from its issue a coupon is valid; null when until the policy's end.
    async fn valid_days(&self) -> Option<i32> {
        self.0.terms.valid_days
    }

    /// How many coupons one user may have.
    async fn per_user_limit(&self) -> i32 {
        self.0.terms.per_user_limit
    }

    /// How many coupons there are altogether; null when there is no limit.
    async fn total_limit(&self) -> Option<i32> {
        self.0.terms.total_limit
    }

    /// How many coupons are left; null when there is no limit.
    async fn remaining(&self) -> Option<i32> {
        self.0.terms.total_limit.map(|limit| (limit - self.0.issued_count).max(0))
    }

    /// Whether the one who asks has as many of its coupons as one may have; null for visitors.
    async fn claimed(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<bool>> {
        let Some(user) = current_principal(ctx).user_id else { return Ok(None) };
        let issued = ctx.data::<Loaders>()?.issued(UserId(user), self.0.id).await?;
        Ok(Some(issued >= i64::from(self.0.terms.per_user_limit)))
    }

    /// The code that it is had by. For the seller's members and staff; null for anybody else.
    async fn code(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.terms.code.as_deref().filter(|_| is_insider(ctx, &self.0))
    }

    /// What of every discount the sellers bear, in basis points. For the seller's members and staff; null for anybody else.
    async fn seller_share(&self, ctx: &Context<'_>) -> Option<i32> {
        is_insider(ctx, &self.0).then_some(self.0.terms.seller_share)
    }

    /// How many coupons were issued. For the seller's members and staff; null for anybody else.
    async fn issued_count(&self, ctx: &Context<'_>) -> Option<i32> {
        is_insider(ctx, &self.0).then_some(self.0.issued_count)
    }

    /// The most that all its coupons may take off together. For the seller's members and staff; null for anybody else.
    async fn budget(&self, ctx: &Context<'_>) -> Option<Money> {
        self.0.terms.budget.filter(|_| is_insider(ctx, &self.0)).map(Money::krw)
    }

    /// What orders hold and have used of the budget. For the seller's members and staff; null for anybody else.
    async fn budget_spent(&self, ctx: &Context<'_>) -> Option<Money> {
        is_insider(ctx, &self.0).then(|| Money::krw(self.0.budget_spent))
    }

    /// Every change of state, the oldest first. For the seller's members and staff; null for anybody else.
    async fn history(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Vec<CouponPolicyChange>>> {
        if !is_insider(ctx, &self.0) {
            return Ok(None);
        }
        let mut connection = ctx.data::<Coupons>()?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::policy_changes(&mut connection, self.0.id).await.map_err(GraphError::from)?;
        let changes = rows.into_iter().map(|row| CouponPolicyChange {
            from: row.from_state,
            to: row.to_state,
            reason: row.reason,
            changed_at: row.changed_at,
        });
        Ok(Some(changes.collect()))
    }
}

/// A change of a policy's state.
#[derive(SimpleObject)]
pub(crate) struct CouponPolicyChange {
    /// The state before; null when it was written.
    from: Option<CouponPolicyState>,
    /// The state after.
    to: CouponPolicyState,
    /// Why, where a reason was asked for.
    reason: Option<String>,
    /// When.
    changed_at: DateTime<Utc>,
}
