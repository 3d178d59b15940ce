//! The mutations of claims.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::audit;
use platform::errors::{GraphError, UserError, run_to_end};
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_user};

use super::claim::Claim;
use crate::actions::{ClaimAction, ClaimItem, OpenClaim, Orders, act_on_claim, open_claim, reship_claim};
use crate::error::{ErrorCode, Failure};
use crate::model::{
    ClaimFault, ClaimId, ClaimKind, ClaimReason, ClaimRemedy, ClaimRow, DisputeOutcome, FileId, LineId, OrderId,
    UserId, VariantId,
};

/// Pieces of a line that a claim is about.
#[derive(InputObject)]
pub(crate) struct ClaimLineInput {
    /// The line.
    line_id: LineId,
    /// How many pieces; all that are left of it when absent.
    quantity: Option<i32>,
    /// What comes instead, of an exchange: a variant of the same product at the same price; the same one when absent. Only
    /// all that is left of a line can be exchanged for another variant.
    new_variant_id: Option<VariantId>,
}

/// What a buyer claims.
#[derive(InputObject)]
pub(crate) struct OpenClaimInput {
    /// The buyer's order.
    order_id: OrderId,
    /// What it is about.
    kind: ClaimKind,
    /// What the buyer wants, of a DEFECT; a refund when absent.
    remedy: Option<ClaimRemedy>,
    /// Why. A DEFECT has one of the seller's faults.
    reason: ClaimReason,
    /// In the buyer's words, up to 1,000 characters; needed of a DEFECT.
    #[graphql(default)]
    detail: String,
    /// When the buyer noticed the defect; now when absent.
    noticed_at: Option<DateTime<Utc>>,
    /// The lines, all of one seller's order.
    lines: Vec<ClaimLineInput>,
    /// Photos that prove it: ids of up to five files, `fil_…`, each uploaded by the buyer with the purpose CLAIM_PHOTO
    /// and the order's seller as its `sellerId`, who sees it then. Once they are in a claim, the buyer cannot delete them.
    #[graphql(default)]
    photo_ids: Vec<FileId>,
}

/// Which claim.
#[derive(InputObject)]
pub(crate) struct ClaimIdInput {
    /// The claim.
    claim_id: ClaimId,
}

/// Which claim is approved.
#[derive(InputObject)]
pub(crate) struct ApproveClaimInput {
    /// The claim.
    claim_id: ClaimId,
    /// Whose fault it is; as it is when absent. A seller can take the fault, not put it on the buyer.
    fault: Option<ClaimFault>,
}

/// Which claim, and why.
#[derive(InputObject)]
pub(crate) struct ClaimReasonInput {
    /// The claim.
    claim_id: ClaimId,
    /// Why, for the other parties; up to 1,000 characters.
    reason: String,
}

/// Which claim's goods travel, and how.
#[derive(InputObject)]
pub(crate) struct ClaimParcelInput {
    /// The claim.
    claim_id: ClaimId,
    /// By whom they travel.
    carrier: Option<String>,
    /// The carrier's number of the parcel.
    tracking_number: Option<String>,
}

/// What the seller found.
#[derive(InputObject)]
pub(crate) struct InspectClaimInput {
    /// The claim.
    claim_id: ClaimId,
    /// The lines whose goods cannot be sold again; those of all others go back on sale.
    #[graphql(default)]
    damaged_line_ids: Vec<LineId>,
}

/// What staff decide.
#[derive(InputObject)]
pub(crate) struct ResolveDisputeInput {
    /// The claim.
    claim_id: ClaimId,
    /// How it goes on.
    outcome: DisputeOutcome,
    /// Whose fault it is; as it is when absent.
    fault: Option<ClaimFault>,
    /// Why, for both parties; up to 1,000 characters.
    reason: String,
}

