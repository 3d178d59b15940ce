//! What the payment service tells.

use std::time::Duration;

use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::Serialize;

use chrono::{DateTime, Utc};

use crate::model::{OrderId, PaymentId, RefundId, UserId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<PaymentDone>(),
    FactDoc::of::<PaymentWaiting>(),
    FactDoc::of::<PaymentExpired>(),
    FactDoc::of::<PaymentVoided>(),
    FactDoc::of::<RefundDone>(),
    FactDoc::of::<RefundAccountNeeded>(),
];

/// The money for an order was taken.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentDone {
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: OrderId,
    /// Won.
    pub(crate) amount: i64,
}

impl Fact for PaymentDone {
    const KIND: &'static str = "payment.done";
    /// Longer than it takes to complete an order.
    const HEAD_START: Duration = Duration::from_secs(1);

    fn aggregate(&self) -> String {
        self.order_id.to_string()
    }
}

/// The buyer has a virtual account to pay into.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentWaiting {
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
    /// Won.
    pub(crate) amount: i64,
    /// Until when it can be paid into.
    pub(crate) due_at: DateTime<Utc>,
}

impl Fact for PaymentWaiting {
    const KIND: &'static str = "payment.waiting_for_deposit";

    fn aggregate(&self) -> String {
        self.order_id.to_string()
    }
}

/// What the provider had taken wrongly was given back whole by staff, and the payment is closed.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentVoided {
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: OrderId,
    pub(crate) at: DateTime<Utc>,
}

impl Fact for PaymentVoided {
    const KIND: &'static str = "payment.voided";

    fn aggregate(&self) -> String {
        self.order_id.to_string()
    }
}

/// Money waits to be given back until its buyer says to which account.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundAccountNeeded {
    pub(crate) refund_id: RefundId,
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
    /// Won.
    pub(crate) amount: i64,
}

impl Fact for RefundAccountNeeded {
    const KIND: &'static str = "refund.account_needed";

    fn aggregate(&self) -> String {
        self.order_id.to_string()
    }
}

/// A virtual account was not paid into in time.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentExpired {
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: OrderId,
}

impl Fact for PaymentExpired {
    const KIND: &'static str = "payment.expired";

    fn aggregate(&self) -> String {
        self.order_id.to_string()
    }
}

/// Money was given back.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundDone {
    pub(crate) refund_id: RefundId,
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: OrderId,
    /// Won.
    pub(crate) amount: i64,
}

impl Fact for RefundDone {
    const KIND: &'static str = "refund.done";

    fn aggregate(&self) -> String {
        self.order_id.to_string()
    }
}
