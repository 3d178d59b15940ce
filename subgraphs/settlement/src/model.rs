//! Identifiers, states and rows.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::{
    commission_rate, payout, payout_change, settlement, settlement_item, settlement_item_change, settlement_line,
};

platform::define_id!(
    /// What a seller is owed, or owes, for one thing.
    pub struct ItemId, "sti"
);
platform::define_id!(
    /// A closed statement of one seller.
    pub struct SettlementId, "stm"
);
platform::define_id!(
    /// The money on its way to a seller.
    pub struct PayoutId, "pyo"
);
platform::define_id!(
    /// A commission rate.
    pub struct RateId, "cmr"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub struct SellerId, "slr"
);
platform::define_id!(
    /// A person with an account, owned by the user service.
    pub struct UserId, "usr"
);
platform::define_id!(
    /// An order, owned by the order service.
    pub struct OrderId, "ord"
);
platform::define_id!(
    /// A seller's part of an order, owned by the order service.
    pub struct SellerOrderId, "sor"
);
platform::define_id!(
    /// A line of an order, owned by the order service.
    pub struct LineId, "lin"
);
platform::define_id!(
    /// A category, owned by the product service.
    pub struct CategoryId, "cat"
);

platform::text_enum! {
    /// What a settlement item is for.
    pub enum SettlementItemKind {
        /// A line that was sold.
        Sale = "SALE",
        /// The shipping of a seller's part of an order.
        Shipping = "SHIPPING",
        /// What a buyer pays for sending goods back, kept from the refund.
        ReturnFee = "RETURN_FEE",
        /// What is taken back of a sale or a shipping, since it was refunded after it had become eligible.
        Clawback = "CLAWBACK",
        /// What is kept back of a statement for a while.
        Holdback = "HOLDBACK",
        /// What was kept back, given.
        HoldbackRelease = "HOLDBACK_RELEASE",
        /// The debt of an earlier statement.
        CarryOver = "CARRY_OVER",
    }
}

platform::text_enum! {
    /// Where a settlement item stands.
    pub enum SettlementItemState {
        /// The buyer has paid.
        Accrued = "ACCRUED",
        /// The buyer has confirmed the purchase: it comes onto the next statement.
        Eligible = "ELIGIBLE",
        /// On a closed statement.
        Scheduled = "SCHEDULED",
        /// Its payout is approved.
        Approved = "APPROVED",
        /// Paid out, or netted on a statement that pays nothing out.
        Paid = "PAID",
        /// Held by staff.
        Held = "HELD",
        /// Its payout failed.
        Failed = "FAILED",
        /// Nothing is left of it: it was cancelled or returned.
        ClawedBack = "CLAWED_BACK",
    }
}

platform::text_enum! {
    /// How often a seller is settled with.
    pub enum SettlementCadence {
        /// Each day.
        Daily = "DAILY",
        /// Each week, from Monday to Sunday.
        Weekly = "WEEKLY",
        /// Each month.
        Monthly = "MONTHLY",
    }
}

platform::text_enum! {
    /// Where a payout stands.
    pub enum PayoutState {
        /// Somebody of the staff wants it paid.
        Requested = "REQUESTED",
        /// Another one agrees: it is sent when its day has come.
        Approved = "APPROVED",
        /// The bank has carried it out.
        Paid = "PAID",
        /// It was rejected, or the bank declined.
        Failed = "FAILED",
    }
}

/// A commission rate.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = commission_rate)]
pub(crate) struct RateRow {
    pub(crate) id: RateId,
    pub(crate) category_id: Option<CategoryId>,
    /// Basis points.
    pub(crate) rate: i32,
    pub(crate) effective_from: DateTime<Utc>,
    pub(crate) created_by: Option<UserId>,
}

/// A settlement item.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = settlement_item)]
pub(crate) struct ItemRow {
    pub(crate) id: ItemId,
    pub(crate) kind: SettlementItemKind,
    pub(crate) seller_id: SellerId,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) order_number: Option<String>,
    pub(crate) seller_order_id: Option<SellerOrderId>,
    pub(crate) line_id: Option<LineId>,
    pub(crate) reverses: Option<ItemId>,
    pub(crate) title: String,
    pub(crate) quantity: i32,
    pub(crate) rate: i32,
    pub(crate) gross: i64,
    pub(crate) seller_discount: i64,
    pub(crate) platform_discount: i64,
    pub(crate) commission: i64,
    pub(crate) commission_vat: i64,
    pub(crate) net: i64,
    pub(crate) state: SettlementItemState,
    pub(crate) held_from: Option<SettlementItemState>,
    pub(crate) held_reason: Option<String>,
    pub(crate) eligible_at: Option<DateTime<Utc>>,
    pub(crate) settlement_id: Option<SettlementId>,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
    /// Whether what it is for is tax-free.
    pub(crate) tax_free: bool,
}

