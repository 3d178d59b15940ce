//! What people, sellers and staff do with notifications.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{GraphError, UserError, run_to_end};
use platform::graph::RequestContext;
use platform::identity::{AnyScope, Scope, SignedIn, current_user};

use super::delivery::Delivery;
use super::endpoint::WebhookEndpoint;
use super::preference::NotificationPreferences;
use crate::actions::{self, Campaign, EndpointChange, Notifications};
use crate::error::{Failure, UserErrorCode};
use crate::model::{
    DeliveryId, EndpointRow, NotificationChannel, NotificationEvent, NotificationId, NotificationLanguage, SellerId,
    UserId, WebhookEndpointId,
};
use crate::store;

/// The most notifications or choices of one request.
const MOST: usize = 200;

/// Which notifications were read.
#[derive(InputObject)]
pub(crate) struct MarkNotificationsReadInput {
    /// Up to 200.
    notification_ids: Vec<NotificationId>,
}

/// The outcome of marking notifications as read.
#[derive(SimpleObject)]
pub(crate) struct MarkNotificationsReadPayload {
    /// How many were unread until now.
    marked: i32,
    /// How many are unread still.
    unread_count: i32,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// A choice of a person.
#[derive(InputObject)]
pub(crate) struct NotificationPreferenceInput {
    /// Of what.
    event: NotificationEvent,
    /// By which way.
    channel: NotificationChannel,
    /// Whether the person wants it.
    enabled: bool,
}

/// What a person chooses; what is left out stays as it is.
#[derive(InputObject)]
pub(crate) struct SetNotificationPreferencesInput {
    /// Up to 200 choices; all are kept, or none.
    #[graphql(default)]
    preferences: Vec<NotificationPreferenceInput>,
    /// The language of e-mail and text messages.
    language: Option<NotificationLanguage>,
}

/// The outcome of `setNotificationPreferences`.
#[derive(SimpleObject)]
pub(crate) struct SetNotificationPreferencesPayload {
    /// The choices in force.
    preferences: Option<NotificationPreferences>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// A new endpoint.
#[derive(InputObject)]
pub(crate) struct CreateWebhookEndpointInput {
    /// Whose.
    seller_id: SellerId,
    /// A public https address.
    url: String,
    /// What it is told of, as in `order.paid`; see `webhookEvents`.
    events: Vec<String>,
}

/// A changed endpoint; what is left out stays as it is.
#[derive(InputObject)]
pub(crate) struct EditWebhookEndpointInput {
    /// Which.
    endpoint_id: WebhookEndpointId,
    /// A public https address.
    url: Option<String>,
    /// What it is told of.
    events: Option<Vec<String>>,
}

/// Which endpoint.
#[derive(InputObject)]
pub(crate) struct WebhookEndpointIdInput {
    /// Which.
    endpoint_id: WebhookEndpointId,
}

/// The outcome of a command on an endpoint.
#[derive(SimpleObject)]
pub(crate) struct WebhookEndpointPayload {
    /// The endpoint as it is now.
    endpoint: Option<WebhookEndpoint>,
    /// The secret, when it is new; it is never shown again.
    secret: Option<String>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `deleteWebhookEndpoint`.
#[derive(SimpleObject)]
pub(crate) struct DeleteWebhookEndpointPayload {
    /// The endpoint that is gone.
    deleted_endpoint_id: Option<WebhookEndpointId>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What to send again.
#[derive(InputObject)]
pub(crate) struct RedeliverInput {
    /// Which delivery.
    delivery_id: DeliveryId,
}

/// The outcome of `redeliver`.
#[derive(SimpleObject)]
pub(crate) struct RedeliverPayload {
    /// The delivery, on its way again.
    delivery: Option<Delivery>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// An offer.
#[derive(InputObject)]
pub(crate) struct SendMarketingNotificationInput {
    /// 1–1,000 people; those who do not agree to advertising are left out when it is sent.
    user_ids: Vec<UserId>,
    /// 1–60 characters; (광고) is put before it.
    title: String,
    /// 1–1,000 characters.
    body: String,
    /// The page that it is about, a path of the market.
    link: Option<String>,
}

/// The outcome of `sendMarketingNotification`.
#[derive(SimpleObject)]
pub(crate) struct SendMarketingNotificationPayload {
    /// How many people are told.
    recipients: i32,
    /// Why nothing happens; empty when it does.
    user_errors: Vec<UserError<UserErrorCode>>,
}

fn parts(ctx: &Context<'_>) -> async_graphql::Result<(Notifications, RequestContext)> {
    Ok((ctx.data::<Notifications>()?.clone(), audit::command(ctx)))
}

async fn marked(
    ctx: &Context<'_>,
    ids: Option<Vec<NotificationId>>,
) -> async_graphql::Result<MarkNotificationsReadPayload> {
    let (notifications, context) = parts(ctx)?;
    if ids.as_ref().is_some_and(|ids| ids.len() > MOST) {
        let refusal = UserErrorCode::InvalidRecipients.at(&["notificationIds"], context.language);
        return Ok(MarkNotificationsReadPayload { marked: 0, unread_count: 0, user_errors: vec![refusal] });
    }
    let (user, database) = (UserId(current_user(ctx)?), notifications.database.clone());
    let action = async move { actions::mark_read(&notifications, ids.as_deref(), &context).await };
    let marked = match run_to_end(action).await {
        Ok(marked) => marked,
        Err(failure) => {
            let user_errors = failure.into_refusals()?;
            return Ok(MarkNotificationsReadPayload { marked: 0, unread_count: 0, user_errors });
        }
    };
    let mut connection = database.connection().await.map_err(GraphError::from)?;
    let unread = store::notifications_count(&mut connection, user, true).await.map_err(GraphError::from)?;
    Ok(MarkNotificationsReadPayload {
        marked: i32::try_from(marked).unwrap_or(i32::MAX),
        unread_count: i32::try_from(unread).unwrap_or(i32::MAX),
        user_errors: Vec::new(),
    })
}

fn endpoint_payload(
    outcome: Result<EndpointRow, Failure>,
    new_secret: bool,
) -> async_graphql::Result<WebhookEndpointPayload> {
    Ok(match outcome {
        Ok(row) => WebhookEndpointPayload {
            secret: new_secret.then(|| row.secret.clone()),
            endpoint: Some(WebhookEndpoint { row }),
            user_errors: Vec::new(),
        },
        Err(failure) => WebhookEndpointPayload { endpoint: None, secret: None, user_errors: failure.into_refusals()? },
    })
}

async fn changed(
    ctx: &Context<'_>,
    id: WebhookEndpointId,
    change: EndpointChange,
) -> async_graphql::Result<WebhookEndpointPayload> {
    let (notifications, context) = parts(ctx)?;
    let new_secret = matches!(change, EndpointChange::RotateSecret);
    let action = async move { actions::change_endpoint(&notifications, id, change, &context).await };
    endpoint_payload(run_to_end(action).await, new_secret)
}

/// Commands.
pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Marks notifications of the signed-in person as read.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn mark_notifications_read(
        &self,
        ctx: &Context<'_>,
        input: MarkNotificationsReadInput,
    ) -> async_graphql::Result<MarkNotificationsReadPayload> {
        marked(ctx, Some(input.notification_ids)).await
    }

