//! Identifiers, states and rows.

mod claims;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::schema::{checkout, line, line_state_change, purchase, refund_task, seller_order};

pub(crate) use claims::{
    ClaimFault, ClaimId, ClaimKind, ClaimLineRow, ClaimParty, ClaimReason, ClaimRemedy, ClaimRow, ClaimState,
    ClaimStateChangeRow, DisputeOutcome, LineClaim,
};

platform::define_id!(
    /// An order over all its sellers.
    pub struct OrderId, "ord"
);
platform::define_id!(
    /// A program that asks with an API key.
    pub(crate) struct ApiClientId, "apc"
);
platform::define_id!(
    /// One seller's part of an order.
    pub struct SellerOrderId, "sor"
);
platform::define_id!(
    /// One variant bought.
    pub struct LineId, "lin"
);
platform::define_id!(
    /// A refund; the payment service knows it under the same id.
    pub struct RefundId, "rfd"
);
platform::define_id!(
    /// A user, owned by the user service.
    pub struct UserId, "usr"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub struct SellerId, "slr"
);
platform::define_id!(
    /// A product, owned by the product service.
    pub struct ProductId, "prd"
);
platform::define_id!(
    /// A variant, owned by the product service.
    pub struct VariantId, "var"
);
platform::define_id!(
    /// A category, owned by the product service.
    pub struct CategoryId, "cat"
);
platform::define_id!(
    /// A coupon of a buyer, owned by the coupon service.
    pub struct CouponId, "cpn"
);
platform::define_id!(
    /// A cart line, owned by the cart service.
    pub struct CartLineId, "cln"
);
platform::define_id!(
    /// A file, owned by the file service.
    pub struct FileId, "fil"
);
platform::define_id!(
    /// An address, owned by the user service.
    pub struct AddressId, "adr"
);

platform::text_enum! {
    /// Where a line stands.
    pub enum OrderLineState {
        /// Waiting for the payment.
        PaymentPending = "PAYMENT_PENDING",
        /// Paid; the seller has not begun.
        Paid = "PAID",
        /// The seller prepares it.
        Preparing = "PREPARING",
        /// On its way.
        Shipped = "SHIPPED",
        /// Arrived.
        Delivered = "DELIVERED",
        /// The buyer has confirmed the purchase.
        Confirmed = "CONFIRMED",
        /// Never paid.
        Expired = "EXPIRED",
        /// The buyer asked to cancel; the seller has to answer.
        CancelRequested = "CANCEL_REQUESTED",
        /// Cancelled; what was paid goes back.
        Cancelled = "CANCELLED",
        /// Sent back.
        Returned = "RETURNED",
        /// Exchanged for another, which has arrived.
        Exchanged = "EXCHANGED",
        /// Its parcel could not be delivered, is lost, or goes back to the seller, who sends it again; the buyer may ask to
        /// cancel.
        Undelivered = "UNDELIVERED",
    }
}

platform::text_enum! {
    /// Where an order stands; derived from its lines.
    pub enum OrderState {
        /// Waiting for the payment.
        PaymentPending = "PAYMENT_PENDING",
        /// Paid; no seller has begun.
        Paid = "PAID",
        /// At least one line is being prepared.
        Preparing = "PREPARING",
        /// Some lines are on their way, others not yet.
        PartiallyShipped = "PARTIALLY_SHIPPED",
        /// All lines are on their way or have arrived.
        Shipped = "SHIPPED",
        /// All lines have arrived.
        Delivered = "DELIVERED",
        /// All lines are confirmed.
        Confirmed = "CONFIRMED",
        /// Never paid.
        Expired = "EXPIRED",
        /// The buyer asked to cancel what is left.
        CancelRequested = "CANCEL_REQUESTED",
        /// All lines are cancelled.
        Cancelled = "CANCELLED",
        /// All lines have ended, some of them cancelled or returned.
        PartiallyCancelled = "PARTIALLY_CANCELLED",
        /// All lines were sent back.
        Returned = "RETURNED",
    }
}

platform::text_enum! {
    /// How the buyer pays.
    pub enum PaymentMethod {
        /// 카드.
        Card = "CARD",
        /// 가상계좌.
        VirtualAccount = "VIRTUAL_ACCOUNT",
        /// 계좌이체.
        Transfer = "TRANSFER",
        /// 간편결제.
        EasyPay = "EASY_PAY",
    }
}

platform::text_enum! {
    /// The step of a checkout that is behind it.
    pub(crate) enum CheckoutStep {
        /// The order is written; stock and payment are not arranged yet.
        Placed = "PLACED",
        /// Stock is reserved and the payment waits for the buyer.
        AwaitingPayment = "AWAITING_PAYMENT",
        /// The money is taken; stock has to be committed.
        Paid = "PAID",
        /// Everything is done.
        Completed = "COMPLETED",
        /// The order is given up; stock and payment have to be freed.
        Compensating = "COMPENSATING",
        /// Everything is undone.
        Compensated = "COMPENSATED",
    }
}

platform::text_enum! {
    /// Where a refund task stands.
    pub(crate) enum RefundTaskState {
        /// The payment service has not confirmed it yet.
        Pending = "PENDING",
        /// The money went back.
        Done = "DONE",
    }
}

