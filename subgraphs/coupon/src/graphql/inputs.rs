//! What mutations and simulations are given.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use platform::money::Long;

use crate::error::UserErrorCode;
use crate::model::{
    CategoryId, CouponDiscountKind, CouponDistribution, CouponId, CouponLevel, CouponScope, CouponStacking, PolicyId,
    PolicyTerms, ProductId, SellerId, UserId,
};
use crate::pricing::Line;

/// What a policy says.
#[derive(InputObject)]
pub(crate) struct CouponTermsInput {
    /// Its name, as buyers read it; 1–80 characters.
    pub(crate) name: String,
    /// What buyers should know, up to 1,000 characters.
    pub(crate) description: Option<String>,
    /// What it takes off.
    pub(crate) kind: CouponDiscountKind,
    /// 1–10,000 basis points of a percentage (1,000 are 10 %), or up to a billion won.
    pub(crate) value: Long,
    /// The least that the goods it is for must cost, before coupons, in won.
    #[graphql(default_with = "Long(0)")]
    pub(crate) minimum: Long,
    /// The most that it takes off, in won.
    pub(crate) cap: Option<Long>,
    /// What it is set against; a seller's is always for goods.
    #[graphql(default_with = "CouponLevel::Product")]
    pub(crate) level: CouponLevel,
    /// Which goods it is for; a seller's is always for that seller's goods alone.
    #[graphql(default_with = "CouponScope::All")]
    pub(crate) scope: CouponScope,
    /// The 1–200 categories, products or sellers of the scope; none for ALL, nor for a seller's own SELLER.
    #[graphql(default)]
    pub(crate) scope_ids: Vec<ID>,
    /// Whether its coupons can be used together with others.
    #[graphql(default_with = "CouponStacking::Stackable")]
    pub(crate) stacking: CouponStacking,
    /// What of every discount the sellers bear, in basis points; a seller bears its own coupons whole.
    #[graphql(default)]
    pub(crate) seller_share: i32,
    /// How users get a coupon.
    #[graphql(default_with = "CouponDistribution::Download")]
    pub(crate) distribution: CouponDistribution,
    /// The code of a policy that is distributed by code: 4–32 letters, digits and hyphens; small letters are capitals.
    pub(crate) code: Option<String>,
    /// When it begins.
    pub(crate) starts_at: DateTime<Utc>,
    /// When it ends.
    pub(crate) ends_at: DateTime<Utc>,
    /// For how many days from its issue a coupon is valid, also beyond the policy's end; without, until that end.
    pub(crate) valid_days: Option<i32>,
    /// How many coupons one user may have.
    #[graphql(default = 1)]
    pub(crate) per_user_limit: i32,
    /// How many coupons there are altogether.
    pub(crate) total_limit: Option<i32>,
    /// The most that all its coupons may take off together, in won.
    pub(crate) budget: Option<Long>,
}

impl CouponTermsInput {
    /// The terms, as they are kept.
    ///
    /// # Errors
    /// `INVALID_SCOPE` when an id is not one of the scope's.
    pub(crate) fn terms(self) -> Result<PolicyTerms, UserErrorCode> {
        let scope = self.scope;
        let parsed = |id: &ID| match scope {
            CouponScope::Categories => id.parse::<CategoryId>().map(uuid::Uuid::from),
            CouponScope::Products => id.parse::<ProductId>().map(uuid::Uuid::from),
            CouponScope::Seller | CouponScope::All => id.parse::<SellerId>().map(uuid::Uuid::from),
        };
        let scope_ids: Result<Vec<uuid::Uuid>, _> = self.scope_ids.iter().map(parsed).collect();
        Ok(PolicyTerms {
            name: self.name,
            description: self.description,
            kind: self.kind,
            value: self.value.0,
            minimum: self.minimum.0,
            cap: self.cap.map(|cap| cap.0),
            level: self.level,
            scope,
            scope_ids: scope_ids.map_err(|_| UserErrorCode::InvalidScope)?,
            stacking: self.stacking,
            seller_share: self.seller_share,
            distribution: self.distribution,
            code: self.code,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            valid_days: self.valid_days,
            per_user_limit: self.per_user_limit,
            total_limit: self.total_limit,
            budget: self.budget.map(|budget| budget.0),
        })
    }
}