    /// Marks all notifications of the signed-in person as read.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn mark_all_notifications_read(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<MarkNotificationsReadPayload> {
        marked(ctx, None).await
    }

    /// Keeps what the signed-in person wants to be told of by which way.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn set_notification_preferences(
        &self,
        ctx: &Context<'_>,
        input: SetNotificationPreferencesInput,
    ) -> async_graphql::Result<SetNotificationPreferencesPayload> {
        let (notifications, context) = parts(ctx)?;
        let SetNotificationPreferencesInput { preferences, language } = input;
        if preferences.len() > MOST {
            let refusal = UserErrorCode::InvalidRecipients.at(&["preferences"], context.language);
            return Ok(SetNotificationPreferencesPayload { preferences: None, user_errors: vec![refusal] });
        }
        let (user, database) = (UserId(current_user(ctx)?), notifications.database.clone());
        let choices: Vec<_> =
            preferences.into_iter().map(|choice| (choice.event, choice.channel, choice.enabled)).collect();
        let action = async move { actions::choose(&notifications, &choices, language, &context).await };
        if let Err(failure) = run_to_end(action).await {
            let user_errors = failure.into_refusals()?;
            return Ok(SetNotificationPreferencesPayload { preferences: None, user_errors });
        }
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        let chosen = store::preferences(&mut connection, &[user]).await.map_err(GraphError::from)?;
        let language = store::language(&mut connection, user).await.map_err(GraphError::from)?;
        let preferences = Some(NotificationPreferences::of(user, language, &chosen));
        Ok(SetNotificationPreferencesPayload { preferences, user_errors: Vec::new() })
    }

