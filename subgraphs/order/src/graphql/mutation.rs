//! The mutations.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{GraphError, UserError, run_to_end};
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_user};

use super::line::OrderLine;
use super::order::Order;
use super::place_order::{PlaceOrderInput, PlaceOrderPayload};
use crate::actions::{
    LineMove, Orders, Withdrawal, approve_cancellation, cancel_lines, complete_payment, move_lines, place_order,
    reject_cancellation, withdraw_lines,
};
use crate::error::{ErrorCode, Failure};
use crate::model::{LineId, LineRow, OrderId, UserId};

/// Which lines to cancel, and why.
#[derive(InputObject)]
pub(crate) struct CancelOrderLinesInput {
    /// The buyer's order.
    order_id: OrderId,
    /// The lines; all that can be cancelled when absent.
    line_ids: Option<Vec<LineId>>,
    /// Why.
    reason: String,
}

/// The cancelled lines.
#[derive(SimpleObject, Default)]
pub(crate) struct CancelOrderLinesPayload {
    /// The order.
    order: Option<Order>,
    /// The lines as they are now: CANCELLED, or CANCEL_REQUESTED where the seller is asked.
    lines: Vec<OrderLine>,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// Which purchases to confirm.
#[derive(InputObject)]
pub(crate) struct ConfirmPurchaseInput {
    /// The buyer's lines.
    line_ids: Vec<LineId>,
}

/// Which lines.
#[derive(InputObject)]
pub(crate) struct OrderLineIdsInput {
    /// The lines; all of them change, or none.
    line_ids: Vec<LineId>,
}

/// Which lines travel, and how.
#[derive(InputObject)]
pub(crate) struct ShipOrderLinesInput {
    /// The lines; all of them change, or none.
    line_ids: Vec<LineId>,
    /// By whom they travel; absent when the seller brings them.
    carrier: Option<String>,
    /// The carrier's number of the parcel.
    tracking_number: Option<String>,
}

/// Which requests to cancel are refused, and why.
#[derive(InputObject)]
pub(crate) struct RejectCancellationInput {
    /// The lines; all of them change, or none.
    line_ids: Vec<LineId>,
    /// Why, for the buyer.
    reason: String,
}

/// Which lines a seller cannot send, and why.
#[derive(InputObject)]
pub(crate) struct WithdrawOrderLinesInput {
    /// The lines; all of them change, or none.
    line_ids: Vec<LineId>,
    /// Why, for the buyer.
    reason: String,
    /// Whether the goods are not there (품절): then they do not go back on sale.
    #[graphql(default)]
    sold_out: bool,
}

/// The changed lines.
#[derive(SimpleObject, Default)]
pub(crate) struct OrderLinesPayload {
    /// The lines as they are now.
    lines: Vec<OrderLine>,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

impl OrderLinesPayload {
    fn of(outcome: Result<Vec<LineRow>, Failure>) -> Result<Self, GraphError> {
        Ok(match outcome {
            Ok(rows) => Self { lines: order_lines(rows), user_errors: Vec::new() },
            Err(failure) => Self { lines: Vec::new(), user_errors: failure.into_refusals()? },
        })
    }
}

fn order_lines(rows: Vec<LineRow>) -> Vec<OrderLine> {
    rows.into_iter().map(|row| OrderLine { row }).collect()
}

/// The order whose payment is done.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct CompletePaymentInput {
    order_id: OrderId,
}

/// The order.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct CompletePaymentPayload {
    order: Option<Order>,
    user_errors: Vec<UserError<ErrorCode>>,
}

async fn moved(ctx: &Context<'_>, line_ids: Vec<LineId>, kind: LineMove) -> Result<OrderLinesPayload, GraphError> {
    let orders = ctx.data::<Orders>().map_err(|error| GraphError::internal(error.message))?.clone();
    let context = audit::command(ctx);
    OrderLinesPayload::of(run_to_end(async move { move_lines(&orders, &line_ids, kind, &context).await }).await)
}

#[derive(Default)]
pub(crate) struct OrderMutation;

