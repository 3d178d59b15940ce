//! What sellers and staff change.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope};

use super::stock_item::StockItem;
use crate::actions::{Adjustment, Inventory, adjust_stock, set_safety_stock};
use crate::error::UserErrorCode;
use crate::model::VariantId;

/// A change of one variant's stock.
#[derive(InputObject)]
pub(crate) struct StockAdjustmentInput {
    /// The variant.
    variant_id: VariantId,
    /// By how many pieces the stock changes; negative to take away, never zero.
    delta: i32,
}

/// Changes of stock, and why.
#[derive(InputObject)]
pub(crate) struct AdjustStockInput {
    /// 1–500 changes, one for each variant; all of them happen, or none.
    adjustments: Vec<StockAdjustmentInput>,
    /// Why, up to 200 characters; kept with the movements.
    reason: String,
}

/// The outcome of `adjustStock`.
#[derive(SimpleObject)]
pub(crate) struct AdjustStockPayload {
    /// The stock as it is now; empty when it was refused.
    stock_items: Vec<StockItem>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The level at which to warn.
#[derive(InputObject)]
pub(crate) struct SetSafetyStockInput {
    /// The variant.
    variant_id: VariantId,
    /// At or below how many available pieces the seller is warned; 0 warns only when nothing is left.
    safety_stock: i32,
}

/// The outcome of `setSafetyStock`.
#[derive(SimpleObject)]
pub(crate) struct SetSafetyStockPayload {
    /// The stock as it is now.
    stock_item: Option<StockItem>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

#[derive(Default)]
pub(crate) struct StockMutation;

#[Object]
impl StockMutation {
    /// Changes the stock of a seller's variants by hand: goods received, lost or counted anew. What orders hold cannot be
    /// taken away. Needs an idempotency key.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:stock",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffStock])"
    )]
    async fn adjust_stock(
        &self,
        ctx: &Context<'_>,
        input: AdjustStockInput,
    ) -> async_graphql::Result<AdjustStockPayload> {
        let (inventory, context) = (ctx.data::<Inventory>()?.clone(), audit::command(ctx));
        let deltas = input.adjustments.iter().map(|adjustment| (adjustment.variant_id, adjustment.delta)).collect();
        let adjustment = Adjustment { deltas, reason: input.reason };
        Ok(match run_to_end(async move { adjust_stock(&inventory, adjustment, &context).await }).await {
            Ok(rows) => AdjustStockPayload {
                stock_items: rows.into_iter().map(|row| StockItem { row }).collect(),
                user_errors: Vec::new(),
            },
            Err(failure) => AdjustStockPayload { stock_items: Vec::new(), user_errors: failure.into_refusals()? },
        })
    }

    /// Sets at or below how many available pieces the seller is warned.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:stock",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffStock])"
    )]
    async fn set_safety_stock(
        &self,
        ctx: &Context<'_>,
        input: SetSafetyStockInput,
    ) -> async_graphql::Result<SetSafetyStockPayload> {
        let (inventory, context) = (ctx.data::<Inventory>()?.clone(), audit::command(ctx));
        let SetSafetyStockInput { variant_id, safety_stock } = input;
        let action = async move { set_safety_stock(&inventory, variant_id, safety_stock, &context).await };
        Ok(match run_to_end(action).await {
            Ok(row) => SetSafetyStockPayload { stock_item: Some(StockItem { row }), user_errors: Vec::new() },
            Err(failure) => SetSafetyStockPayload { stock_item: None, user_errors: failure.into_refusals()? },
        })
    }
}
