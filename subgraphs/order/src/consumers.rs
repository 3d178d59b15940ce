//! What the order service does with what it hears.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};
use platform::graph::RequestContext;

use crate::actions::{Orders, expire_unpaid, hear_payment};
use crate::events::PaymentFact;

/// What the service hears: payments that are done or will not be.
pub(crate) fn subscription(orders: Orders) -> Subscription {
    Subscription {
        consumer: "order",
        kinds: &["payment.done", "payment.expired"],
        handler: Arc::new(move |event| {
            let orders = orders.clone();
            Box::pin(async move { handle(&orders, event).await })
        }),
    }
}

/// Both actions can be repeated without harm, so that no inbox entry is needed.
async fn handle(orders: &Orders, event: Event) -> Result<(), HandlerError> {
    let fact: PaymentFact = event.read()?;
    let context = RequestContext { trace_parent: event.trace_parent.map(Into::into), ..RequestContext::default() };
    let outcome = match event.kind.as_str() {
        "payment.done" => hear_payment(orders, fact.order_id, &context).await,
        _ => expire_unpaid(orders, fact.order_id, "입금 기한이 지났습니다", &context).await.map(|_| ()),
    };
    outcome.map_err(|failure| HandlerError(format!("{failure:?}")))
}
