//! What the shipping service does with what it hears.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};

use crate::actions::{
    Shipping, collect_line, collect_return, end_collection, end_replacement, leave_shipments, note_payment,
    send_replacement,
};
use crate::events::{ClaimFact, LineMoved, OrderCancelled};

/// What this service hears.
pub(crate) const HEARS: &[&str] = &[
    "order.paid",
    "line.preparing",
    "line.shipped",
    "order.cancelled",
    "claim.approved",
    "claim.reshipped",
    "claim.done",
    "claim.withdrawn",
    "claim.rejected",
];

/// What the service hears: lines to send, lines that are not sent any more, and the goods of claims.
pub(crate) fn subscription(shipping: Shipping) -> Subscription {
    Subscription {
        consumer: "shipping",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let shipping = shipping.clone();
            Box::pin(async move { handle(&shipping, event).await })
        }),
    }
}

async fn handle(shipping: &Shipping, event: Event) -> Result<(), HandlerError> {
    match event.kind.as_str() {
        "order.paid" => note_payment(shipping, &event.read()?, event.occurred_at).await,
        "line.preparing" => collect_line(shipping, &event, &event.read()?).await,
        // A seller who sends by other means told the order service; the parcel does not wait for the line.
        "line.shipped" => leave_shipments(shipping, &event, &[event.read::<LineMoved>()?.line.line_id], true).await,
        "claim.approved" => collect_return(shipping, &event, &event.read()?).await,
        "claim.reshipped" => send_replacement(shipping, &event, &event.read()?).await,
        "claim.withdrawn" | "claim.rejected" => {
            end_collection(shipping, &event, event.read::<ClaimFact>()?.claim_id).await
        }
        "claim.done" => end_replacement(shipping, event.read::<ClaimFact>()?.claim_id).await,
        _ => {
            let lines: Vec<_> = event.read::<OrderCancelled>()?.lines.iter().map(|line| line.line_id).collect();
            leave_shipments(shipping, &event, &lines, false).await
        }
    }
}
