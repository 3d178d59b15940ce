//! What the review service does with what it hears. Each effect can be repeated without harm and in any order, so that no
//! inbox entry is needed.

use std::sync::Arc;

use platform::events::{Event, HandlerError, Subscription};

use crate::actions::{Reviews, forget_photo};
use crate::events::{ClaimRefunded, LineConfirmed, UserNamed, UserWithdrawn};
use crate::model::ConfirmedLineRow;
use crate::{rules, store};

/// What this service hears.
pub(crate) const HEARS: &[&str] =
    &["line.confirmed", "claim.refunded", "file.deleted", "user.registered", "user.updated", "user.withdrawn"];

/// What the service hears: purchases that were confirmed or paid back, photos that are gone, and how their buyers are called.
pub(crate) fn subscription(reviews: Reviews) -> Subscription {
    Subscription {
        consumer: "review",
        kinds: HEARS,
        handler: Arc::new(move |event| {
            let reviews = reviews.clone();
            Box::pin(async move { handle(&reviews, event).await })
        }),
    }
}

async fn handle(reviews: &Reviews, event: Event) -> Result<(), HandlerError> {
    match event.kind.as_str() {
        "line.confirmed" => keep_line(reviews, event.read()?, &event).await,
        "claim.refunded" => keep_refund(reviews, &event.read()?, &event).await,
        "file.deleted" => {
            let outcome = forget_photo(reviews, &event.read()?, event.trace_parent.as_deref()).await;
            outcome.map_err(|failure| HandlerError(format!("{failure:?}")))
        }
        "user.withdrawn" => {
            let UserWithdrawn { user_id } = event.read()?;
            let mut connection = reviews.database.connection().await?;
            Ok(store::withdraw_author(&mut connection, user_id, event.occurred_at).await?)
        }
        _ => {
            let UserNamed { user_id, name } = event.read()?;
            let mut connection = reviews.database.connection().await?;
            Ok(store::name_author(&mut connection, user_id, &rules::masked(&name), event.occurred_at).await?)
        }
    }
}

async fn keep_line(reviews: &Reviews, fact: LineConfirmed, event: &Event) -> Result<(), HandlerError> {
    let row = ConfirmedLineRow {
        line_id: fact.line.line_id,
        buyer_id: fact.buyer_id,
        seller_id: fact.line.seller_id,
        product_id: fact.line.product_id,
        variant_id: fact.line.variant_id,
        title: fact.line.title,
        variant_name: fact.line.variant_name,
        quantity: fact.line.quantity,
        confirmed_at: fact.at.unwrap_or(event.occurred_at),
    };
    let mut connection = reviews.database.connection().await?;
    Ok(store::insert_confirmed_line(&mut connection, &row).await?)
}

async fn keep_refund(reviews: &Reviews, fact: &ClaimRefunded, event: &Event) -> Result<(), HandlerError> {
    let at = fact.at.unwrap_or(event.occurred_at);
    let mut connection = reviews.database.connection().await?;
    for line in &fact.lines {
        store::insert_refund(&mut connection, line.line_id, &fact.claim_id, line.quantity, at).await?;
    }
    Ok(())
}
