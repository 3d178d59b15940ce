//! A fact is told: to people by the ways that they want, and to the systems of sellers whom it concerns.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::events::{Event, HandlerError, first_delivery};
use serde_json::Value;

use super::Notifications;
use crate::clients::{account_of, members_of, staff_permitted};
use crate::model::{
    DeliveryChannel, DeliveryId, DeliveryRow, DeliveryState, NotificationChannel, NotificationEvent, NotificationId,
    NotificationRow, Params, SellerId, UserId,
};
use crate::plan::{Message, StaffPermission, To};
use crate::policy::{is_marketing, wanted};
use crate::{rules, store, webhook};

/// What one person is told.
pub(super) struct Told {
    pub(super) user: UserId,
    /// Instead of the person's own address.
    pub(super) address: Option<String>,
    pub(super) event: NotificationEvent,
    pub(super) params: Params,
    pub(super) link: Option<String>,
}

/// Tells a fact, once.
pub(crate) async fn tell(
    notifications: &Notifications,
    event: &Event,
    mut messages: Vec<Message>,
) -> Result<(), HandlerError> {
    add_account(notifications, event, &mut messages).await?;
    let told = resolve(notifications, messages).await?;
    let mut connection = notifications.database.connection().await?;
    connection
        .transaction(async |connection| {
            if !first_delivery(connection, event.id, "notification").await? {
                return QueryResult::Ok(());
            }
            if let (Some(order), Some(buyer)) = (event.payload["orderId"].as_str(), crate::plan::person(&event.payload))
            {
                store::note_buyer(connection, order, buyer).await?;
            }
            write(connection, told).await?;
            let posts = posts(connection, event).await?;
            if posts.is_empty() { Ok(()) } else { store::insert_deliveries(connection, &posts).await }
        })
        .await?;
    drop(connection);
    notifications.wake.notify_one();
    Ok(())
}

/// Where an order is to be paid: the account stands in no event, the payment service knows it.
async fn add_account(
    notifications: &Notifications,
    event: &Event,
    messages: &mut [Message],
) -> Result<(), HandlerError> {
    let waits = |message: &&mut Message| message.event == NotificationEvent::DepositAwaited;
    let Some(message) = messages.iter_mut().find(waits) else { return Ok(()) };
    let Some(payment) = event.payload["paymentId"].as_str() else { return Ok(()) };
    if let Some((bank, number)) = account_of(&notifications.graph, payment).await? {
        message.params.insert("bank".to_owned(), bank);
        message.params.insert("account".to_owned(), number);
    }
    Ok(())
}

/// Who everybody is. Sellers' members and staff are asked of their services before any transaction.
async fn resolve(notifications: &Notifications, messages: Vec<Message>) -> Result<Vec<Told>, HandlerError> {
    let mut members: HashMap<(SellerId, bool), Vec<UserId>> = HashMap::new();
    let mut staff: HashMap<StaffPermission, Vec<UserId>> = HashMap::new();
    let mut told = Vec::new();
    for Message { to, event, params, link } in messages {
        let (users, address) = match to {
            To::User(user) => (vec![user], None),
            To::Address(user, address) => (vec![user], Some(address)),
            To::Members(seller) | To::Owners(seller) => {
                let owners_alone = matches!(to, To::Owners(_));
                let users = match members.entry((seller, owners_alone)) {
                    Entry::Occupied(known) => known.get().clone(),
                    Entry::Vacant(place) => {
                        place.insert(members_of(&notifications.graph, seller, owners_alone).await?).clone()
                    }
                };
                (users, None)
            }
            To::Staff(permission, except) => {
                let users = match staff.entry(permission) {
                    Entry::Occupied(known) => known.get().clone(),
                    Entry::Vacant(place) => {
                        place.insert(staff_permitted(&notifications.graph, permission).await?).clone()
                    }
                };
                (users.into_iter().filter(|user| Some(*user) != except).collect(), None)
            }
            To::BuyerOf(order) => {
                let mut connection = notifications.database.connection().await?;
                (store::buyer_of(&mut connection, &order).await?.into_iter().collect(), None)
            }
        };
        told.extend(users.into_iter().map(|user| Told {
            user,
            address: address.clone(),
            event,
            params: params.clone(),
            link: link.clone(),
        }));
    }
    Ok(told)
}

/// Writes notifications and deliveries by the ways that each person wants.
pub(super) async fn write(connection: &mut AsyncPgConnection, told: Vec<Told>) -> QueryResult<()> {
    let users: Vec<UserId> = told.iter().map(|told| told.user).collect();
    let chosen = store::preferences(connection, &users).await?;
    let now = Utc::now();
    let (mut shown, mut sent) = (Vec::new(), Vec::new());
    for told in told {
        let wants = |channel| wanted(told.event, channel, chosen.get(&(told.user, told.event, channel)).copied());
        let params = serde_json::to_value(&told.params).unwrap_or(Value::Null);
        if wants(NotificationChannel::InApp) {
            shown.push(NotificationRow {
                id: NotificationId::new(),
                user_id: told.user,
                event: told.event,
                params: params.clone(),
                link: told.link.clone(),
                created_at: now,
                read_at: None,
            });
        }
        let ways = [
            (NotificationChannel::Email, DeliveryChannel::Email),
            (NotificationChannel::Phone, DeliveryChannel::Phone),
        ];
        for (_, channel) in ways.into_iter().filter(|(channel, _)| wants(*channel)) {
            sent.push(to_person(&told, channel, params.clone(), now));
        }
    }
    if !shown.is_empty() {
        store::insert_notifications(connection, &shown).await?;
    }
    if !sent.is_empty() {
        store::insert_deliveries(connection, &sent).await?;
    }
    Ok(())
}

fn to_person(told: &Told, channel: DeliveryChannel, payload: Value, now: DateTime<Utc>) -> DeliveryRow {
    let marketing = is_marketing(told.event);
    DeliveryRow {
        id: DeliveryId::new(),
        channel,
        event: told.event.as_str().to_owned(),
        user_id: Some(told.user),
        address: told.address.clone(),
        endpoint_id: None,
        marketing,
        payload,
        link: told.link.clone(),
        state: DeliveryState::Pending,
        attempts: 0,
        next_attempt_at: if marketing { rules::by_day(now) } else { now },
        outcome: None,
        created_at: now,
        finished_at: None,
    }
}

/// What the sellers' systems that listen are told.
async fn posts(connection: &mut AsyncPgConnection, event: &Event) -> QueryResult<Vec<DeliveryRow>> {
    if !webhook::EVENTS.contains(&event.kind.as_str()) {
        return Ok(Vec::new());
    }
    let sellers = webhook::sellers_of(&event.payload);
    let endpoints = store::listening_endpoints(connection, &sellers, &event.kind).await?;
    let now = Utc::now();
    let post = |endpoint: crate::model::EndpointRow| {
        let fact = webhook::for_seller(&event.payload, endpoint.seller_id)?;
        let at = event.occurred_at.to_rfc3339();
        Some(DeliveryRow {
            id: DeliveryId::new(),
            channel: DeliveryChannel::Webhook,
            event: event.kind.clone(),
            user_id: None,
            address: None,
            endpoint_id: Some(endpoint.id),
            marketing: false,
            // The same event has the same id at every endpoint and every try.
            payload: webhook::envelope(&event.id.to_string(), &event.kind, &at, &fact),
            link: None,
            state: DeliveryState::Pending,
            attempts: 0,
            next_attempt_at: now,
            outcome: None,
            created_at: now,
            finished_at: None,
        })
    };
    Ok(endpoints.into_iter().filter_map(post).collect())
}
