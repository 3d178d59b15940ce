//! What mutations are given.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use platform::date::Date;

use crate::model::{CategoryId, ItemId, PayoutId, SellerId, SettlementCadence, SettlementId};

/// A commission rate.
#[derive(InputObject)]
pub(crate) struct SetCommissionRateInput {
    /// The category that it is for, with those below it that have none of their own; without, all others.
    pub(crate) category_id: Option<CategoryId>,
    /// 0–10,000 basis points; 1,000 are 10 %.
    pub(crate) rate: i32,
    /// From when on; without, from now on. Not in the past.
    pub(crate) effective_from: Option<DateTime<Utc>>,
}

/// How a seller is settled with; what is left out stays.
#[derive(InputObject)]
pub(crate) struct SetSettlementAccountInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// How often.
    pub(crate) cadence: Option<SettlementCadence>,
    /// How many business days after its period a statement is paid, 0–60.
    pub(crate) lag: Option<i32>,
    /// What of a statement is held back for a while, in basis points.
    pub(crate) holdback: Option<i32>,
}

/// Which item, and why.
#[derive(InputObject)]
pub(crate) struct SettlementItemReasonInput {
    /// The item.
    pub(crate) item_id: ItemId,
    /// Why, 1–200 characters.
    pub(crate) reason: String,
}

/// Whose statement is closed out of turn.
#[derive(InputObject)]
pub(crate) struct CloseSettlementInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// The day of its payment; without, as many business days from today as the seller's lag says.
    pub(crate) payable_on: Option<Date>,
}

/// Which settlement is paid.
#[derive(InputObject)]
pub(crate) struct RequestPayoutInput {
    /// The settlement.
    pub(crate) settlement_id: SettlementId,
}

/// Which payout.
#[derive(InputObject)]
pub(crate) struct PayoutIdInput {
    /// The payout.
    pub(crate) payout_id: PayoutId,
}

/// Which payout, and why.
#[derive(InputObject)]
pub(crate) struct PayoutReasonInput {
    /// The payout.
    pub(crate) payout_id: PayoutId,
    /// Why, 1–200 characters.
    pub(crate) reason: String,
}
