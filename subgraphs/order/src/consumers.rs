//! What the order service does with what it hears.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};
use platform::graph::RequestContext;

use crate::actions::{
    Orders, await_deposit, expire_unpaid, forget_photo, hear_collection, hear_late_parcel, hear_payment, hear_refund,
    hear_replacement, hear_shipment,
};
use crate::events::{CollectionFact, FileDeleted, PaymentFact, RefundFact, ShipmentFact, WaitingFact};
use crate::rules::ParcelNews;

/// What this service hears.
pub(crate) const HEARS: &[&str] = &[
    "payment.done",
    "payment.waiting_for_deposit",
    "payment.expired",
    "payment.voided",
    "refund.done",
    "shipment.picked_up",
    "shipment.delivered",
    "shipment.dispatch_overdue",
    "shipment.failed",
    "shipment.stalled",
    "shipment.returning",
    "collection.picked_up",
    "collection.delivered",
    "replacement.delivered",
    "file.deleted",
];

/// What the service hears: payments that are done, wait, or will not be, refunds that are done, parcels that go out, fail and
/// come back, and photos that are gone.
pub(crate) fn subscription(orders: Orders) -> Subscription {
    Subscription {
        consumer: "order",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let orders = orders.clone();
            Box::pin(async move { handle(&orders, event).await })
        }),
    }
}

/// Every action can be repeated without harm, so that no inbox entry is needed.
async fn handle(orders: &Orders, event: Event) -> Result<(), HandlerError> {
    let context = RequestContext::of_service("order", event.trace_parent.as_deref());
    let outcome = match event.kind.as_str() {
        "payment.done" => hear_payment(orders, event.read::<PaymentFact>()?.order_id, &context).await,
        "payment.expired" => {
            let order_id = event.read::<PaymentFact>()?.order_id;
            expire_unpaid(orders, order_id, "입금 기한이 지났습니다", false, &context).await.map(|_| ())
        }
        "payment.waiting_for_deposit" => {
            let WaitingFact { order_id, due_at } = event.read()?;
            await_deposit(orders, order_id, Some(due_at), &context).await
        }
        "payment.voided" => {
            let order_id = event.read::<PaymentFact>()?.order_id;
            expire_unpaid(orders, order_id, "결제 금액이 주문과 달라 취소되었습니다", false, &context).await.map(|_| ())
        }
        "refund.done" => hear_refund(orders, event.read::<RefundFact>()?.refund_id, &context).await,
        "shipment.picked_up" => {
            hear_shipment(orders, &event.read::<ShipmentFact>()?, ParcelNews::PickedUp, &context).await
        }
        "shipment.delivered" => {
            hear_shipment(orders, &event.read::<ShipmentFact>()?, ParcelNews::Delivered, &context).await
        }
        "shipment.dispatch_overdue" => hear_late_parcel(orders, &event.read::<ShipmentFact>()?).await,
        "shipment.failed" | "shipment.stalled" => {
            hear_shipment(orders, &event.read::<ShipmentFact>()?, ParcelNews::Undelivered, &context).await
        }
        "shipment.returning" => {
            hear_shipment(orders, &event.read::<ShipmentFact>()?, ParcelNews::Returning, &context).await
        }
        "collection.picked_up" => {
            hear_collection(orders, &event.read::<CollectionFact>()?, ParcelNews::PickedUp, &context).await
        }
        "collection.delivered" => {
            hear_collection(orders, &event.read::<CollectionFact>()?, ParcelNews::Delivered, &context).await
        }
        "file.deleted" => forget_photo(orders, &event.read::<FileDeleted>()?).await,
        _ => hear_replacement(orders, event.read::<CollectionFact>()?.claim_id, &context).await,
    };
    outcome.map_err(|failure| HandlerError(format!("{failure:?}")))
}
