//! What the order service tells of claims.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use platform::events::{Fact, append};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{
    ClaimFault, ClaimId, ClaimKind, ClaimLineRow, ClaimReason, ClaimRemedy, ClaimRow, ClaimState, FileId, LineId,
    OrderId, OrderRow, SellerId, SellerOrderId, UserId, VariantId,
};

/// Pieces of a line in a claim, as events tell them.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClaimLineFact {
    line_id: LineId,
    /// What the buyer has.
    variant_id: VariantId,
    /// What comes instead.
    new_variant_id: Option<VariantId>,
    new_variant_name: Option<String>,
    quantity: i32,
    /// The pieces' share of what the line costs, in won.
    total: i64,
    /// The pieces' share of the discount that the seller bears, in won.
    seller_discount: i64,
    /// Whether they can be sold again; null before the inspection.
    sound: Option<bool>,
}

/// A claim as events tell it; amounts in won.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClaimFact {
    claim_id: ClaimId,
    order_id: OrderId,
    order_number: String,
    buyer_id: UserId,
    seller_id: SellerId,
    seller_order_id: SellerOrderId,
    kind: ClaimKind,
    remedy: ClaimRemedy,
    reason: ClaimReason,
    fault: ClaimFault,
    state: ClaimState,
    lines: Vec<ClaimLineFact>,
    /// What goes back to the buyer: the lines' totals − fee + shippingRefund; zero of an exchange.
    refund_amount: i64,
    /// What sending costs the buyer: kept from a refund, paid to the seller directly for an exchange.
    fee: i64,
    /// What of the shipping goes back.
    shipping_refund: i64,
    /// The files of the buyer's photos.
    photo_ids: Vec<FileId>,
    /// Of the goods that come back; from RESHIPPED on, of those that replace them.
    carrier: Option<String>,
    tracking_number: Option<String>,
    /// Why it was refused or held, or what the dispute is about, for people.
    note: Option<String>,
    at: DateTime<Utc>,
}

macro_rules! claim_facts {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, JsonSchema, Serialize)]
        #[serde(transparent)]
        pub(super) struct $name(ClaimFact);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0.order_id.to_string()
            }
        }
    )*};
}

claim_facts! {
    /// A buyer claims; the seller has to answer.
    ClaimRequested, "claim.requested";
    /// The seller, time, or staff agree; the goods are to come back.
    ClaimApproved, "claim.approved";
    /// The goods are on their way back.
    ClaimCollecting, "claim.collecting";
    /// The goods are back.
    ClaimCollected, "claim.collected";
    /// The goods were looked at; those that are sound go back on sale.
    ClaimInspected, "claim.inspected";
    /// The money is going back.
    ClaimRefunded, "claim.refunded";
    /// Other goods are on their way.
    ClaimReshipped, "claim.reshipped";
    /// The buyer has the money or the other goods.
    ClaimDone, "claim.done";
    /// The claim was refused.
    ClaimRejected, "claim.rejected";
    /// The buyer took the claim back.
    ClaimWithdrawn, "claim.withdrawn";
    /// The seller waits for something.
    ClaimHeld, "claim.held";
    /// The claim goes on where it stood, after a hold or a dispute.
    ClaimResumed, "claim.resumed";
    /// Staff have to decide.
    ClaimDisputed, "claim.disputed";
}

/// Whether a claim came to its state for the first time, or went on there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    First,
    Resumed,
}

/// Tells where the claim stands now.
pub(crate) async fn tell_claim(
    connection: &mut AsyncPgConnection,
    order: &OrderRow,
    claim: &ClaimRow,
    lines: &[ClaimLineRow],
    arrival: Arrival,
    note: Option<&str>,
    trace: Option<&str>,
) -> QueryResult<()> {
    let fact = fact_of(order, claim, lines, note);
    if arrival == Arrival::Resumed {
        return append(connection, &ClaimResumed(fact), trace).await;
    }
    match claim.state {
        ClaimState::Requested => append(connection, &ClaimRequested(fact), trace).await,
        ClaimState::Approved => append(connection, &ClaimApproved(fact), trace).await,
        ClaimState::Collecting => append(connection, &ClaimCollecting(fact), trace).await,
        ClaimState::Collected => append(connection, &ClaimCollected(fact), trace).await,
        ClaimState::Inspected => append(connection, &ClaimInspected(fact), trace).await,
        ClaimState::Refunded => append(connection, &ClaimRefunded(fact), trace).await,
        ClaimState::Reshipped => append(connection, &ClaimReshipped(fact), trace).await,
        ClaimState::Done => append(connection, &ClaimDone(fact), trace).await,
        ClaimState::Rejected => append(connection, &ClaimRejected(fact), trace).await,
        ClaimState::Withdrawn => append(connection, &ClaimWithdrawn(fact), trace).await,
        ClaimState::OnHold => append(connection, &ClaimHeld(fact), trace).await,
        ClaimState::Disputed => append(connection, &ClaimDisputed(fact), trace).await,
    }
}

fn fact_of(order: &OrderRow, claim: &ClaimRow, lines: &[ClaimLineRow], note: Option<&str>) -> ClaimFact {
    let (carrier, tracking_number) = if claim.reshipped {
        (&claim.reship_carrier, &claim.reship_tracking_number)
    } else {
        (&claim.carrier, &claim.tracking_number)
    };
    let line = |row: &ClaimLineRow| ClaimLineFact {
        line_id: row.line_id,
        variant_id: row.variant_id,
        new_variant_id: row.new_variant_id,
        new_variant_name: row.new_variant_name.clone(),
        quantity: row.quantity,
        total: row.total,
        seller_discount: row.seller_discount,
        sound: row.sound,
    };
    ClaimFact {
        claim_id: claim.id,
        order_id: claim.order_id,
        order_number: order.number.clone(),
        buyer_id: claim.buyer_id,
        seller_id: claim.seller_id,
        seller_order_id: claim.seller_order_id,
        kind: claim.kind,
        remedy: claim.remedy,
        reason: claim.reason,
        fault: claim.fault,
        state: claim.state,
        lines: lines.iter().map(line).collect(),
        refund_amount: claim.refund_amount,
        fee: claim.fee,
        shipping_refund: claim.shipping_refund,
        photo_ids: claim.photos.clone(),
        carrier: carrier.clone(),
        tracking_number: tracking_number.clone(),
        note: note.map(str::to_owned),
        at: Utc::now(),
    }
}