/// The claim.
#[derive(SimpleObject, Default)]
pub(crate) struct ClaimPayload {
    /// The claim as it is now; null when it was refused.
    claim: Option<Claim>,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

impl ClaimPayload {
    fn of(outcome: Result<ClaimRow, Failure>) -> Result<Self, GraphError> {
        Ok(match outcome {
            Ok(row) => Self { claim: Some(Claim { row }), user_errors: Vec::new() },
            Err(failure) => Self { claim: None, user_errors: failure.into_refusals()? },
        })
    }
}

async fn acted(ctx: &Context<'_>, id: ClaimId, action: ClaimAction) -> async_graphql::Result<ClaimPayload> {
    let (orders, context) = (ctx.data::<Orders>()?.clone(), audit::command(ctx));
    Ok(ClaimPayload::of(run_to_end(async move { act_on_claim(&orders, id, action, &context).await }).await)?)
}

#[derive(Default)]
pub(crate) struct ClaimMutation;

#[Object]
impl ClaimMutation {
    /// Opens a claim about delivered lines of one seller's order: a return or an exchange within seven days of the
    /// delivery, a defect within three months of it and thirty days of noticing it, also after the purchase was confirmed.
    /// While it is open, its lines do not confirm themselves.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn open_claim(&self, ctx: &Context<'_>, input: OpenClaimInput) -> async_graphql::Result<ClaimPayload> {
        let (orders, context) = (ctx.data::<Orders>()?.clone(), audit::command(ctx));
        let buyer_id = UserId(current_user(ctx)?);
        let item = |line: ClaimLineInput| ClaimItem {
            line_id: line.line_id,
            quantity: line.quantity,
            new_variant_id: line.new_variant_id,
        };
        let request = OpenClaim {
            order_id: input.order_id,
            kind: input.kind,
            remedy: input.remedy,
            reason: input.reason,
            detail: input.detail,
            noticed_at: input.noticed_at,
            items: input.lines.into_iter().map(item).collect(),
            photos: input.photo_ids,
        };
        let outcome = run_to_end(async move { open_claim(&orders, buyer_id, request, &context).await }).await;
        Ok(ClaimPayload::of(outcome)?)
    }

    /// The buyer takes a claim back, as long as the goods are not back.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn withdraw_claim(&self, ctx: &Context<'_>, input: ClaimIdInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Withdraw).await
    }

    /// The seller, or staff, agree to a claim. Without an answer in time it is approved by itself.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn approve_claim(&self, ctx: &Context<'_>, input: ApproveClaimInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Approve { fault: input.fault }).await
    }

    /// The seller, or staff, refuse a claim: the request, or what came back. The buyer may dispute that.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn reject_claim(&self, ctx: &Context<'_>, input: ClaimReasonInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Reject { reason: input.reason }).await
    }

    /// The goods of an approved claim are handed to a carrier, by the seller's order or by the buyer.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn start_collection(
        &self,
        ctx: &Context<'_>,
        input: ClaimParcelInput,
    ) -> async_graphql::Result<ClaimPayload> {
        let ClaimParcelInput { claim_id, carrier, tracking_number } = input;
        acted(ctx, claim_id, ClaimAction::StartCollection { carrier, tracking_number }).await
    }

    /// The goods of a claim are back at the seller.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn receive_collected(&self, ctx: &Context<'_>, input: ClaimIdInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Receive).await
    }

    /// The seller has looked at what came back. What is sound goes back on sale, and a refund follows at once.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn inspect_claim(&self, ctx: &Context<'_>, input: InspectClaimInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Inspect { damaged: input.damaged_line_ids }).await
    }

    /// Gives the money back for an inspected claim, also instead of an exchange that cannot be made.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn refund_claim(&self, ctx: &Context<'_>, input: ClaimIdInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Refund).await
    }

    /// Sends other goods for an inspected claim; they leave the stock. OUT_OF_STOCK when there are none: then the money can
    /// go back instead.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn reship_claim(&self, ctx: &Context<'_>, input: ClaimParcelInput) -> async_graphql::Result<ClaimPayload> {
        let (orders, context) = (ctx.data::<Orders>()?.clone(), audit::command(ctx));
        let ClaimParcelInput { claim_id, carrier, tracking_number } = input;
        let action = async move { reship_claim(&orders, claim_id, carrier, tracking_number, &context).await };
        Ok(ClaimPayload::of(run_to_end(action).await)?)
    }

    /// The other goods have arrived: the exchange is done. For the buyer, the seller and staff.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn complete_claim(&self, ctx: &Context<'_>, input: ClaimIdInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Complete).await
    }

    /// The seller, or staff, wait for something.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn hold_claim(&self, ctx: &Context<'_>, input: ClaimReasonInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Hold { reason: input.reason }).await
    }

    /// A claim that was held goes on where it stood.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn resume_claim(&self, ctx: &Context<'_>, input: ClaimIdInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Resume).await
    }

    /// The buyer or the seller ask staff to decide, once: about a refusal, a hold, or what came back.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn dispute_claim(&self, ctx: &Context<'_>, input: ClaimReasonInput) -> async_graphql::Result<ClaimPayload> {
        acted(ctx, input.claim_id, ClaimAction::Dispute { reason: input.reason }).await
    }

    /// Staff decide about a disputed claim.
    #[graphql(requires_scopes = "staff:orders", guard = "AnyScope(&[Scope::StaffOrders])")]
    async fn resolve_dispute(
        &self,
        ctx: &Context<'_>,
        input: ResolveDisputeInput,
    ) -> async_graphql::Result<ClaimPayload> {
        let ResolveDisputeInput { claim_id, outcome, fault, reason } = input;
        acted(ctx, claim_id, ClaimAction::Decide { outcome, fault, reason }).await
    }
}
