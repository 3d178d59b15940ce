//! Asking for approval, and deciding.

use async_graphql::{Context, InputObject, Object};
use platform::audit;
use platform::errors::run_to_end;
use platform::identity::{AnyScope, Scope};
use platform::money::Long;

use super::approval::ApprovalRequest;
use super::{desk, payload, refunded};
use crate::actions::{self, Decision};
use crate::model::{ApprovalId, ClaimId, OrderId, Permission, RoleId, UserId};

/// The roles that a person shall have.
#[derive(InputObject)]
pub(crate) struct RequestStaffRolesInput {
    /// The person, who has an account.
    user_id: UserId,
    /// What colleagues call the person, 1–50 characters.
    name: String,
    /// All roles that the person shall have; none to end the membership.
    role_ids: Vec<RoleId>,
    /// Why, up to 500 characters.
    reason: String,
}

/// What a role shall permit.
#[derive(InputObject)]
pub(crate) struct RequestRoleInput {
    /// The role; left out for a new one.
    role_id: Option<RoleId>,
    /// How it shall be called, 1–50 characters.
    name: String,
    /// All that it shall permit.
    permissions: Vec<Permission>,
    /// Why, up to 500 characters.
    reason: String,
}

/// A refund above the limit.
#[derive(InputObject)]
pub(crate) struct RequestRefundApprovalInput {
    /// The claim; absent when an order is named.
    claim_id: Option<ClaimId>,
    /// The order of which lines shall be cancelled; absent when a claim is named.
    order_id: Option<OrderId>,
    /// Up to how much shall be refunded, in won.
    amount: Long,
    /// Why, up to 500 characters.
    reason: String,
}

/// A request for approval.
#[derive(InputObject)]
pub(crate) struct ApprovalIdInput {
    /// The request.
    approval_id: ApprovalId,
}

/// A request for approval, and why.
#[derive(InputObject)]
pub(crate) struct ApprovalReasonInput {
    /// The request.
    approval_id: ApprovalId,
    /// Why, up to 500 characters.
    reason: String,
}

payload!(
    /// The outcome of a command on a request for approval.
    ApprovalRequestPayload,
    /// The request as it is now.
    approval_request: ApprovalRequest
);

#[derive(Default)]
pub(crate) struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Asks that a person has exactly these roles; it happens when another person approves. For staff with
    /// `STAFF_MANAGE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn request_staff_roles(
        &self,
        ctx: &Context<'_>,
        input: RequestStaffRolesInput,
    ) -> async_graphql::Result<ApprovalRequestPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let RequestStaffRolesInput { user_id, name, role_ids, reason } = input;
        let action =
            async move { actions::request_staff_roles(&desk, user_id, &name, role_ids, &reason, &context).await };
        ApprovalRequestPayload::of(run_to_end(action).await.map(ApprovalRequest))
    }

    /// Asks that a role permits exactly this, or for a new role; it happens when another person approves. For staff
    /// with `STAFF_MANAGE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn request_role(
        &self,
        ctx: &Context<'_>,
        input: RequestRoleInput,
    ) -> async_graphql::Result<ApprovalRequestPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let RequestRoleInput { role_id, name, permissions, reason } = input;
        let action = async move { actions::request_role(&desk, role_id, &name, permissions, &reason, &context).await };
        ApprovalRequestPayload::of(run_to_end(action).await.map(ApprovalRequest))
    }

    /// Asks that a claim, or lines of an order that are cancelled, may be refunded above the limit. Once approved, staff refund
    /// it as any other. For staff with
    /// `ORDERS`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn request_refund_approval(
        &self,
        ctx: &Context<'_>,
        input: RequestRefundApprovalInput,
    ) -> async_graphql::Result<ApprovalRequestPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let RequestRefundApprovalInput { claim_id, order_id, amount, reason } = input;
        let object = refunded(claim_id, order_id);
        let action = async move { actions::request_refund(&desk, object, amount.0, &reason, &context).await };
        ApprovalRequestPayload::of(run_to_end(action).await.map(ApprovalRequest))
    }

    /// Approves what another person asks for. For staff with `APPROVAL_DECIDE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn approve_request(
        &self,
        ctx: &Context<'_>,
        input: ApprovalIdInput,
    ) -> async_graphql::Result<ApprovalRequestPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::decide(&desk, input.approval_id, Decision::Approve, &context).await };
        ApprovalRequestPayload::of(run_to_end(action).await.map(ApprovalRequest))
    }

    /// Rejects what another person asks for. For staff with `APPROVAL_DECIDE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn reject_request(
        &self,
        ctx: &Context<'_>,
        input: ApprovalReasonInput,
    ) -> async_graphql::Result<ApprovalRequestPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let decision = Decision::Reject(input.reason);
        let action = async move { actions::decide(&desk, input.approval_id, decision, &context).await };
        ApprovalRequestPayload::of(run_to_end(action).await.map(ApprovalRequest))
    }

    /// Takes one's own request back, also after its approval. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn withdraw_request(
        &self,
        ctx: &Context<'_>,
        input: ApprovalIdInput,
    ) -> async_graphql::Result<ApprovalRequestPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::withdraw(&desk, input.approval_id, &context).await };
        ApprovalRequestPayload::of(run_to_end(action).await.map(ApprovalRequest))
    }
}
