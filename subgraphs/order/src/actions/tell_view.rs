//! Telling who looks at a buyer's address.

use chrono::Utc;
use platform::errors::GraphError;
use platform::graph::RequestContext;
use platform::identity::Scope;

use super::Orders;
use crate::events::PersonalDataViewed;
use crate::model::{ApiClientId, SellerId, UserId};

/// Tells that the caller looks at where the buyer's order goes, before it does: what cannot be told is not shown. Nothing is
/// told of the buyer and of our services. `seller_id` is the seller whose part of the order it is.
pub(crate) async fn tell_view(
    orders: &Orders,
    buyer_id: UserId,
    seller_id: Option<SellerId>,
    number: &str,
    context: &RequestContext,
) -> Result<(), GraphError> {
    let principal = &context.principal;
    let own_seller = seller_id.filter(|seller| principal.acts_for(seller.0));
    let (viewer_id, viewer_kind) = match (principal.user_id, principal.client, own_seller) {
        (Some(viewer), ..) if viewer == buyer_id.0 => return Ok(()),
        (Some(viewer), _, Some(_)) => (UserId(viewer).to_string(), "SELLER"),
        (Some(viewer), _, None) if principal.has_scope(Scope::StaffOrders) => (UserId(viewer).to_string(), "STAFF"),
        (None, Some(client), Some(_)) => (ApiClientId(client).to_string(), "SELLER_PROGRAM"),
        _ => return Ok(()),
    };
    let fact = PersonalDataViewed {
        user_id: buyer_id,
        viewer_id,
        viewer_kind,
        seller_id: own_seller,
        reason: number,
        viewed_at: Utc::now(),
    };
    let mut connection = orders.database.connection().await?;
    platform::events::append(&mut connection, &fact, context.trace_parent.as_deref()).await?;
    drop(connection);
    orders.outbox.wake();
    Ok(())
}
