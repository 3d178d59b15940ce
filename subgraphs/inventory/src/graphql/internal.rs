//! What the order service asks for. Absent from the public API.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope, request_context};

use super::reservation::{Reservation, StockShortage, parts};
use crate::actions::{
    Exchanged, Inventory, Outcome, commit_reservations, exchange_stock, extend_reservations, release_reservations,
    reserve_stock,
};
use crate::error::{Failure, UserErrorCode};
use crate::model::{ClaimId, OrderId, VariantId};

/// A part of what an order wants.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ReserveLineInput {
    variant_id: VariantId,
    quantity: i32,
}

/// What an order wants.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ReserveStockInput {
    /// The order; asked again under the same id, the first reservation stands.
    order_id: OrderId,
    lines: Vec<ReserveLineInput>,
    /// Until when the stock is kept.
    expires_at: DateTime<Utc>,
}

/// Which order is paid.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct CommitReservationsInput {
    order_id: OrderId,
}

/// Which order waits longer for its payment.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ExtendReservationsInput {
    order_id: OrderId,
    /// Until when the stock is kept; never shorter than before.
    expires_at: DateTime<Utc>,
}

/// Whether the order holds stock.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct ExtendReservationsPayload {
    /// False when it had expired or was given up before.
    held: bool,
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// Which order is given up.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ReleaseReservationsInput {
    order_id: OrderId,
    reason: String,
}

/// What a claim sends out instead of what came back.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ExchangeStockInput {
    /// The claim; asked again under the same id, nothing more is taken.
    claim_id: ClaimId,
    order_id: OrderId,
    lines: Vec<ReserveLineInput>,
}

/// What is missing for the claim; nothing when its goods are taken out.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct ExchangeStockPayload {
    shortages: Vec<StockShortage>,
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What is kept for the order, or what is missing for it.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct ReserveStockPayload {
    reservations: Vec<Reservation>,
    shortages: Vec<StockShortage>,
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What was taken out for the order, or what is missing for it.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct CommitReservationsPayload {
    reservations: Vec<Reservation>,
    shortages: Vec<StockShortage>,
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What the order does not hold any more.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct ReleaseReservationsPayload {
    reservations: Vec<Reservation>,
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The three lists of a payload.
type Lists = (Vec<Reservation>, Vec<StockShortage>, Vec<UserError<UserErrorCode>>);

fn lists(outcome: Result<Outcome, Failure>) -> async_graphql::Result<Lists> {
    Ok(match outcome {
        Ok(Outcome::Done(reserved)) => (parts(reserved), Vec::new(), Vec::new()),
        Ok(Outcome::Short(short)) => (Vec::new(), short.into_iter().map(StockShortage::from).collect(), Vec::new()),
        Err(failure) => (Vec::new(), Vec::new(), failure.into_refusals()?),
    })
}

#[derive(Default)]
pub(crate) struct InternalMutation;

#[Object]
impl InternalMutation {
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn reserve_stock(
        &self,
        ctx: &Context<'_>,
        input: ReserveStockInput,
    ) -> async_graphql::Result<ReserveStockPayload> {
        let (inventory, context) = (ctx.data::<Inventory>()?.clone(), request_context(ctx).clone());
        let lines: Vec<(VariantId, i32)> = input.lines.iter().map(|line| (line.variant_id, line.quantity)).collect();
        let ReserveStockInput { order_id, expires_at, .. } = input;
        let action = async move { reserve_stock(&inventory, order_id, &lines, expires_at, &context).await };
        let (reservations, shortages, user_errors) = lists(run_to_end(action).await)?;
        Ok(ReserveStockPayload { reservations, shortages, user_errors })
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn commit_reservations(
        &self,
        ctx: &Context<'_>,
        input: CommitReservationsInput,
    ) -> async_graphql::Result<CommitReservationsPayload> {
        let (inventory, context) = (ctx.data::<Inventory>()?.clone(), request_context(ctx).clone());
        let action = async move { commit_reservations(&inventory, input.order_id, &context).await };
        let (reservations, shortages, user_errors) = lists(run_to_end(action).await)?;
        Ok(CommitReservationsPayload { reservations, shortages, user_errors })
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn extend_reservations(
        &self,
        ctx: &Context<'_>,
        input: ExtendReservationsInput,
    ) -> async_graphql::Result<ExtendReservationsPayload> {
        let ExtendReservationsInput { order_id, expires_at } = input;
        Ok(match extend_reservations(ctx.data::<Inventory>()?, order_id, expires_at).await {
            Ok(held) => ExtendReservationsPayload { held, user_errors: Vec::new() },
            Err(failure) => ExtendReservationsPayload { held: false, user_errors: failure.into_refusals()? },
        })
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn release_reservations(
        &self,
        ctx: &Context<'_>,
        input: ReleaseReservationsInput,
    ) -> async_graphql::Result<ReleaseReservationsPayload> {
        let (inventory, context) = (ctx.data::<Inventory>()?.clone(), request_context(ctx).clone());
        let ReleaseReservationsInput { order_id, reason } = input;
        let action = async move { release_reservations(&inventory, order_id, &reason, &context).await };
        Ok(match run_to_end(action).await {
            Ok(reserved) => ReleaseReservationsPayload { reservations: parts(reserved), user_errors: Vec::new() },
            Err(failure) => {
                ReleaseReservationsPayload { reservations: Vec::new(), user_errors: failure.into_refusals()? }
            }
        })
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn exchange_stock(
        &self,
        ctx: &Context<'_>,
        input: ExchangeStockInput,
    ) -> async_graphql::Result<ExchangeStockPayload> {
        let (inventory, context) = (ctx.data::<Inventory>()?.clone(), request_context(ctx).clone());
        let lines: Vec<(VariantId, i32)> = input.lines.iter().map(|line| (line.variant_id, line.quantity)).collect();
        let ExchangeStockInput { claim_id, order_id, .. } = input;
        let action = async move { exchange_stock(&inventory, claim_id, order_id, &lines, &context).await };
        Ok(match run_to_end(action).await {
            Ok(Exchanged::Done) => ExchangeStockPayload::default(),
            Ok(Exchanged::Short(short)) => {
                let shortages = short.into_iter().map(StockShortage::from).collect();
                ExchangeStockPayload { shortages, user_errors: Vec::new() }
            }
            Err(failure) => ExchangeStockPayload { shortages: Vec::new(), user_errors: failure.into_refusals()? },
        })
    }
}
