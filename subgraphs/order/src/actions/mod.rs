//! What the order service does: one use case a file.

mod answer_cancellation;
mod assemble;
mod await_deposit;
mod cancel_lines;
mod claims;
mod compensate;
mod complete_payment;
mod hear_shipment;
mod late_lines;
mod move_lines;
mod place_order;
mod refund;
mod refund_limit;
mod snapshot;
mod tell_view;
mod terms;
mod withdraw_lines;

pub(crate) use answer_cancellation::{approve_cancellation, reject_cancellation};
pub(crate) use await_deposit::await_deposit;
pub(crate) use cancel_lines::cancel_lines;
pub(crate) use claims::{
    ClaimAction, ClaimItem, OpenClaim, act_on_claim, finish_reshipment, forget_photo, open_claim, reship_claim,
};
pub(crate) use compensate::{compensate, expire_unpaid};
pub(crate) use complete_payment::{commit, complete_payment, hear_payment};
pub(crate) use hear_shipment::{hear_collection, hear_replacement, hear_shipment};
pub(crate) use late_lines::{hear_late_parcel, tell_late_lines};
pub(crate) use move_lines::{LineMove, move_lines};
pub(crate) use place_order::{PlaceOrder, Placed, ShippingAddress, place_order};
pub(crate) use refund::{carry_out_refund, hear_refund};
pub(crate) use snapshot::{ChangeKind, Item, ItemChange};
pub(crate) use tell_view::tell_view;
pub(crate) use withdraw_lines::{Withdrawal, withdraw_lines};

use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform::database::Database;
use platform::events::Outbox;
use platform::graph::GraphClient;

use crate::settings::OrderSettings;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Orders {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) settings: Arc<OrderSettings>,
}

impl Orders {
    /// Until when a step that begins now has its worker.
    pub(crate) fn step_lease(&self) -> DateTime<Utc> {
        Utc::now() + self.settings.step_lease
    }
}
