//! What the inventory service tells, and the shape of what it hears.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc, append_all};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{ClaimId, OrderId, SellerId, StockItemRow, VariantId};
use crate::rules::{Crossing, Fill, crossing};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<StockLow>(),
    FactDoc::of::<StockDepleted>(),
    FactDoc::of::<StockRestocked>(),
];

/// A stock level as events tell it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LevelFact {
    pub(crate) variant_id: VariantId,
    pub(crate) seller_id: SellerId,
    /// What can still be reserved.
    pub(crate) available: i32,
    pub(crate) safety_stock: i32,
}

macro_rules! level_fact {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, JsonSchema, Serialize)]
        #[serde(transparent)]
        struct $name(LevelFact);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0.variant_id.to_string()
            }
        }
    )*};
}

level_fact! {
    /// The stock fell to the safety stock.
    StockLow, "stock.low";
    /// The stock fell to nothing.
    StockDepleted, "stock.depleted";
    /// The stock rose from nothing or above the safety stock.
    StockRestocked, "stock.restocked";
}

/// A stock item before a change, with what it can sell and its safety stock afterwards.
pub(crate) struct LevelChange<'a> {
    pub(crate) before: &'a StockItemRow,
    pub(crate) available: i32,
    pub(crate) safety_stock: i32,
}

impl<'a> LevelChange<'a> {
    /// `delta` more or less can be sold.
    pub(crate) fn by(before: &'a StockItemRow, delta: i32) -> Self {
        Self { before, available: before.available + delta, safety_stock: before.safety_stock }
    }
}

/// Tells of the thresholds that the changes crossed. Returns whether there is anything to publish.
pub(crate) async fn tell_crossings(
    connection: &mut AsyncPgConnection,
    changes: &[LevelChange<'_>],
    trace_parent: Option<&str>,
) -> QueryResult<bool> {
    let (mut low, mut depleted, mut restocked) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let before = Fill::of(change.before.available, change.before.safety_stock);
        let fact = LevelFact {
            variant_id: change.before.variant_id,
            seller_id: change.before.seller_id,
            available: change.available,
            safety_stock: change.safety_stock,
        };
        match crossing(before, Fill::of(change.available, change.safety_stock)) {
            Some(Crossing::Low) => low.push(StockLow(fact)),
            Some(Crossing::Depleted) => depleted.push(StockDepleted(fact)),
            Some(Crossing::Restocked) => restocked.push(StockRestocked(fact)),
            None => {}
        }
    }
    let told = !(low.is_empty() && depleted.is_empty() && restocked.is_empty());
    if !low.is_empty() {
        append_all(connection, &low, trace_parent).await?;
    }
    if !depleted.is_empty() {
        append_all(connection, &depleted, trace_parent).await?;
    }
    if !restocked.is_empty() {
        append_all(connection, &restocked, trace_parent).await?;
    }
    Ok(told)
}

/// `product.created` and `product.variants_added`, as the product service tells them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductCreated {
    pub(crate) seller_id: SellerId,
    pub(crate) variants: Vec<CreatedVariant>,
}

/// A variant of a new product.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedVariant {
    pub(crate) variant_id: VariantId,
    pub(crate) initial_stock: i32,
}

/// `order.cancelled`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCancelled {
    pub(crate) order_id: OrderId,
    pub(crate) reason: String,
    /// Whether the goods are on the shelf; they are where nothing is told of it.
    #[serde(default = "yes")]
    pub(crate) restock: bool,
    pub(crate) lines: Vec<CancelledLine>,
}

fn yes() -> bool {
    true
}

/// `claim.inspected`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimInspected {
    pub(crate) claim_id: ClaimId,
    pub(crate) order_id: OrderId,
    pub(crate) lines: Vec<InspectedLine>,
}

/// Goods that a buyer sent back.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InspectedLine {
    pub(crate) variant_id: VariantId,
    pub(crate) quantity: i32,
    /// Whether they can be sold again.
    #[serde(default)]
    pub(crate) sound: bool,
}

/// A line that was paid and then cancelled.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CancelledLine {
    pub(crate) variant_id: VariantId,
    pub(crate) quantity: i32,
}
