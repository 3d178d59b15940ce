//! `Mutation`: each field gives one command to an action.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use platform::audit;
use platform::errors::UserError;
use platform::identity::{AnyScope, RecentProof, Scope, SignedIn, current_user};

use super::inputs::{
    ApplyAsSellerInput, ChangeSellerBankAccountInput, InviteSellerMemberInput, RejectSellerParticularsInput,
    RemoveSellerMemberInput, RenewSellerDocumentsInput, RequestSellerDocumentsInput, RequestSellerParticularsInput,
    SellerIdInput, SellerParticularsRequestIdInput, SellerReasonInput, SetSellerDocumentExpiryInput,
    SubmitSellerDocumentsInput, UpdateSellerProfileInput,
};
use super::member::SellerMember;
use super::particulars::SellerParticularsRequest;
use super::seller::Seller;
use super::state;
use crate::actions::{self, Caller, Change, State, Verdict, to_the_end};
use crate::error::{ErrorCode, Refusal};
use crate::model::{ParticularsRequestId, SellerId, SellerRow, UserId};
use crate::rules::Command;

macro_rules! payload {
    ($(#[$meta:meta])* $name:ident, $(#[$field_meta:meta])* $field:ident: $type:ty) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub(crate) struct $name {
            $(#[$field_meta])*
            $field: Option<$type>,
            /// Why nothing changed; empty when it did.
            user_errors: Vec<UserError<ErrorCode>>,
        }

        impl $name {
            fn of(outcome: Result<$type, Refusal>) -> async_graphql::Result<Self> {
                match outcome {
                    Ok(value) => Ok(Self { $field: Some(value), user_errors: Vec::new() }),
                    Err(Refusal::Expected(user_errors)) => Ok(Self { $field: None, user_errors }),
                    Err(Refusal::Fault(error)) => Err(error.into()),
                }
            }
        }
    };
}

payload!(
    /// The outcome of `applyAsSeller`.
    ApplyAsSellerPayload,
    /// The application.
    seller: Seller
);
payload!(
    /// The outcome of a change of a seller's state.
    SellerStatePayload,
    /// The seller in its new state.
    seller: Seller
);
payload!(
    /// The outcome of a change of a seller's documents.
    SellerDocumentsPayload,
    /// The seller with its documents.
    seller: Seller
);
payload!(
    /// The outcome of `updateSellerProfile`.
    UpdateSellerProfilePayload,
    /// The seller with its new profile.
    seller: Seller
);
payload!(
    /// The outcome of `changeSellerBankAccount`.
    ChangeSellerBankAccountPayload,
    /// The seller with its new bank account.
    seller: Seller
);
payload!(
    /// The outcome of `inviteSellerMember`.
    InviteSellerMemberPayload,
    /// The new member.
    member: SellerMember
);
payload!(
    /// The outcome of `removeSellerMember`.
    RemoveSellerMemberPayload,
    /// The person who is no member any more.
    removed_user_id: UserId
);

payload!(
    /// The outcome of a request to correct particulars, and of a decision about one.
    SellerParticularsPayload,
    /// The request.
    request: SellerParticularsRequest
);

async fn decided(
    ctx: &Context<'_>,
    id: ParticularsRequestId,
    verdict: Verdict,
) -> async_graphql::Result<SellerParticularsPayload> {
    let (state, caller) = caller(ctx)?;
    let outcome = to_the_end(actions::decide_particulars(state, caller, id, verdict)).await;
    SellerParticularsPayload::of(outcome.map(SellerParticularsRequest))
}

fn caller(ctx: &Context<'_>) -> async_graphql::Result<(State, Caller)> {
    let user = UserId(current_user(ctx)?);
    Ok((state(ctx)?.clone(), Caller { user, context: audit::command(ctx) }))
}

fn wrapped(row: SellerRow) -> Seller {
    Seller(Arc::new(row))
}

async fn moved(ctx: &Context<'_>, id: SellerId, change: Change) -> async_graphql::Result<SellerStatePayload> {
    let (state, caller) = caller(ctx)?;
    let outcome = to_the_end(actions::change_state(state, caller, id, change)).await;
    SellerStatePayload::of(outcome.map(wrapped))
}

/// Commands.
pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Applies to become a seller; the signed-in person becomes its owner.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn apply_as_seller(
        &self,
        ctx: &Context<'_>,
        input: ApplyAsSellerInput,
    ) -> async_graphql::Result<ApplyAsSellerPayload> {
        let (state, caller) = caller(ctx)?;
        ApplyAsSellerPayload::of(to_the_end(actions::apply(state, caller, input)).await.map(wrapped))
    }

    /// Changes the bank account that payouts go to. For owners, who have to prove a moment before who they are where their
    /// account asks for it (`STEP_UP_REQUIRED`, see `stepUp`).
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn.and(RecentProof)")]
    async fn change_seller_bank_account(
        &self,
        ctx: &Context<'_>,
        input: ChangeSellerBankAccountInput,
    ) -> async_graphql::Result<ChangeSellerBankAccountPayload> {
        let (state, caller) = caller(ctx)?;
        ChangeSellerBankAccountPayload::of(
            to_the_end(actions::change_bank_account(state, caller, input)).await.map(wrapped),
        )
    }

    /// Asks an applicant for documents. From `APPLIED` or `UNDER_REVIEW`. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn request_seller_documents(
        &self,
        ctx: &Context<'_>,
        input: RequestSellerDocumentsInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::WithReason(Command::RequestDocuments, input.reason)).await
    }

    /// Hands in documents, which starts the review. From `APPLIED` or `DOCS_REQUIRED`, by an owner or manager.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn submit_seller_documents(
        &self,
        ctx: &Context<'_>,
        input: SubmitSellerDocumentsInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::Documents(input.documents)).await
    }

    /// Takes an application into review without waiting for documents. From `APPLIED`. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn start_seller_review(
        &self,
        ctx: &Context<'_>,
        input: SellerIdInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::Plain(Command::StartReview)).await
    }

    /// Hands in documents in place of earlier ones of their kinds, before or after those end. From approval on, by an owner
    /// or manager. A restriction stays until staff lift it.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn renew_seller_documents(
        &self,
        ctx: &Context<'_>,
        input: RenewSellerDocumentsInput,
    ) -> async_graphql::Result<SellerDocumentsPayload> {
        let (state, caller) = caller(ctx)?;
        let action = actions::renew_documents(state, caller, input.seller_id, input.documents);
        SellerDocumentsPayload::of(to_the_end(action).await.map(wrapped))
    }

    /// Sets until when a document holds, as it stands on it. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn set_seller_document_expiry(
        &self,
        ctx: &Context<'_>,
        input: SetSellerDocumentExpiryInput,
    ) -> async_graphql::Result<SellerDocumentsPayload> {
        let (state, caller) = caller(ctx)?;
        let SetSellerDocumentExpiryInput { seller_id, document_id, expires_on, reason } = input;
        let action = async move {
            let day = expires_on.map(|day| day.0);
            actions::set_document_expiry(state, caller, seller_id, document_id, day, &reason).await
        };
        SellerDocumentsPayload::of(to_the_end(action).await.map(wrapped))
    }

    /// Accepts an application. From `UNDER_REVIEW`. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn approve_seller(
        &self,
        ctx: &Context<'_>,
        input: SellerIdInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::Plain(Command::Approve)).await
    }

    /// Refuses an application for good. From `APPLIED`, `DOCS_REQUIRED` or `UNDER_REVIEW`. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn reject_seller(
        &self,
        ctx: &Context<'_>,
        input: SellerReasonInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::WithReason(Command::Reject, input.reason)).await
    }

    /// Opens the shop. From `APPROVED`, by an owner.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn activate_seller(
        &self,
        ctx: &Context<'_>,
        input: SellerIdInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::Plain(Command::Activate)).await
    }

    /// Closes the shop for a while. From `ACTIVE`, by an owner or manager.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn start_seller_holiday(
        &self,
        ctx: &Context<'_>,
        input: SellerIdInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::Plain(Command::StartHoliday)).await
    }

    /// Opens the shop again. From `ON_HOLIDAY`, by an owner or manager.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn end_seller_holiday(
        &self,
        ctx: &Context<'_>,
        input: SellerIdInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::Plain(Command::EndHoliday)).await
    }

    /// Forbids a seller to put new goods on sale. From `ACTIVE` or `ON_HOLIDAY`. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn restrict_seller(
        &self,
        ctx: &Context<'_>,
        input: SellerReasonInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::WithReason(Command::Restrict, input.reason)).await
    }

    /// Stops a seller's sales. From `ACTIVE`, `ON_HOLIDAY` or `RESTRICTED`. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn suspend_seller(
        &self,
        ctx: &Context<'_>,
        input: SellerReasonInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::WithReason(Command::Suspend, input.reason)).await
    }

    /// Lifts a restriction or suspension: the seller is `ACTIVE` again. Refused while a document of the seller has ended
    /// (`DOCUMENT_EXPIRED`). For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn reinstate_seller(
        &self,
        ctx: &Context<'_>,
        input: SellerReasonInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::WithReason(Command::Reinstate, input.reason)).await
    }

    /// Ends a seller for good. From every state after approval. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn terminate_seller(
        &self,
        ctx: &Context<'_>,
        input: SellerReasonInput,
    ) -> async_graphql::Result<SellerStatePayload> {
        moved(ctx, input.seller_id, Change::WithReason(Command::Terminate, input.reason)).await
    }

    /// Changes what the shop says about itself. By an owner or manager.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn update_seller_profile(
        &self,
        ctx: &Context<'_>,
        input: UpdateSellerProfileInput,
    ) -> async_graphql::Result<UpdateSellerProfilePayload> {
        let (state, caller) = caller(ctx)?;
        let outcome = to_the_end(actions::update_profile(state, caller, input)).await;
        UpdateSellerProfilePayload::of(outcome.map(wrapped))
    }

    /// Asks staff to correct the particulars that the law asks to show: name, representative, mail-order number, taxation or
    /// address. One request at a time, by an owner.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn request_seller_particulars(
        &self,
        ctx: &Context<'_>,
        input: RequestSellerParticularsInput,
    ) -> async_graphql::Result<SellerParticularsPayload> {
        let (state, caller) = caller(ctx)?;
        let outcome = to_the_end(actions::request_particulars(state, caller, input)).await;
        SellerParticularsPayload::of(outcome.map(SellerParticularsRequest))
    }

    /// Takes an open request to correct particulars back. By an owner.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn withdraw_seller_particulars(
        &self,
        ctx: &Context<'_>,
        input: SellerParticularsRequestIdInput,
    ) -> async_graphql::Result<SellerParticularsPayload> {
        decided(ctx, input.request_id, Verdict::Withdraw).await
    }

    /// Corrects particulars as an open request wants it; they are shown from now on. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn approve_seller_particulars(
        &self,
        ctx: &Context<'_>,
        input: SellerParticularsRequestIdInput,
    ) -> async_graphql::Result<SellerParticularsPayload> {
        decided(ctx, input.request_id, Verdict::Approve).await
    }

    /// Refuses an open request to correct particulars. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn reject_seller_particulars(
        &self,
        ctx: &Context<'_>,
        input: RejectSellerParticularsInput,
    ) -> async_graphql::Result<SellerParticularsPayload> {
        decided(ctx, input.request_id, Verdict::Reject(input.reason)).await
    }

    /// Adds a member; the person has the new permissions from the next token refresh on. By an owner.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn invite_seller_member(
        &self,
        ctx: &Context<'_>,
        input: InviteSellerMemberInput,
    ) -> async_graphql::Result<InviteSellerMemberPayload> {
        let (state, caller) = caller(ctx)?;
        let action = actions::invite_member(state, caller, input.seller_id, input.user_id, input.role);
        InviteSellerMemberPayload::of(to_the_end(action).await.map(SellerMember))
    }

    /// Removes a member. By an owner, or by the member itself; the last owner cannot leave.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn remove_seller_member(
        &self,
        ctx: &Context<'_>,
        input: RemoveSellerMemberInput,
    ) -> async_graphql::Result<RemoveSellerMemberPayload> {
        let (state, caller) = caller(ctx)?;
        let action = actions::remove_member(state, caller, input.seller_id, input.user_id);
        RemoveSellerMemberPayload::of(to_the_end(action).await)
    }
}
