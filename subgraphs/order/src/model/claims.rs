//! Claims: identifiers, states and rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{FileId, LineId, OrderId, RefundId, SellerId, SellerOrderId, UserId, VariantId};
use crate::schema::{claim, claim_line, claim_state_change};

platform::define_id!(
    /// A claim: a return, an exchange, or a defect.
    pub struct ClaimId, "clm"
);

platform::text_enum! {
    /// What a claim is about. Cancellations of what is not dispatched yet need no claim.
    pub enum ClaimKind {
        /// 청약철회: the buyer sends delivered goods back.
        Return = "RETURN",
        /// The buyer wants others of the same product instead.
        Exchange = "EXCHANGE",
        /// The goods are not as they have to be; also after the purchase was confirmed.
        Defect = "DEFECT",
    }
}

platform::text_enum! {
    /// What the buyer gets.
    pub enum ClaimRemedy {
        /// Money back.
        Refund = "REFUND",
        /// Other goods of the same product, at the same price.
        Reship = "RESHIP",
    }
}

platform::text_enum! {
    /// Why the buyer claims.
    pub enum ClaimReason {
        /// The buyer does not want it any more.
        ChangeOfMind = "CHANGE_OF_MIND",
        /// The buyer chose the wrong option.
        WrongChoice = "WRONG_CHOICE",
        /// It does not work, or not fully.
        Defective = "DEFECTIVE",
        /// It arrived broken.
        Damaged = "DAMAGED",
        /// Something else arrived, or less.
        WrongItem = "WRONG_ITEM",
        /// It is not what the product page says.
        NotAsDescribed = "NOT_AS_DESCRIBED",
    }
}

platform::text_enum! {
    /// Whose fault it is, and so who pays for sending goods back.
    pub enum ClaimFault {
        /// The buyer's.
        Buyer = "BUYER",
        /// The seller's.
        Seller = "SELLER",
    }
}

platform::text_enum! {
    /// Where a claim stands.
    pub enum ClaimState {
        /// The seller has to answer.
        Requested = "REQUESTED",
        /// The goods are to come back.
        Approved = "APPROVED",
        /// The goods are on their way back.
        Collecting = "COLLECTING",
        /// The goods are back.
        Collected = "COLLECTED",
        /// The goods were looked at.
        Inspected = "INSPECTED",
        /// The money is going back.
        Refunded = "REFUNDED",
        /// Other goods are on their way.
        Reshipped = "RESHIPPED",
        /// The buyer has the money or the other goods.
        Done = "DONE",
        /// Refused.
        Rejected = "REJECTED",
        /// Taken back by the buyer.
        Withdrawn = "WITHDRAWN",
        /// The seller waits for something.
        OnHold = "ON_HOLD",
        /// Staff have to decide.
        Disputed = "DISPUTED",
    }
}

platform::text_enum! {
    /// Who does something to a claim.
    pub enum ClaimParty {
        /// The buyer.
        Buyer = "BUYER",
        /// A member of the seller.
        Seller = "SELLER",
        /// The marketplace's staff.
        Staff = "STAFF",
        /// The market by itself: a deadline, a payment, a parcel.
        Market = "MARKET",
    }
}

platform::text_enum! {
    /// What staff decide in a dispute.
    pub enum DisputeOutcome {
        /// The claim goes on from where its goods are.
        Approve = "APPROVE",
        /// The money goes back at once, whether or not the goods are back.
        Refund = "REFUND",
        /// The claim is refused for good.
        Reject = "REJECT",
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = claim)]
pub(crate) struct ClaimRow {
    pub(crate) id: ClaimId,
    pub(crate) order_id: OrderId,
    pub(crate) seller_order_id: SellerOrderId,
    pub(crate) seller_id: SellerId,
    pub(crate) buyer_id: UserId,
    pub(crate) kind: ClaimKind,
    pub(crate) remedy: ClaimRemedy,
    pub(crate) reason: ClaimReason,
    pub(crate) detail: String,
    pub(crate) fault: ClaimFault,
    pub(crate) state: ClaimState,
    pub(crate) held_from: Option<ClaimState>,
    pub(crate) items_total: i64,
    pub(crate) fee: i64,
    pub(crate) shipping_refund: i64,
    pub(crate) refund_amount: i64,
    pub(crate) refund_id: Option<RefundId>,
    pub(crate) answer_by: DateTime<Utc>,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking_number: Option<String>,
    pub(crate) reship_carrier: Option<String>,
    pub(crate) reship_tracking_number: Option<String>,
    pub(crate) reship_lease_until: Option<DateTime<Utc>>,
    pub(crate) reshipped: bool,
    pub(crate) refusal: Option<String>,
    pub(crate) hold_reason: Option<String>,
    pub(crate) requested_at: DateTime<Utc>,
    pub(crate) collected_at: Option<DateTime<Utc>>,
    pub(crate) disputed_at: Option<DateTime<Utc>>,
    pub(crate) closed_at: Option<DateTime<Utc>>,
    pub(crate) photos: Vec<FileId>,
    /// Until when whoever's turn it is has to act, in the states that have a deadline of their own.
    pub(crate) act_by: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = claim_line)]
pub(crate) struct ClaimLineRow {
    pub(crate) claim_id: ClaimId,
    pub(crate) line_id: LineId,
    pub(crate) quantity: i32,
    pub(crate) total: i64,
    pub(crate) seller_discount: i64,
    pub(crate) variant_id: VariantId,
    pub(crate) new_variant_id: Option<VariantId>,
    pub(crate) new_variant_name: Option<String>,
    pub(crate) sound: Option<bool>,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = claim_state_change)]
pub(crate) struct ClaimStateChangeRow {
    pub(crate) claim_id: ClaimId,
    pub(crate) from_state: Option<ClaimState>,
    pub(crate) to_state: ClaimState,
    pub(crate) party: ClaimParty,
    pub(crate) reason: Option<String>,
    pub(crate) changed_at: DateTime<Utc>,
}

/// A claim of a line.
#[derive(Clone, Debug)]
pub(crate) struct LineClaim {
    pub(crate) line_id: LineId,
    pub(crate) claim: ClaimRow,
}
