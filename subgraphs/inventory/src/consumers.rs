//! What the inventory service does with what it hears.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};

use crate::actions::{ComeBack, Inventory, create_stock, return_stock};
use crate::events::{ClaimInspected, OrderCancelled};

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["product.created", "product.variants_added", "order.cancelled", "claim.inspected"];

/// What the service hears: new products and variants, and goods that come back.
pub(crate) fn subscription(inventory: Inventory) -> Subscription {
    Subscription {
        consumer: "inventory",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let inventory = inventory.clone();
            Box::pin(async move { handle(&inventory, event).await })
        }),
    }
}

async fn handle(inventory: &Inventory, event: Event) -> Result<(), HandlerError> {
    match event.kind.as_str() {
        "product.created" | "product.variants_added" => {
            create_stock(inventory, &event.read()?, event.occurred_at).await
        }
        "order.cancelled" => {
            let fact: OrderCancelled = event.read()?;
            return_stock(inventory, event.id, &ComeBack::from(fact), event.trace_parent.as_deref()).await
        }
        _ => {
            let fact: ClaimInspected = event.read()?;
            return_stock(inventory, event.id, &ComeBack::from(fact), event.trace_parent.as_deref()).await
        }
    }
}
