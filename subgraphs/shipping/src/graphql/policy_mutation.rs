//! What sellers change about their policies.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope};
use platform::money::Long;

use super::policy::{BundleGroup, ShippingPolicy};
use crate::actions::{
    Failure, GroupChange, PolicyChange, Shipping, assign_policy, delete_group, delete_policy, save_group, save_policy,
    set_default_policy,
};
use crate::error::UserErrorCode;
use crate::model::{BundleGroupId, BundleRule, Policy, PolicyId, ProductId, SellerId, ShippingPolicyKind};

/// What a policy says. Amounts are whole won.
#[derive(InputObject)]
pub(crate) struct ShippingPolicyInput {
    /// What the seller calls it, 1–60 characters.
    name: String,
    /// How the fee is found.
    kind: ShippingPolicyKind,
    /// The fee; zero when it is FREE.
    #[graphql(default_with = "Long(0)")]
    fee: Long,
    /// From which amount on it costs nothing; for CONDITIONAL_FREE only, and needed there.
    free_from: Option<Long>,
    /// For how many pieces the fee is asked once; for BY_QUANTITY only, and needed there.
    pieces_per_fee: Option<i32>,
    /// With which other policies' goods these are sent together.
    bundle_group_id: Option<BundleGroupId>,
    /// Whether each product is sent, and charged, by itself; without a bundle group only.
    #[graphql(default = false)]
    ships_alone: bool,
    /// What sending to 제주 costs more.
    #[graphql(default_with = "Long(0)")]
    jeju_surcharge: Long,
    /// What sending to other islands costs more.
    #[graphql(default_with = "Long(0)")]
    remote_surcharge: Long,
    /// What the buyer pays to send goods back.
    #[graphql(default_with = "Long(0)")]
    return_fee: Long,
    /// What the buyer pays for an exchange, there and back.
    #[graphql(default_with = "Long(0)")]
    exchange_fee: Long,
    /// Within how many business days after the payment goods are sent, 0–30.
    #[graphql(default = 1)]
    dispatch_days: i32,
    /// Until when a payment counts for the day, in Seoul, as in `14:00`.
    #[graphql(default_with = "\"14:00\".to_owned()")]
    cut_off: String,
}

impl From<ShippingPolicyInput> for PolicyChange {
    fn from(input: ShippingPolicyInput) -> Self {
        Self {
            name: input.name,
            kind: input.kind,
            fee: input.fee.0,
            free_from: input.free_from.map(|amount| amount.0),
            pieces_per_fee: input.pieces_per_fee,
            bundle_group_id: input.bundle_group_id,
            ships_alone: input.ships_alone,
            jeju_surcharge: input.jeju_surcharge.0,
            remote_surcharge: input.remote_surcharge.0,
            return_fee: input.return_fee.0,
            exchange_fee: input.exchange_fee.0,
            dispatch_days: input.dispatch_days,
            cut_off: input.cut_off,
        }
    }
}

/// A new policy of a seller.
#[derive(InputObject)]
pub(crate) struct CreateShippingPolicyInput {
    /// The seller.
    seller_id: SellerId,
    /// What it says.
    policy: ShippingPolicyInput,
}

/// What a policy says from now on.
#[derive(InputObject)]
pub(crate) struct UpdateShippingPolicyInput {
    /// The policy.
    policy_id: PolicyId,
    /// All that it says.
    policy: ShippingPolicyInput,
}

/// Which policy.
#[derive(InputObject)]
pub(crate) struct ShippingPolicyIdInput {
    /// The policy.
    policy_id: PolicyId,
}

/// Which products are sent under which policy.
#[derive(InputObject)]
pub(crate) struct AssignShippingPolicyInput {
    /// The seller of the products.
    seller_id: SellerId,
    /// The products, at most 100.
    product_ids: Vec<ProductId>,
    /// The policy; the seller's default when absent.
    policy_id: Option<PolicyId>,
}

/// A bundle group of a seller: a new one, or what it is from now on.
#[derive(InputObject)]
pub(crate) struct SaveBundleGroupInput {
    /// The seller.
    seller_id: SellerId,
    /// The group to change; a new one when absent.
    bundle_group_id: Option<BundleGroupId>,
    /// What the seller calls it, 1–60 characters.
    name: String,
    /// Which of its policies' fees is charged.
    rule: BundleRule,
}

/// Which bundle group.
#[derive(InputObject)]
pub(crate) struct BundleGroupIdInput {
    /// The group.
    bundle_group_id: BundleGroupId,
}

/// The policy as it is now.
#[derive(SimpleObject)]
pub(crate) struct ShippingPolicyPayload {
    /// The policy.
    policy: Option<ShippingPolicy>,
    /// Why it was refused.
    user_errors: Vec<UserError<UserErrorCode>>,
}

impl ShippingPolicyPayload {
    fn of(outcome: Result<Policy, Failure>) -> async_graphql::Result<Self> {
        Ok(match outcome {
            Ok(policy) => Self { policy: Some(ShippingPolicy(Arc::new(policy))), user_errors: Vec::new() },
            Err(failure) => Self { policy: None, user_errors: failure.into_refusals()? },
        })
    }
}

