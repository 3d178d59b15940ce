//! Identifiers, states and rows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{contact, delivery, notification, preference, webhook_endpoint};

platform::define_id!(
    /// What a person is told.
    pub struct NotificationId, "ntf"
);
platform::define_id!(
    /// Something on its way.
    pub struct DeliveryId, "dlv"
);
platform::define_id!(
    /// Where a seller's system hears.
    pub struct WebhookEndpointId, "whe"
);
platform::define_id!(
    /// A person, owned by the user service.
    pub struct UserId, "usr"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub struct SellerId, "slr"
);

platform::text_enum! {
    /// What a person is told of.
    pub enum NotificationEvent {
        /// The account is there.
        Welcome = "WELCOME",
        /// The address of an account is to be confirmed.
        EmailVerification = "EMAIL_VERIFICATION",
        /// The password is to be set anew.
        PasswordReset = "PASSWORD_RESET",
        /// Something changed about how the person signs in.
        SecurityChanged = "SECURITY_CHANGED",
        /// An order is paid.
        OrderPaid = "ORDER_PAID",
        /// Lines of an order are cancelled.
        OrderCancelled = "ORDER_CANCELLED",
        /// An order was not paid in time.
        OrderExpired = "ORDER_EXPIRED",
        /// Goods are on their way.
        LineShipped = "LINE_SHIPPED",
        /// Goods have arrived.
        LineDelivered = "LINE_DELIVERED",
        /// A purchase is confirmed.
        LineConfirmed = "LINE_CONFIRMED",
        /// A claim has moved on.
        ClaimUpdated = "CLAIM_UPDATED",
        /// Money was given back.
        RefundDone = "REFUND_DONE",
        /// A request to cancel was received, or refused.
        CancelUpdated = "CANCEL_UPDATED",
        /// A parcel could not be delivered, stands still, or goes back.
        DeliveryTrouble = "DELIVERY_TROUBLE",
        /// An order was paid and could not be fulfilled; the money goes back.
        OrderRefused = "ORDER_REFUSED",
        /// Where and until when an order is to be paid by transfer.
        DepositAwaited = "DEPOSIT_AWAITED",
        /// Money waits to go back until the buyer says to which account.
        RefundAccountNeeded = "REFUND_ACCOUNT_NEEDED",
        /// A coupon came back with a cancelled order.
        CouponRestored = "COUPON_RESTORED",
        /// Staff hid a review of the person.
        ReviewBlinded = "REVIEW_BLINDED",
        /// A coupon has come.
        CouponIssued = "COUPON_ISSUED",
        /// A coupon ends soon.
        CouponExpiring = "COUPON_EXPIRING",
        /// A seller has answered a review.
        ReviewReplied = "REVIEW_REPLIED",
        /// Advertising of the market.
        Marketing = "MARKETING",
        /// To sellers: something was bought.
        SellerOrderPaid = "SELLER_ORDER_PAID",
        /// To sellers: something bought was cancelled.
        SellerOrderCancelled = "SELLER_ORDER_CANCELLED",
        /// To sellers: a buyer claims something.
        SellerClaimRequested = "SELLER_CLAIM_REQUESTED",
        /// To sellers: the shop has another state.
        SellerStateChanged = "SELLER_STATE_CHANGED",
        /// To sellers: a document of theirs ends soon, or has ended.
        SellerDocument = "SELLER_DOCUMENT",
        /// To sellers: a product may be sold.
        ProductApproved = "PRODUCT_APPROVED",
        /// To sellers: little is left of something.
        StockLow = "STOCK_LOW",
        /// To sellers: a settlement is closed.
        SettlementClosed = "SETTLEMENT_CLOSED",
        /// To sellers: money was paid out.
        PayoutPaid = "PAYOUT_PAID",
        /// To sellers: money could not be paid out.
        PayoutFailed = "PAYOUT_FAILED",
        /// To sellers: a buyer asks to cancel; it has to be answered.
        SellerCancelRequested = "SELLER_CANCEL_REQUESTED",
        /// To sellers: something is to be prepared or sent, and late.
        SellerLate = "SELLER_LATE",
        /// To sellers: a parcel could not be delivered, stands still, or comes back.
        SellerDeliveryTrouble = "SELLER_DELIVERY_TROUBLE",
        /// To sellers: staff refused a product, took it off the shelf, or put it back.
        ProductStateChanged = "PRODUCT_STATE_CHANGED",
        /// To sellers: nothing is left of something.
        StockDepleted = "STOCK_DEPLETED",
        /// To a seller's owners: payouts go to another bank account.
        BankAccountChanged = "BANK_ACCOUNT_CHANGED",
        /// To staff: somebody applied to become a seller.
        StaffSellerApplied = "STAFF_SELLER_APPLIED",
        /// To staff: a claim is disputed.
        StaffClaimDisputed = "STAFF_CLAIM_DISPUTED",
        /// To staff: somebody asks for an approval.
        StaffApprovalRequested = "STAFF_APPROVAL_REQUESTED",
        /// To staff: what the person asked for was decided.
        StaffApprovalDecided = "STAFF_APPROVAL_DECIDED",
    }
}