/// An item that staff held or let go.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = settlement_item_change)]
pub(crate) struct ItemChangeRow {
    pub(crate) item_id: ItemId,
    pub(crate) from_state: SettlementItemState,
    pub(crate) to_state: SettlementItemState,
    pub(crate) reason: String,
    pub(crate) changed_at: DateTime<Utc>,
}

/// An item to insert.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = settlement_item)]
pub(crate) struct NewItem {
    pub(crate) id: ItemId,
    pub(crate) kind: SettlementItemKind,
    pub(crate) seller_id: SellerId,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) order_number: Option<String>,
    pub(crate) seller_order_id: Option<SellerOrderId>,
    pub(crate) line_id: Option<LineId>,
    pub(crate) claim_id: Option<String>,
    pub(crate) reverses: Option<ItemId>,
    pub(crate) carried_from: Option<SettlementId>,
    pub(crate) category_id: Option<CategoryId>,
    pub(crate) title: String,
    pub(crate) quantity: i32,
    pub(crate) rate: i32,
    pub(crate) gross: i64,
    pub(crate) seller_discount: i64,
    pub(crate) platform_discount: i64,
    pub(crate) commission: i64,
    pub(crate) commission_vat: i64,
    pub(crate) state: SettlementItemState,
    pub(crate) eligible_at: Option<DateTime<Utc>>,
    pub(crate) settlement_id: Option<SettlementId>,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) tax_free: bool,
}

/// A closed statement.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = settlement)]
pub(crate) struct SettlementRow {
    pub(crate) id: SettlementId,
    pub(crate) seller_id: SellerId,
    pub(crate) cadence: Option<SettlementCadence>,
    pub(crate) period_start: NaiveDate,
    pub(crate) period_end: NaiveDate,
    pub(crate) payable_on: NaiveDate,
    pub(crate) item_count: i32,
    pub(crate) gross: i64,
    pub(crate) seller_discount: i64,
    pub(crate) platform_discount: i64,
    pub(crate) commission: i64,
    pub(crate) commission_vat: i64,
    pub(crate) net: i64,
    pub(crate) recipient: serde_json::Value,
    pub(crate) closed_at: DateTime<Utc>,
}

/// A line of a closed statement.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = settlement_line)]
pub(crate) struct StatementLineRow {
    pub(crate) item_id: ItemId,
    pub(crate) kind: SettlementItemKind,
    pub(crate) order_number: Option<String>,
    pub(crate) title: String,
    pub(crate) quantity: i32,
    pub(crate) rate: i32,
    pub(crate) gross: i64,
    pub(crate) seller_discount: i64,
    pub(crate) platform_discount: i64,
    pub(crate) commission: i64,
    pub(crate) commission_vat: i64,
    pub(crate) net: i64,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) tax_free: bool,
}

/// A payout.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payout)]
pub(crate) struct PayoutRow {
    pub(crate) id: PayoutId,
    pub(crate) settlement_id: SettlementId,
    pub(crate) seller_id: SellerId,
    pub(crate) amount: i64,
    pub(crate) state: PayoutState,
    pub(crate) payable_on: NaiveDate,
    pub(crate) bank: String,
    pub(crate) account_number: String,
    pub(crate) account_holder: String,
    pub(crate) requested_by: UserId,
    pub(crate) requested_at: DateTime<Utc>,
    pub(crate) approved_by: Option<UserId>,
    pub(crate) approved_at: Option<DateTime<Utc>>,
    pub(crate) sent_at: Option<DateTime<Utc>>,
    pub(crate) attempts: i32,
    pub(crate) bank_reference: Option<String>,
    pub(crate) paid_at: Option<DateTime<Utc>>,
    pub(crate) failure: Option<String>,
}

/// A change of a payout.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payout_change)]
pub(crate) struct PayoutChangeRow {
    pub(crate) payout_id: PayoutId,
    pub(crate) from_state: Option<PayoutState>,
    pub(crate) to_state: PayoutState,
    pub(crate) reason: Option<String>,
    pub(crate) changed_by: Option<UserId>,
    pub(crate) changed_at: DateTime<Utc>,
}

/// A seller's particulars, as they are frozen with a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Particulars {
    pub(crate) name: String,
    pub(crate) representative_name: String,
    pub(crate) business_number: String,
    pub(crate) address: String,
    pub(crate) email: String,
}

/// Where a seller is paid.
#[derive(Clone, Debug)]
pub(crate) struct BankAccount {
    pub(crate) bank: String,
    pub(crate) number: String,
    pub(crate) holder: String,
}
