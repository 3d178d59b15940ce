//! Policies for demonstration.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::ExpressionMethods as _;
use diesel_async::RunQueryDsl as _;
use platform::database::Database;
use platform::errors::GraphError;
use uuid::Uuid;

use crate::model::{
    CouponDiscountKind, CouponDistribution, CouponLevel, CouponPolicyState, CouponScope, CouponStacking, PolicyId,
    PolicyTerms, SellerId,
};
use crate::schema::coupon_policy;
use crate::terms;

/// A policy that runs from the start, for ten years.
#[derive(Clone, Debug)]
pub struct SeedPolicy {
    /// The policy's id, without its prefix.
    pub id: Uuid,
    /// The seller's id, without its prefix; `None` for the marketplace's own.
    pub seller_id: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// What `value` is.
    pub kind: CouponDiscountKind,
    /// Basis points or won.
    pub value: i64,
    /// The least that the goods must cost, in won.
    pub minimum: i64,
    /// The most that it takes off, in won.
    pub cap: Option<i64>,
    /// What it is set against.
    pub level: CouponLevel,
    /// Which goods it is for.
    pub scope: CouponScope,
    /// The ids of the scope, without their prefixes.
    pub scope_ids: Vec<Uuid>,
    /// How users get it.
    pub distribution: CouponDistribution,
    /// The code of a policy that is distributed by code.
    pub code: Option<String>,
    /// How many there are.
    pub total_limit: Option<i32>,
    /// How many days a coupon is valid.
    pub valid_days: Option<i32>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
}

impl SeedPolicy {
    fn terms(&self) -> PolicyTerms {
        let wanted = PolicyTerms {
            name: self.name.clone(),
            description: None,
            kind: self.kind,
            value: self.value,
            minimum: self.minimum,
            cap: self.cap,
            level: self.level,
            scope: self.scope,
            scope_ids: self.scope_ids.clone(),
            stacking: CouponStacking::Stackable,
            seller_share: 0,
            distribution: self.distribution,
            code: self.code.clone(),
            starts_at: self.starts_at,
            ends_at: self.starts_at + TimeDelta::days(3_650),
            valid_days: self.valid_days,
            per_user_limit: 1,
            total_limit: self.total_limit,
            budget: None,
        };
        terms::normal(wanted, self.seller_id.map(SellerId))
    }
}

/// Inserts those policies whose id is new, ACTIVE. Returns how many were new. Repeating it changes nothing. Tells no
/// events.
///
/// # Errors
/// When the database fails, or terms make no sense.
pub async fn seed(database: &Database, policies: &[SeedPolicy]) -> Result<usize, GraphError> {
    let mut connection = database.connection().await?;
    let mut inserted = 0;
    for policy in policies {
        let terms = policy.terms();
        if let Some((code, field)) =
            terms::faults(&terms, policy.seller_id.map(SellerId), Utc::now()).into_iter().next()
        {
            return Err(GraphError::internal(format_args!("the policy {}: {field}: {}", policy.name, code.as_str())));
        }
        inserted += diesel::insert_into(coupon_policy::table)
            .values((
                coupon_policy::id.eq(PolicyId(policy.id)),
                coupon_policy::seller_id.eq(policy.seller_id),
                coupon_policy::state.eq(CouponPolicyState::Active),
                coupon_policy::created_at.eq(policy.starts_at),
                terms,
            ))
            .on_conflict_do_nothing()
            .execute(&mut connection)
            .await?;
    }
    Ok(inserted)
}
