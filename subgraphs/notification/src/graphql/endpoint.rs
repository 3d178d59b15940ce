//! Where a seller's system hears.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::paging::Connection;

use super::delivery::{Delivery, deliveries};
use crate::model::{EndpointRow, SellerId, WebhookEndpointId, WebhookEndpointState};
use crate::store::DeliveryFilter;

/// A seller.
#[derive(SimpleObject)]
#[graphql(unresolvable = "id")]
pub(crate) struct Seller {
    /// The seller's id.
    id: SellerId,
}

/// Where a seller's system hears of what happens.
pub(crate) struct WebhookEndpoint {
    pub(crate) row: EndpointRow,
}

/// Where a seller's system hears of what happens. Each message is signed: the header `Doa-Signature` is
/// `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>" by the endpoint's secret, in hexadecimal>`, with a second `v1` while a
/// replaced secret is still in force. `Doa-Delivery` names the delivery, and `id` in the body the event, which may come again.
#[Object]
impl WebhookEndpoint {
    /// The endpoint's id, `whe_…`.
    async fn id(&self) -> WebhookEndpointId {
        self.row.id
    }

    /// The seller.
    async fn seller(&self) -> Seller {
        Seller { id: self.row.seller_id }
    }

    /// The address that messages are posted to.
    async fn url(&self) -> &str {
        &self.row.url
    }

    /// What it is told of, as in `order.paid`.
    async fn events(&self) -> &[String] {
        &self.row.events
    }

    /// Whether it is told.
    async fn state(&self) -> WebhookEndpointState {
        self.row.state
    }

    /// How many tries have failed since the last success.
    async fn consecutive_failures(&self) -> i32 {
        self.row.failures
    }

    /// The last characters of the secret, to tell it from another.
    async fn secret_hint(&self) -> &str {
        self.row.secret.get(self.row.secret.len().saturating_sub(4)..).unwrap_or_default()
    }

    /// Until when the secret before this one signs too; null when it does not.
    async fn previous_secret_until(&self) -> Option<DateTime<Utc>> {
        self.row.previous_secret_until.filter(|until| *until > Utc::now())
    }

    /// What was sent there, the newest first.
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<Delivery>> {
        let filter = DeliveryFilter { endpoint_id: Some(self.row.id), ..DeliveryFilter::default() };
        deliveries(ctx, filter, first, after).await
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }
}
