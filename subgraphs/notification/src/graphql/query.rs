//! The queries and the entities.

use async_graphql::{Context, ID, InputObject, Object};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, current_user, request_context};
use platform::paging::Connection;

use super::delivery::{Delivery, deliveries};
use super::endpoint::WebhookEndpoint;
use super::notification::{Notification, User};
use super::preference::NotificationPreferences;
use crate::actions::{Notifications, manages};
use crate::model::{DeliveryChannel, DeliveryState, SellerId, UserId, WebhookEndpointId};
use crate::store::{self, DeliveryFilter};
use crate::webhook;

/// Which deliveries a list is about; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct DeliveryWhere {
    /// Only those in this state; `DEAD` are the dead letters.
    state: Option<DeliveryState>,
    /// Only those that go this way.
    channel: Option<DeliveryChannel>,
}

/// Reads.
pub(crate) struct Query;

#[Object]
impl Query {
    /// What the signed-in person is told of by which way.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn notification_preferences(&self, ctx: &Context<'_>) -> async_graphql::Result<NotificationPreferences> {
        let user = UserId(current_user(ctx)?);
        let mut connection = ctx.data::<Notifications>()?.database.connection().await.map_err(GraphError::from)?;
        let chosen = store::preferences(&mut connection, &[user]).await.map_err(GraphError::from)?;
        let language = store::language(&mut connection, user).await.map_err(GraphError::from)?;
        Ok(NotificationPreferences::of(user, language, &chosen))
    }

    /// What an endpoint can be told of.
    async fn webhook_events(&self) -> &'static [&'static str] {
        webhook::EVENTS
    }

    /// Where a seller's systems hear, the oldest first. For the seller's members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn webhook_endpoints(
        &self,
        ctx: &Context<'_>,
        seller_id: SellerId,
    ) -> async_graphql::Result<Vec<WebhookEndpoint>> {
        let context = request_context(ctx);
        if !manages(seller_id, context) {
            return Err(GraphError::forbidden(context.language).into());
        }
        let mut connection = ctx.data::<Notifications>()?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::endpoints_of(&mut connection, seller_id).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(|row| WebhookEndpoint { row }).collect())
    }

    /// One endpoint. For the seller's members and staff; null for anybody else.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        id: WebhookEndpointId,
    ) -> async_graphql::Result<Option<WebhookEndpoint>> {
        endpoint(ctx, id).await
    }

    /// What goes out, the newest first. For staff.
    #[graphql(requires_scopes = "staff:notifications", guard = "AnyScope(&[Scope::StaffNotifications])")]
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        #[graphql(name = "where")] filter: Option<DeliveryWhere>,
    ) -> async_graphql::Result<Connection<Delivery>> {
        let DeliveryWhere { state, channel } = filter.unwrap_or_default();
        deliveries(ctx, DeliveryFilter { endpoint_id: None, state, channel }, first, after).await
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_user(&self, id: ID) -> Option<User> {
        id.parse().ok().map(|id| User { id })
    }

    #[graphql(entity)]
    async fn find_notification(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Notification>> {
        let (Ok(id), Some(user)) = (id.parse(), request_context(ctx).principal.user_id) else { return Ok(None) };
        let mut connection = ctx.data::<Notifications>()?.database.connection().await.map_err(GraphError::from)?;
        let row = store::notification_of(&mut connection, UserId(user), id).await.map_err(GraphError::from)?;
        Ok(row.map(|row| Notification { row }))
    }

    #[graphql(entity)]
    async fn find_webhook_endpoint(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<WebhookEndpoint>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        endpoint(ctx, id).await
    }
}

async fn endpoint(ctx: &Context<'_>, id: WebhookEndpointId) -> async_graphql::Result<Option<WebhookEndpoint>> {
    let context = request_context(ctx);
    let mut connection = ctx.data::<Notifications>()?.database.connection().await.map_err(GraphError::from)?;
    let row = store::endpoint(&mut connection, id).await.map_err(GraphError::from)?;
    Ok(row.filter(|row| manages(row.seller_id, context)).map(|row| WebhookEndpoint { row }))
}
