//! What users, sellers and staff change.

use async_graphql::{Context, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope, SignedIn, current_user};

use super::coupon::Coupon;
use super::inputs::{
    CouponPolicyIdInput, CouponPolicyReasonInput, CreateCouponPolicyInput, ExtendCouponPolicyInput, IssueCouponsInput,
    RedeemCouponCodeInput, RevokeCouponInput, UpdateCouponPolicyInput,
};
use super::policy::CouponPolicy;
use crate::actions::{
    Coupons, change_policy, claim_coupon, create_policy, extend_policy, issue_coupons, redeem_code, revoke_coupon,
    update_policy,
};
use crate::error::{Failure, UserErrorCode};
use crate::model::{CouponRow, PolicyId, PolicyRow, UserId};
use crate::rules::PolicyCommand;

/// The outcome of a change of a policy.
#[derive(SimpleObject)]
pub(crate) struct CouponPolicyPayload {
    /// The policy as it is now; null when it was refused.
    coupon_policy: Option<CouponPolicy>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

impl CouponPolicyPayload {
    fn of(outcome: Result<PolicyRow, Failure>) -> async_graphql::Result<Self> {
        Ok(match outcome {
            Ok(row) => Self { coupon_policy: Some(row.into()), user_errors: Vec::new() },
            Err(failure) => Self { coupon_policy: None, user_errors: failure.into_refusals()? },
        })
    }
}

/// The outcome of a change of a coupon.
#[derive(SimpleObject)]
pub(crate) struct CouponPayload {
    /// The coupon as it is now; null when it was refused.
    coupon: Option<Coupon>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

impl CouponPayload {
    fn of(outcome: Result<CouponRow, Failure>) -> async_graphql::Result<Self> {
        Ok(match outcome {
            Ok(row) => Self { coupon: Some(Coupon(row)), user_errors: Vec::new() },
            Err(failure) => Self { coupon: None, user_errors: failure.into_refusals()? },
        })
    }
}

/// The outcome of `issueCoupons`.
#[derive(SimpleObject)]
pub(crate) struct IssueCouponsPayload {
    /// How many users got one.
    issued: i32,
    /// How many were left out, since they have had one.
    skipped: i32,
    /// Why nothing was issued; empty when something was, or nobody was left.
    user_errors: Vec<UserError<UserErrorCode>>,
}

async fn moved(
    ctx: &Context<'_>,
    id: PolicyId,
    command: PolicyCommand,
    reason: Option<String>,
) -> async_graphql::Result<CouponPolicyPayload> {
    let (coupons, context) = (ctx.data::<Coupons>()?.clone(), audit::command(ctx));
    let action = async move { change_policy(&coupons, id, command, reason.as_deref(), &context).await };
    CouponPolicyPayload::of(run_to_end(action).await)
}

#[derive(Default)]
pub(crate) struct CouponMutation;

#[Object]
impl CouponMutation {
    /// Writes a policy, as a draft. Sellers write their own, staff the marketplace's.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn create_coupon_policy(
        &self,
        ctx: &Context<'_>,
        input: CreateCouponPolicyInput,
    ) -> async_graphql::Result<CouponPolicyPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), audit::command(ctx));
        let action = async move {
            let terms = input.terms.terms().map_err(|code| code.at(&["terms", "scopeIds"], context.language))?;
            create_policy(&coupons, input.seller_id, terms, &context).await
        };
        CouponPolicyPayload::of(run_to_end(action).await)
    }

    /// Rewrites a policy that is a draft.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn update_coupon_policy(
        &self,
        ctx: &Context<'_>,
        input: UpdateCouponPolicyInput,
    ) -> async_graphql::Result<CouponPolicyPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), audit::command(ctx));
        let action = async move {
            let terms = input.terms.terms().map_err(|code| code.at(&["terms", "scopeIds"], context.language))?;
            update_policy(&coupons, input.policy_id, terms, &context).await
        };
        CouponPolicyPayload::of(run_to_end(action).await)
    }

    /// Publishes a draft: it begins when its time has come, at once if it has.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn publish_coupon_policy(
        &self,
        ctx: &Context<'_>,
        input: CouponPolicyIdInput,
    ) -> async_graphql::Result<CouponPolicyPayload> {
        moved(ctx, input.policy_id, PolicyCommand::Publish, None).await
    }

    /// Stops a running policy for a while: nothing is issued, and its coupons cannot be used.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn pause_coupon_policy(
        &self,
        ctx: &Context<'_>,
        input: CouponPolicyReasonInput,
    ) -> async_graphql::Result<CouponPolicyPayload> {
        moved(ctx, input.policy_id, PolicyCommand::Pause, Some(input.reason)).await
    }

    /// Lets a paused policy go on.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn resume_coupon_policy(
        &self,
        ctx: &Context<'_>,
        input: CouponPolicyIdInput,
    ) -> async_graphql::Result<CouponPolicyPayload> {
        moved(ctx, input.policy_id, PolicyCommand::Resume, None).await
    }

    /// Ends a policy for good. Coupons that were issued stay valid until they expire.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn end_coupon_policy(
        &self,
        ctx: &Context<'_>,
        input: CouponPolicyReasonInput,
    ) -> async_graphql::Result<CouponPolicyPayload> {
        moved(ctx, input.policy_id, PolicyCommand::End, Some(input.reason)).await
    }

    /// Lets a published policy last longer, or gives it more coupons or budget. Nothing can be taken away from it.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn extend_coupon_policy(
        &self,
        ctx: &Context<'_>,
        input: ExtendCouponPolicyInput,
    ) -> async_graphql::Result<CouponPolicyPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), audit::command(ctx));
        let ExtendCouponPolicyInput { policy_id, ends_at, total_limit, budget } = input;
        let budget = budget.map(|budget| budget.0);
        let action = async move { extend_policy(&coupons, policy_id, ends_at, total_limit, budget, &context).await };
        CouponPolicyPayload::of(run_to_end(action).await)
    }

    /// Gives coupons to chosen users, until none is left.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn issue_coupons(
        &self,
        ctx: &Context<'_>,
        input: IssueCouponsInput,
    ) -> async_graphql::Result<IssueCouponsPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), audit::command(ctx));
        let action = async move { issue_coupons(&coupons, input.policy_id, input.user_ids, &context).await };
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        Ok(match run_to_end(action).await {
            Ok(given) => IssueCouponsPayload {
                issued: count(given.issued.len()),
                skipped: count(given.skipped),
                user_errors: Vec::new(),
            },
            Err(failure) => IssueCouponsPayload { issued: 0, skipped: 0, user_errors: failure.into_refusals()? },
        })
    }

    /// Takes a coupon that everybody may download. First come, first served.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn claim_coupon(
        &self,
        ctx: &Context<'_>,
        input: CouponPolicyIdInput,
    ) -> async_graphql::Result<CouponPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), audit::command(ctx));
        let user = UserId(current_user(ctx)?);
        let action = async move { claim_coupon(&coupons, user, input.policy_id, &context).await };
        CouponPayload::of(run_to_end(action).await)
    }

    /// Takes a coupon by its code. Only so many codes can be tried in a while.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn redeem_coupon_code(
        &self,
        ctx: &Context<'_>,
        input: RedeemCouponCodeInput,
    ) -> async_graphql::Result<CouponPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), audit::command(ctx));
        let user = UserId(current_user(ctx)?);
        let action = async move { redeem_code(&coupons, user, &input.code, &context).await };
        CouponPayload::of(run_to_end(action).await)
    }

    /// Takes a coupon back that is not in use. By the seller's members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    async fn revoke_coupon(&self, ctx: &Context<'_>, input: RevokeCouponInput) -> async_graphql::Result<CouponPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), audit::command(ctx));
        let action = async move { revoke_coupon(&coupons, input.coupon_id, &input.reason, &context).await };
        CouponPayload::of(run_to_end(action).await)
    }
}