platform::text_enum! {
    /// By which way a person is told.
    pub enum NotificationChannel {
        /// In the market itself.
        InApp = "IN_APP",
        /// By e-mail.
        Email = "EMAIL",
        /// By 알림톡, or by SMS where that does not arrive.
        Phone = "PHONE",
    }
}

platform::text_enum! {
    /// By which way something goes out.
    pub enum DeliveryChannel {
        /// By e-mail.
        Email = "EMAIL",
        /// By 알림톡, or by SMS where that does not arrive.
        Phone = "PHONE",
        /// To a seller's system.
        Webhook = "WEBHOOK",
    }
}

platform::text_enum! {
    /// Where a delivery stands.
    pub enum DeliveryState {
        /// Waits for its time, for the first or for another try.
        Pending = "PENDING",
        /// Taken by the other side.
        Delivered = "DELIVERED",
        /// Given up after too many failures, or one that no other try changes.
        Dead = "DEAD",
        /// Not sent: the person does not want it, or cannot be reached this way.
        Skipped = "SKIPPED",
    }
}

platform::text_enum! {
    /// Whether an endpoint is told.
    pub enum WebhookEndpointState {
        /// It is.
        Active = "ACTIVE",
        /// Not: it failed too often, or the seller does not want it.
        Disabled = "DISABLED",
    }
}

platform::text_enum! {
    /// The language of e-mail and text messages.
    pub enum NotificationLanguage {
        /// 한국어.
        Korean = "KOREAN",
        /// English.
        English = "ENGLISH",
    }
}

/// What a text is filled in with.
pub(crate) type Params = BTreeMap<String, String>;

/// How a person is reached.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = contact)]
pub(crate) struct ContactRow {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) withdrawn: bool,
    pub(crate) changed_at: DateTime<Utc>,
}

/// What a person has chosen.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = preference)]
pub(crate) struct PreferenceRow {
    pub(crate) user_id: UserId,
    pub(crate) event: NotificationEvent,
    pub(crate) channel: NotificationChannel,
    pub(crate) enabled: bool,
}

/// What a person is told in the market itself.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = notification)]
pub(crate) struct NotificationRow {
    pub(crate) id: NotificationId,
    pub(crate) user_id: UserId,
    pub(crate) event: NotificationEvent,
    pub(crate) params: serde_json::Value,
    pub(crate) link: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) read_at: Option<DateTime<Utc>>,
}

/// Where a seller's system hears.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_endpoint)]
pub(crate) struct EndpointRow {
    pub(crate) id: WebhookEndpointId,
    pub(crate) seller_id: SellerId,
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    pub(crate) secret: String,
    pub(crate) previous_secret: Option<String>,
    pub(crate) previous_secret_until: Option<DateTime<Utc>>,
    pub(crate) state: WebhookEndpointState,
    pub(crate) failures: i32,
    pub(crate) created_at: DateTime<Utc>,
}

/// Something on its way.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable, Insertable)]
#[diesel(table_name = delivery)]
pub(crate) struct DeliveryRow {
    pub(crate) id: DeliveryId,
    pub(crate) channel: DeliveryChannel,
    pub(crate) event: String,
    pub(crate) user_id: Option<UserId>,
    pub(crate) address: Option<String>,
    pub(crate) endpoint_id: Option<WebhookEndpointId>,
    pub(crate) marketing: bool,
    pub(crate) payload: serde_json::Value,
    pub(crate) link: Option<String>,
    pub(crate) state: DeliveryState,
    pub(crate) attempts: i32,
    pub(crate) next_attempt_at: DateTime<Utc>,
    pub(crate) outcome: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}