/// What was removed.
#[derive(SimpleObject)]
pub(crate) struct DeleteShippingPolicyPayload {
    /// The policy that is no more.
    deleted_policy_id: Option<PolicyId>,
    /// Why it was refused.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What was assigned.
#[derive(SimpleObject)]
pub(crate) struct AssignShippingPolicyPayload {
    /// The products.
    product_ids: Vec<ProductId>,
    /// Why it was refused.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The bundle group as it is now.
#[derive(SimpleObject)]
pub(crate) struct BundleGroupPayload {
    /// The group.
    bundle_group: Option<BundleGroup>,
    /// Why it was refused.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What was removed.
#[derive(SimpleObject)]
pub(crate) struct DeleteBundleGroupPayload {
    /// The group that is no more.
    deleted_bundle_group_id: Option<BundleGroupId>,
    /// Why it was refused.
    user_errors: Vec<UserError<UserErrorCode>>,
}

#[derive(Default)]
pub(crate) struct PolicyMutation;

#[Object]
impl PolicyMutation {
    /// Writes a new shipping policy. A seller's first one is its default.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn create_shipping_policy(
        &self,
        ctx: &Context<'_>,
        input: CreateShippingPolicyInput,
    ) -> async_graphql::Result<ShippingPolicyPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let (target, change) = (Err(input.seller_id), input.policy.into());
        ShippingPolicyPayload::of(
            run_to_end(async move { save_policy(&shipping, target, change, &context).await }).await,
        )
    }

    /// Changes a shipping policy. Orders that were placed keep what they were quoted.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn update_shipping_policy(
        &self,
        ctx: &Context<'_>,
        input: UpdateShippingPolicyInput,
    ) -> async_graphql::Result<ShippingPolicyPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let (target, change) = (Ok(input.policy_id), input.policy.into());
        ShippingPolicyPayload::of(
            run_to_end(async move { save_policy(&shipping, target, change, &context).await }).await,
        )
    }

    /// Removes a shipping policy that is not the default; its products are sent under the default again.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn delete_shipping_policy(
        &self,
        ctx: &Context<'_>,
        input: ShippingPolicyIdInput,
    ) -> async_graphql::Result<DeleteShippingPolicyPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let action = async move { delete_policy(&shipping, input.policy_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok(id) => DeleteShippingPolicyPayload { deleted_policy_id: Some(id), user_errors: Vec::new() },
            Err(failure) => {
                DeleteShippingPolicyPayload { deleted_policy_id: None, user_errors: failure.into_refusals()? }
            }
        })
    }

    /// Makes a policy the one under which products are sent that have none of their own.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn set_default_shipping_policy(
        &self,
        ctx: &Context<'_>,
        input: ShippingPolicyIdInput,
    ) -> async_graphql::Result<ShippingPolicyPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let action = async move { set_default_policy(&shipping, input.policy_id, &context).await };
        ShippingPolicyPayload::of(run_to_end(action).await)
    }

    /// Lets products be sent under a policy of their seller's, or under its default again.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn assign_shipping_policy(
        &self,
        ctx: &Context<'_>,
        input: AssignShippingPolicyInput,
    ) -> async_graphql::Result<AssignShippingPolicyPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let AssignShippingPolicyInput { seller_id, product_ids, policy_id } = input;
        let action = async move { assign_policy(&shipping, seller_id, product_ids, policy_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok(product_ids) => AssignShippingPolicyPayload { product_ids, user_errors: Vec::new() },
            Err(failure) => {
                AssignShippingPolicyPayload { product_ids: Vec::new(), user_errors: failure.into_refusals()? }
            }
        })
    }

    /// Writes a bundle group, or changes one.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn save_bundle_group(
        &self,
        ctx: &Context<'_>,
        input: SaveBundleGroupInput,
    ) -> async_graphql::Result<BundleGroupPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let target = input.bundle_group_id.ok_or(input.seller_id);
        let change = GroupChange { name: input.name, rule: input.rule };
        Ok(match run_to_end(async move { save_group(&shipping, target, change, &context).await }).await {
            Ok(row) => BundleGroupPayload { bundle_group: Some(BundleGroup::from(&row)), user_errors: Vec::new() },
            Err(failure) => BundleGroupPayload { bundle_group: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Removes a bundle group; its policies bundle nothing but their own goods then.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn delete_bundle_group(
        &self,
        ctx: &Context<'_>,
        input: BundleGroupIdInput,
    ) -> async_graphql::Result<DeleteBundleGroupPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let action = async move { delete_group(&shipping, input.bundle_group_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok(id) => DeleteBundleGroupPayload { deleted_bundle_group_id: Some(id), user_errors: Vec::new() },
            Err(failure) => {
                DeleteBundleGroupPayload { deleted_bundle_group_id: None, user_errors: failure.into_refusals()? }
            }
        })
    }
}
