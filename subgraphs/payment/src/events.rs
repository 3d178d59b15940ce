//! What the payment service tells.

use std::time::Duration;

use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{OrderId, PaymentId, RefundId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<PaymentDone>(),
    FactDoc::of::<PaymentExpired>(),
    FactDoc::of::<RefundDone>(),
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
