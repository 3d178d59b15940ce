//! What the coupon service does with what it hears.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};

use crate::actions::{Coupons, goods_gone, revoke_all_of};
use crate::events::{ClaimRefunded, OrderCancelled, UserWithdrawn};
use crate::store::Gone;

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["order.cancelled", "claim.refunded", "user.withdrawn"];

/// What the service hears: goods that buyers do not keep, and users who leave.
pub(crate) fn subscription(coupons: Coupons) -> Subscription {
    Subscription {
        consumer: "coupon",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let coupons = coupons.clone();
            Box::pin(async move { handle(&coupons, event).await })
        }),
    }
}

async fn handle(coupons: &Coupons, event: Event) -> Result<(), HandlerError> {
    let trace = event.trace_parent.as_deref();
    match event.kind.as_str() {
        "order.cancelled" => {
            let fact: OrderCancelled = event.read()?;
            goods_gone(coupons, event.id, fact.order_id, &fact.lines, Gone::Cancelled, trace).await
        }
        "claim.refunded" => {
            let fact: ClaimRefunded = event.read()?;
            let gone = if fact.kind == "CANCEL" { Gone::CancelRefunded } else { Gone::Returned };
            goods_gone(coupons, event.id, fact.order_id, &fact.lines, gone, trace).await
        }
        _ => revoke_all_of(coupons, event.id, event.read::<UserWithdrawn>()?.user_id).await,
    }
}