#[Object]
impl OrderMutation {
    /// Places an order: freezes prices, reserves stock and creates the payment, all or nothing. Needs an idempotency
    /// key; the same key again returns the same order.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn place_order(&self, ctx: &Context<'_>, input: PlaceOrderInput) -> async_graphql::Result<PlaceOrderPayload> {
        let orders = ctx.data::<Orders>()?.clone();
        let context = audit::command(ctx);
        let buyer_id = UserId(current_user(ctx)?);
        let request = input.into();
        let outcome = run_to_end(async move { place_order(&orders, buyer_id, request, &context).await }).await;
        Ok(match outcome {
            Ok(placed) => placed.into(),
            Err(failure) => PlaceOrderPayload { user_errors: failure.into_refusals()?, ..Default::default() },
        })
    }

    /// Cancels lines of the buyer's order: at once while the seller has not begun, or is late to send them, else by asking the
    /// seller, also when they could not be delivered. What was paid goes back.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn cancel_order_lines(
        &self,
        ctx: &Context<'_>,
        input: CancelOrderLinesInput,
    ) -> async_graphql::Result<CancelOrderLinesPayload> {
        let orders = ctx.data::<Orders>()?.clone();
        let context = audit::command(ctx);
        let buyer_id = UserId(current_user(ctx)?);
        let CancelOrderLinesInput { order_id, line_ids, reason } = input;
        let outcome =
            run_to_end(async move { cancel_lines(&orders, buyer_id, order_id, line_ids, &reason, &context).await })
                .await;
        Ok(match outcome {
            Ok((row, lines)) => CancelOrderLinesPayload {
                order: Some(Order::new(row)),
                lines: order_lines(lines),
                user_errors: Vec::new(),
            },
            Err(failure) => CancelOrderLinesPayload { user_errors: failure.into_refusals()?, ..Default::default() },
        })
    }

    /// Confirms the purchase of delivered lines. They confirm themselves some days after delivery.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn confirm_purchase(
        &self,
        ctx: &Context<'_>,
        input: ConfirmPurchaseInput,
    ) -> async_graphql::Result<OrderLinesPayload> {
        Ok(moved(ctx, input.line_ids, LineMove::Confirm).await?)
    }

    /// The seller begins to prepare paid lines.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn prepare_order_lines(
        &self,
        ctx: &Context<'_>,
        input: OrderLineIdsInput,
    ) -> async_graphql::Result<OrderLinesPayload> {
        Ok(moved(ctx, input.line_ids, LineMove::Prepare).await?)
    }

    /// The seller hands prepared lines over to a carrier, or sets out to bring them.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn ship_order_lines(
        &self,
        ctx: &Context<'_>,
        input: ShipOrderLinesInput,
    ) -> async_graphql::Result<OrderLinesPayload> {
        let kind = LineMove::Ship { carrier: input.carrier, tracking_number: input.tracking_number };
        Ok(moved(ctx, input.line_ids, kind).await?)
    }

    /// The seller sends again what could not be delivered: it is prepared once more, and gets a parcel of its own.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn resend_order_lines(
        &self,
        ctx: &Context<'_>,
        input: OrderLineIdsInput,
    ) -> async_graphql::Result<OrderLinesPayload> {
        Ok(moved(ctx, input.line_ids, LineMove::Resend).await?)
    }

    /// The seller, or staff, cancel paid lines that cannot be sent (품절취소), as long as no carrier has them. What was paid
    /// goes back, with the shipping when nothing of the seller's order is left to send.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn withdraw_order_lines(
        &self,
        ctx: &Context<'_>,
        input: WithdrawOrderLinesInput,
    ) -> async_graphql::Result<OrderLinesPayload> {
        let (orders, context) = (ctx.data::<Orders>()?.clone(), audit::command(ctx));
        let WithdrawOrderLinesInput { line_ids, reason, sold_out } = input;
        let withdrawal = Withdrawal { line_ids, reason, sold_out };
        let outcome = run_to_end(async move { withdraw_lines(&orders, withdrawal, &context).await }).await;
        Ok(OrderLinesPayload::of(outcome)?)
    }

    /// Reports that lines have arrived which no carrier takes (직접 배송). Staff can report any.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn deliver_order_lines(
        &self,
        ctx: &Context<'_>,
        input: OrderLineIdsInput,
    ) -> async_graphql::Result<OrderLinesPayload> {
        Ok(moved(ctx, input.line_ids, LineMove::Deliver).await?)
    }

    /// Grants a buyer's request to cancel; what was paid goes back.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn approve_cancellation(
        &self,
        ctx: &Context<'_>,
        input: OrderLineIdsInput,
    ) -> async_graphql::Result<OrderLinesPayload> {
        let orders = ctx.data::<Orders>()?.clone();
        let context = audit::command(ctx);
        let outcome = run_to_end(async move { approve_cancellation(&orders, &input.line_ids, &context).await }).await;
        Ok(OrderLinesPayload::of(outcome)?)
    }

    /// Refuses a buyer's request to cancel.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:orders",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffOrders])"
    )]
    async fn reject_cancellation(
        &self,
        ctx: &Context<'_>,
        input: RejectCancellationInput,
    ) -> async_graphql::Result<OrderLinesPayload> {
        let orders = ctx.data::<Orders>()?.clone();
        let context = audit::command(ctx);
        let RejectCancellationInput { line_ids, reason } = input;
        let outcome = run_to_end(async move { reject_cancellation(&orders, &line_ids, &reason, &context).await }).await;
        Ok(OrderLinesPayload::of(outcome)?)
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn complete_payment(
        &self,
        ctx: &Context<'_>,
        input: CompletePaymentInput,
    ) -> async_graphql::Result<CompletePaymentPayload> {
        let orders = ctx.data::<Orders>()?.clone();
        let context = audit::command(ctx);
        let outcome = run_to_end(async move { complete_payment(&orders, input.order_id, &context).await }).await;
        Ok(match outcome {
            Ok(row) => CompletePaymentPayload { order: Some(Order::new(row)), user_errors: Vec::new() },
            Err(failure) => CompletePaymentPayload { order: None, user_errors: failure.into_refusals()? },
        })
    }
}