#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = purchase)]
pub(crate) struct OrderRow {
    pub(crate) id: OrderId,
    pub(crate) number: String,
    pub(crate) buyer_id: UserId,
    pub(crate) name: String,
    pub(crate) payment_method: PaymentMethod,
    pub(crate) items_total: i64,
    pub(crate) discount_total: i64,
    pub(crate) shipping_total: i64,
    pub(crate) total: i64,
    pub(crate) recipient: String,
    pub(crate) phone: String,
    pub(crate) zonecode: String,
    pub(crate) road_address: String,
    pub(crate) address_detail: String,
    pub(crate) entrance_note: Option<String>,
    pub(crate) placed_at: DateTime<Utc>,
    pub(crate) payment_deadline: DateTime<Utc>,
    pub(crate) paid_at: Option<DateTime<Utc>>,
    pub(crate) refusal: Option<String>,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = seller_order)]
pub(crate) struct SellerOrderRow {
    pub(crate) id: SellerOrderId,
    pub(crate) order_id: OrderId,
    pub(crate) seller_id: SellerId,
    pub(crate) number: String,
    pub(crate) items_total: i64,
    pub(crate) discount_total: i64,
    pub(crate) shipping_total: i64,
    pub(crate) total: i64,
    pub(crate) placed_at: DateTime<Utc>,
    pub(crate) shipping_refunded: i64,
    /// What sending its goods back once costs; unknown of orders that were placed before it was recorded.
    pub(crate) return_fee: Option<i64>,
    /// What an exchange of its goods costs, there and back; unknown like it.
    pub(crate) exchange_fee: Option<i64>,
}

/// What the buyer wrote for an option of a product whose options are written (직접입력).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OptionText {
    pub(crate) name: String,
    pub(crate) text: String,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = line)]
pub(crate) struct LineRow {
    pub(crate) id: LineId,
    pub(crate) order_id: OrderId,
    pub(crate) seller_order_id: SellerOrderId,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    pub(crate) variant_id: VariantId,
    pub(crate) product_title: String,
    pub(crate) variant_name: String,
    pub(crate) image_url: Option<String>,
    pub(crate) unit_price: i64,
    pub(crate) quantity: i32,
    pub(crate) items_total: i64,
    pub(crate) discount_total: i64,
    pub(crate) total: i64,
    pub(crate) state: OrderLineState,
    pub(crate) cart_line_id: Option<CartLineId>,
    pub(crate) prepare_by: Option<DateTime<Utc>>,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking_number: Option<String>,
    pub(crate) confirm_by: Option<DateTime<Utc>>,
    pub(crate) cancel_reason: Option<String>,
    pub(crate) cancel_answer_by: Option<DateTime<Utc>>,
    /// Unknown of lines that were bought before it was recorded.
    pub(crate) category_id: Option<CategoryId>,
    /// The part of the discount that the seller bears.
    pub(crate) seller_discount: i64,
    pub(crate) delivered_at: Option<DateTime<Utc>>,
    /// The open claim, if there is one.
    pub(crate) claim_id: Option<ClaimId>,
    /// Pieces that were sent back and refunded, and their shares of the amounts above.
    pub(crate) returned_quantity: i32,
    pub(crate) returned_total: i64,
    pub(crate) returned_seller_discount: i64,
    /// When its time to be sent was over.
    pub(crate) dispatch_overdue_at: Option<DateTime<Utc>>,
    /// Since when its parcel is known not to be delivered.
    pub(crate) undelivered_at: Option<DateTime<Utc>>,
    /// Until when it has to be sent again, while it is UNDELIVERED.
    pub(crate) resend_by: Option<DateTime<Utc>>,
    /// Where it stood when the buyer asked to cancel.
    pub(crate) cancel_from: Option<OrderLineState>,
    /// The category with those above it when it was bought, from the top.
    pub(crate) category_path: Option<serde_json::Value>,
    /// What the buyer wrote, a list of [`OptionText`]; none where nothing is written.
    pub(crate) option_texts: Option<serde_json::Value>,
    /// Whether the product was tax-free when it was bought.
    pub(crate) tax_free: bool,
}

/// The carriers whose scans the shipping service follows, as its events name them.
const FOLLOWED_CARRIERS: [&str; 4] = ["CJ", "HANJIN", "LOTTE", "EPOST"];

impl LineRow {
    /// Whether the buyer asked to cancel what could not be delivered.
    pub(crate) fn is_late_cancel(&self) -> bool {
        self.state == OrderLineState::CancelRequested && self.cancel_from == Some(OrderLineState::Undelivered)
    }

    /// Whether its seller has not sent it in time, so that its buyer need not ask to cancel.
    pub(crate) fn is_sent_late(&self) -> bool {
        self.state == OrderLineState::Preparing && self.dispatch_overdue_at.is_some()
    }

    /// Whether a carrier takes it whose scans tell where it is; not one that its seller wrote down himself.
    pub(crate) fn is_followed(&self) -> bool {
        self.carrier.as_deref().is_some_and(|carrier| FOLLOWED_CARRIERS.contains(&carrier))
    }
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = line_state_change)]
pub(crate) struct LineStateChangeRow {
    pub(crate) line_id: LineId,
    pub(crate) from_state: Option<OrderLineState>,
    pub(crate) to_state: OrderLineState,
    pub(crate) reason: Option<String>,
    pub(crate) changed_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = checkout)]
pub(crate) struct CheckoutRow {
    pub(crate) order_id: OrderId,
    pub(crate) step: CheckoutStep,
    pub(crate) key_owner: String,
    pub(crate) key: String,
}

/// What goes back, in won.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RefundMoney {
    pub(crate) amount: i64,
    /// What of it is for tax-free goods.
    pub(crate) tax_free: i64,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = refund_task)]
pub(crate) struct RefundTaskRow {
    pub(crate) id: RefundId,
    pub(crate) order_id: OrderId,
    pub(crate) amount: i64,
    pub(crate) reason: String,
    /// What of the amount is for tax-free goods.
    pub(crate) tax_free_amount: i64,
}