    /// Lets a seller's system hear of what happens. The answer shows the secret, this once. For the seller's members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn create_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        input: CreateWebhookEndpointInput,
    ) -> async_graphql::Result<WebhookEndpointPayload> {
        let (notifications, context) = parts(ctx)?;
        let CreateWebhookEndpointInput { seller_id, url, events } = input;
        let action = async move { actions::create_endpoint(&notifications, seller_id, url, events, &context).await };
        endpoint_payload(run_to_end(action).await, true)
    }

    /// Changes an endpoint's address or what it is told of. For the seller's members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn edit_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        input: EditWebhookEndpointInput,
    ) -> async_graphql::Result<WebhookEndpointPayload> {
        let EditWebhookEndpointInput { endpoint_id, url, events } = input;
        changed(ctx, endpoint_id, EndpointChange::Edit { url, events }).await
    }

    /// Lets an endpoint be told again; its failures are forgotten. For the seller's members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn enable_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        input: WebhookEndpointIdInput,
    ) -> async_graphql::Result<WebhookEndpointPayload> {
        changed(ctx, input.endpoint_id, EndpointChange::Enable).await
    }

    /// Lets an endpoint be told nothing any more. For the seller's members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn disable_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        input: WebhookEndpointIdInput,
    ) -> async_graphql::Result<WebhookEndpointPayload> {
        changed(ctx, input.endpoint_id, EndpointChange::Disable).await
    }

    /// Gives an endpoint a new secret, which the answer shows this once. The old one signs beside it for a while. For the
    /// seller's members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        input: WebhookEndpointIdInput,
    ) -> async_graphql::Result<WebhookEndpointPayload> {
        changed(ctx, input.endpoint_id, EndpointChange::RotateSecret).await
    }

    /// Removes an endpoint with what is on its way there. For the seller's members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn delete_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        input: WebhookEndpointIdInput,
    ) -> async_graphql::Result<DeleteWebhookEndpointPayload> {
        let (notifications, context) = parts(ctx)?;
        let action = async move { actions::delete_endpoint(&notifications, input.endpoint_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok(id) => DeleteWebhookEndpointPayload { deleted_endpoint_id: Some(id), user_errors: Vec::new() },
            Err(failure) => {
                DeleteWebhookEndpointPayload { deleted_endpoint_id: None, user_errors: failure.into_refusals()? }
            }
        })
    }

    /// Sends something again that has arrived or was given up: a seller's member what went to the seller's system, staff
    /// everything.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:notifications",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffNotifications])"
    )]
    async fn redeliver(&self, ctx: &Context<'_>, input: RedeliverInput) -> async_graphql::Result<RedeliverPayload> {
        let (notifications, context) = parts(ctx)?;
        let action = async move { actions::redeliver(&notifications, input.delivery_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok(row) => RedeliverPayload { delivery: Some(Delivery { row }), user_errors: Vec::new() },
            Err(failure) => RedeliverPayload { delivery: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Tells people of an offer: those who agree to advertising, from 08:00 to 21:00 in Korea. Needs an idempotency key. For
    /// staff.
    #[graphql(requires_scopes = "staff:notifications", guard = "AnyScope(&[Scope::StaffNotifications])")]
    async fn send_marketing_notification(
        &self,
        ctx: &Context<'_>,
        input: SendMarketingNotificationInput,
    ) -> async_graphql::Result<SendMarketingNotificationPayload> {
        let (notifications, context) = parts(ctx)?;
        let SendMarketingNotificationInput { user_ids, title, body, link } = input;
        let campaign = Campaign { users: user_ids.into_iter().collect(), title, body, link };
        let action = async move { actions::send_marketing(&notifications, campaign, &context).await };
        Ok(match run_to_end(action).await {
            Ok(count) => SendMarketingNotificationPayload {
                recipients: i32::try_from(count).unwrap_or(i32::MAX),
                user_errors: Vec::new(),
            },
            Err(failure) => SendMarketingNotificationPayload { recipients: 0, user_errors: failure.into_refusals()? },
        })
    }
}