/// A new policy.
#[derive(InputObject)]
pub(crate) struct CreateCouponPolicyInput {
    /// The seller whose policy it becomes; without, it is the marketplace's, which only staff may write.
    pub(crate) seller_id: Option<SellerId>,
    /// What it says.
    pub(crate) terms: CouponTermsInput,
}

/// New terms of a draft.
#[derive(InputObject)]
pub(crate) struct UpdateCouponPolicyInput {
    /// The policy.
    pub(crate) policy_id: PolicyId,
    /// What it says from now on, as a whole.
    pub(crate) terms: CouponTermsInput,
}

/// More of a policy.
#[derive(InputObject)]
pub(crate) struct ExtendCouponPolicyInput {
    /// The policy.
    pub(crate) policy_id: PolicyId,
    /// A later end.
    pub(crate) ends_at: Option<DateTime<Utc>>,
    /// A higher number of coupons.
    pub(crate) total_limit: Option<i32>,
    /// A larger budget, in won.
    pub(crate) budget: Option<Long>,
}

/// Which policy.
#[derive(InputObject)]
pub(crate) struct CouponPolicyIdInput {
    /// The policy.
    pub(crate) policy_id: PolicyId,
}

/// Which policy, and why.
#[derive(InputObject)]
pub(crate) struct CouponPolicyReasonInput {
    /// The policy.
    pub(crate) policy_id: PolicyId,
    /// Why, 1–200 characters; kept with the policy's history.
    pub(crate) reason: String,
}

/// Who gets a coupon.
#[derive(InputObject)]
pub(crate) struct IssueCouponsInput {
    /// A policy whose coupons are given directly.
    pub(crate) policy_id: PolicyId,
    /// 1–1,000 users; those who have had one are left out.
    pub(crate) user_ids: Vec<UserId>,
}

/// A code.
#[derive(InputObject)]
pub(crate) struct RedeemCouponCodeInput {
    /// The code, in capitals or not.
    pub(crate) code: String,
}

/// Which coupon is taken back, and why.
#[derive(InputObject)]
pub(crate) struct RevokeCouponInput {
    /// The coupon.
    pub(crate) coupon_id: CouponId,
    /// Why, 1–200 characters; its user reads it.
    pub(crate) reason: String,
}

/// A line, as coupons see it.
#[derive(InputObject)]
pub(crate) struct CouponLineInput {
    /// The line's id: of an order, of a cart, or any text that is the line's own; up to 64 characters.
    pub(crate) line_id: ID,
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// The product.
    pub(crate) product_id: ProductId,
    /// The product's category and those above it.
    pub(crate) category_ids: Vec<CategoryId>,
    /// How many pieces.
    pub(crate) quantity: i32,
    /// What the line costs without coupons, in won.
    pub(crate) items_total: Long,
}

impl From<CouponLineInput> for Line {
    fn from(input: CouponLineInput) -> Self {
        Self {
            id: input.line_id.0,
            seller_id: input.seller_id,
            product_id: input.product_id,
            category_ids: input.category_ids,
            quantity: input.quantity,
            amount: input.items_total.0,
        }
    }
}

/// Lines, and the coupons to set against them.
#[derive(InputObject)]
pub(crate) struct SimulateCouponsInput {
    /// 1–200 lines.
    pub(crate) lines: Vec<CouponLineInput>,
    /// Up to 20 coupons of one's own.
    pub(crate) coupon_ids: Vec<CouponId>,
}

/// Lines to find the best coupons for.
#[derive(InputObject)]
pub(crate) struct BestCouponsInput {
    /// 1–200 lines.
    pub(crate) lines: Vec<CouponLineInput>,
}
