//! What staff change. Sellers look on.

use async_graphql::{Context, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, RecentProof, Scope};

use super::desk;
use super::inputs::{
    CloseSettlementInput, PayoutIdInput, PayoutReasonInput, RequestPayoutInput, SetCommissionRateInput,
    SetSettlementAccountInput, SettlementItemReasonInput,
};
use super::item::SettlementItem;
use super::payout::Payout;
use super::query::SettlementAccount;
use super::rate::CommissionRate;
use super::settlement::Settlement;
use crate::actions::{self, AccountTerms};
use crate::error::UserErrorCode;

macro_rules! payload {
    ($(#[$meta:meta])* $name:ident, $(#[$field_meta:meta])* $field:ident: $type:ty) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub(crate) struct $name {
            $(#[$field_meta])*
            $field: Option<$type>,
            /// Why nothing changed; empty when it did.
            user_errors: Vec<UserError<UserErrorCode>>,
        }

        impl $name {
            fn of(outcome: Result<$type, crate::error::Failure>) -> async_graphql::Result<Self> {
                Ok(match outcome {
                    Ok(value) => Self { $field: Some(value), user_errors: Vec::new() },
                    Err(failure) => Self { $field: None, user_errors: failure.into_refusals()? },
                })
            }
        }
    };
}

payload!(
    /// The outcome of `setCommissionRate`.
    CommissionRatePayload,
    /// The new rate.
    commission_rate: CommissionRate
);
payload!(
    /// The outcome of `setSettlementAccount`.
    SettlementAccountPayload,
    /// How the seller is settled with from now on.
    account: SettlementAccount
);
payload!(
    /// The outcome of a change of an item.
    SettlementItemPayload,
    /// The item as it is now.
    item: SettlementItem
);
payload!(
    /// The outcome of `closeSettlement`.
    CloseSettlementPayload,
    /// The closed statement.
    settlement: Settlement
);
payload!(
    /// The outcome of a change of a payout.
    PayoutPayload,
    /// The payout as it is now.
    payout: Payout
);

pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Sets what part of sales the marketplace takes, from a time on. Orders that are paid before keep their rate.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn set_commission_rate(
        &self,
        ctx: &Context<'_>,
        input: SetCommissionRateInput,
    ) -> async_graphql::Result<CommissionRatePayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let SetCommissionRateInput { category_id, rate, effective_from } = input;
        let action = async move { actions::set_rate(&desk, category_id, rate, effective_from, &context).await };
        CommissionRatePayload::of(run_to_end(action).await.map(CommissionRate))
    }

    /// Changes how a seller is settled with, from the next statement on.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn set_settlement_account(
        &self,
        ctx: &Context<'_>,
        input: SetSettlementAccountInput,
    ) -> async_graphql::Result<SettlementAccountPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let SetSettlementAccountInput { seller_id, cadence, lag, holdback } = input;
        let terms = AccountTerms { cadence, lag, holdback };
        let action = async move { actions::set_account(&desk, seller_id, terms, &context).await };
        match run_to_end(action).await {
            Ok(row) => SettlementAccountPayload::of(Ok(SettlementAccount::of(ctx, &row)?)),
            Err(failure) => SettlementAccountPayload::of(Err(failure)),
        }
    }

    /// Holds an item that is on no statement yet.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn hold_settlement_item(
        &self,
        ctx: &Context<'_>,
        input: SettlementItemReasonInput,
    ) -> async_graphql::Result<SettlementItemPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::hold_item(&desk, input.item_id, true, &input.reason, &context).await };
        SettlementItemPayload::of(run_to_end(action).await.map(SettlementItem))
    }

    /// Lets an item go that is held.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn release_settlement_item(
        &self,
        ctx: &Context<'_>,
        input: SettlementItemReasonInput,
    ) -> async_graphql::Result<SettlementItemPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::hold_item(&desk, input.item_id, false, &input.reason, &context).await };
        SettlementItemPayload::of(run_to_end(action).await.map(SettlementItem))
    }

    /// Closes a seller's statement out of turn, with all that is eligible now.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn close_settlement(
        &self,
        ctx: &Context<'_>,
        input: CloseSettlementInput,
    ) -> async_graphql::Result<CloseSettlementPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let payable_on = input.payable_on.map(|date| date.0);
        let action = async move { actions::close_now(&desk, input.seller_id, payable_on, &context).await };
        CloseSettlementPayload::of(run_to_end(action).await.map(Settlement))
    }

    /// Requests the payout of a statement, to the account that the seller has now. Another person has to approve it.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn request_payout(
        &self,
        ctx: &Context<'_>,
        input: RequestPayoutInput,
    ) -> async_graphql::Result<PayoutPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::request_payout(&desk, input.settlement_id, &context).await };
        PayoutPayload::of(run_to_end(action).await.map(Payout))
    }

    /// Approves a payout that another person has requested. It is sent when its day has come. Who approves has to prove a
    /// moment before who they are where their account asks for it (`STEP_UP_REQUIRED`, see `stepUp`).
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements]).and(RecentProof)")]
    async fn approve_payout(&self, ctx: &Context<'_>, input: PayoutIdInput) -> async_graphql::Result<PayoutPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::approve_payout(&desk, input.payout_id, &context).await };
        PayoutPayload::of(run_to_end(action).await.map(Payout))
    }

    /// Rejects a payout that was requested.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn reject_payout(&self, ctx: &Context<'_>, input: PayoutReasonInput) -> async_graphql::Result<PayoutPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::reject_payout(&desk, input.payout_id, &input.reason, &context).await };
        PayoutPayload::of(run_to_end(action).await.map(Payout))
    }

    /// Requests a payout anew that failed, to the account that the seller has now. It needs an approval anew.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn retry_payout(&self, ctx: &Context<'_>, input: PayoutIdInput) -> async_graphql::Result<PayoutPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::retry_payout(&desk, input.payout_id, &context).await };
        PayoutPayload::of(run_to_end(action).await.map(Payout))
    }
}
