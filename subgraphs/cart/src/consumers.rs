//! What the cart service does with what it hears.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};
use serde::Deserialize;

use crate::actions::Carts;
use crate::model::{CartLineId, UserId};
use crate::store;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderPlaced {
    buyer_id: UserId,
    cart_line_ids: Vec<CartLineId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserWithdrawn {
    user_id: UserId,
}

/// What this service hears.
pub(crate) const HEARS: &[&str] = &["order.placed", "user.withdrawn"];

/// What the service hears: orders that were placed, and users who left.
pub(crate) fn subscription(carts: Carts) -> Subscription {
    Subscription {
        consumer: "cart",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let carts = carts.clone();
            Box::pin(async move { handle(&carts, event).await })
        }),
    }
}

/// Lines and carts that are gone stay gone, so that removing them can be repeated without harm and needs no inbox entry.
async fn handle(carts: &Carts, event: Event) -> Result<(), HandlerError> {
    let mut connection = carts.database.connection().await?;
    if event.kind == "order.placed" {
        let fact: OrderPlaced = event.read()?;
        if !fact.cart_line_ids.is_empty() {
            store::remove_ordered(&mut connection, fact.buyer_id, &fact.cart_line_ids).await?;
        }
    } else {
        let fact: UserWithdrawn = event.read()?;
        store::remove_cart_of(&mut connection, fact.user_id).await?;
    }
    Ok(())
}
