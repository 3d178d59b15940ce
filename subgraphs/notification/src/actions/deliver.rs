//! What is due goes out: each try has a lease, so that no two processes send the same, and one that dies holds nothing.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use platform::database::Database;
use uuid::Uuid;

use super::Notifications;
use crate::channels::{Mail, Post, SendError, send_message};
use crate::clients::agrees;
use crate::model::{DeliveryChannel, DeliveryRow, DeliveryState, EndpointRow, NotificationEvent, Params, UserId};
use crate::rules::{DeliveryCommand, after, backoff, by_day};
use crate::store::{self, Outcome};
use crate::templates::{Rendered, render};
use crate::webhook::signature_header;

/// How many deliveries are taken at once, and how many of them are under way at the same time.
const BATCH: i64 = 64;
const AT_ONCE: usize = 16;
/// What a try may take beyond the other side's own time.
const LEASE_MARGIN: Duration = Duration::from_secs(30);

/// What became of a try.
enum Tried {
    Done(String),
    Failed(SendError),
    Unwanted(&'static str),
    /// It is no failure, only not the time.
    NotNow(DateTime<Utc>),
}

/// Sends what is due; returns how many deliveries were taken.
pub(crate) async fn deliver_due(notifications: &Notifications) -> Result<usize, String> {
    let lease = Uuid::now_v7();
    let seconds = (notifications.settings.timeout * 2 + LEASE_MARGIN).as_secs_f64();
    let due = {
        let mut connection = notifications.database.connection().await.map_err(|error| error.to_string())?;
        store::lease(&mut connection, lease, seconds, BATCH).await.map_err(|error| error.to_string())?
    };
    let taken = due.len();
    futures::stream::iter(due)
        .for_each_concurrent(AT_ONCE, |row| async move {
            if let Err(error) = deliver(notifications, lease, &row).await {
                // The lease ends, and another try comes.
                tracing::warn!(error, delivery = %row.id, "the outcome of a delivery is not written");
            }
        })
        .await;
    Ok(taken)
}

async fn deliver(notifications: &Notifications, lease: Uuid, row: &DeliveryRow) -> Result<(), String> {
    let tried = match row.channel {
        DeliveryChannel::Webhook => post(notifications, row).await,
        DeliveryChannel::Email | DeliveryChannel::Phone => send(notifications, row).await,
    };
    let tried = tried.unwrap_or_else(|error| Tried::Failed(SendError::Temporary(error)));
    let settings = &notifications.settings;
    let failures = row.attempts.saturating_add(1);
    let (command, attempts, at, text) = match &tried {
        Tried::Done(text) => (DeliveryCommand::Succeed, row.attempts, Utc::now(), text.as_str()),
        Tried::Unwanted(reason) => (DeliveryCommand::Skip, row.attempts, Utc::now(), *reason),
        Tried::NotNow(at) => (DeliveryCommand::Fail, row.attempts, *at, "waits for the day"),
        Tried::Failed(SendError::Permanent(reason)) => (DeliveryCommand::GiveUp, failures, Utc::now(), reason.as_str()),
        Tried::Failed(SendError::Temporary(reason)) => {
            let failed = u32::try_from(failures).unwrap_or(u32::MAX);
            let pause = backoff(failed, settings.retry_base, settings.retry_longest);
            let last = failed >= settings.attempts;
            let command = if last { DeliveryCommand::GiveUp } else { DeliveryCommand::Fail };
            (command, failures, Utc::now() + TimeDelta::from_std(pause).unwrap_or_default(), reason.as_str())
        }
    };
    let state = after(row.state, command).map_err(|code| code.as_str().to_owned())?;
    metrics::counter!("deliveries_total", "channel" => row.channel.as_str(), "state" => state.as_str()).increment(1);
    let text: String = text.chars().take(500).collect();
    let outcome = Outcome { state, attempts, next_attempt_at: at, text: &text };
    let mut connection = notifications.database.connection().await.map_err(|error| error.to_string())?;
    let written = store::finish(&mut connection, row.id, lease, &outcome).await.map_err(|error| error.to_string())?;
    // What was never posted says nothing of the endpoint.
    let failed = match &tried {
        Tried::Done(_) => Some(false),
        Tried::Failed(SendError::Temporary(_)) => Some(true),
        Tried::Failed(SendError::Permanent(_)) | Tried::Unwanted(_) | Tried::NotNow(_) => None,
    };
    if let (Some(endpoint), Some(failed), true) = (row.endpoint_id, failed, written) {
        let most = i32::try_from(settings.endpoint_failures).unwrap_or(i32::MAX);
        let counted = store::count_endpoint(&mut connection, endpoint, failed, most).await;
        if counted.map_err(|error| error.to_string())? {
            tracing::warn!(%endpoint, "an endpoint failed too often and is disabled");
        }
    }
    if state == DeliveryState::Dead {
        tracing::warn!(delivery = %row.id, outcome = text, "a delivery is dead");
    }
    Ok(())
}

/// Sends to a person.
async fn send(notifications: &Notifications, row: &DeliveryRow) -> Result<Tried, String> {
    let (Some(user), Ok(event)) = (row.user_id, row.event.parse::<NotificationEvent>()) else {
        return Ok(Tried::Failed(SendError::Permanent("it names nobody and no event".to_owned())));
    };
    let (contact, language) = recipient(&notifications.database, user).await?;
    let Some(contact) = contact else { return Err("it is not known yet how the person is reached".to_owned()) };
    if contact.withdrawn {
        return Ok(Tried::Unwanted("the person has left"));
    }
    if row.marketing {
        let now = Utc::now();
        let day = by_day(now);
        if day > now {
            return Ok(Tried::NotNow(day));
        }
        if !agrees(&notifications.graph, user, row.channel).await.map_err(|error| error.to_string())? {
            return Ok(Tried::Unwanted("the person does not agree to advertising"));
        }
    }
    let params: Params = serde_json::from_value(row.payload.clone()).map_err(|error| error.to_string())?;
    let text = render(event, &params, language.into());
    let sent = if row.channel == DeliveryChannel::Email {
        let to = row.address.clone().unwrap_or(contact.email);
        notifications.mailer.send(mail(notifications, row, to, text)).await
    } else {
        let Some(phone) = contact.phone else { return Ok(Tried::Unwanted("there is no phone number")) };
        let body = message(notifications, row, &text);
        send_message(&*notifications.messages, &phone, event.as_str(), body, row.marketing).await
    };
    Ok(sent.map_or_else(Tried::Failed, Tried::Done))
}

async fn recipient(
    database: &Database,
    user: UserId,
) -> Result<(Option<crate::model::ContactRow>, crate::model::NotificationLanguage), String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let contact = store::contact(&mut connection, user).await.map_err(|error| error.to_string())?;
    let language = store::language(&mut connection, user).await.map_err(|error| error.to_string())?;
    Ok((contact, language))
}

/// The whole address of what a message is about.
fn address(notifications: &Notifications, row: &DeliveryRow) -> Option<String> {
    let link = row.link.as_deref()?;
    Some(if link.starts_with('/') { format!("{}{link}", notifications.public_url) } else { link.to_owned() })
}

fn mail(notifications: &Notifications, row: &DeliveryRow, to: String, text: Rendered) -> Mail {
    let settings_page = format!("{}/account/notifications", notifications.public_url);
    let mut lines = vec![text.body];
    lines.extend(address(notifications, row));
    if row.marketing {
        lines.push(format!("수신거부 / Unsubscribe: {settings_page}"));
    }
    Mail {
        to,
        subject: text.title,
        text: lines.join("\n\n"),
        id: row.id.to_string(),
        unsubscribe: row.marketing.then_some(settings_page),
    }
}

fn message(notifications: &Notifications, row: &DeliveryRow, text: &Rendered) -> String {
    let mut lines = vec![text.title.clone(), text.body.clone()];
    lines.extend(address(notifications, row));
    if row.marketing {
        lines.push(format!("무료수신거부 {}", notifications.settings.opt_out_number));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Posts to a seller's system.
async fn post(notifications: &Notifications, row: &DeliveryRow) -> Result<Tried, String> {
    let Some(id) = row.endpoint_id else {
        return Ok(Tried::Failed(SendError::Permanent("it names no endpoint".to_owned())));
    };
    let endpoint = {
        let mut connection = notifications.database.connection().await.map_err(|error| error.to_string())?;
        store::endpoint(&mut connection, id).await.map_err(|error| error.to_string())?
    };
    let Some(endpoint) = endpoint.filter(|row| row.state == crate::model::WebhookEndpointState::Active) else {
        return Ok(Tried::Failed(SendError::Permanent("the endpoint is disabled".to_owned())));
    };
    let body = row.payload.to_string();
    let signature = signature_header(secrets(&endpoint), Utc::now().timestamp(), &body);
    let headers =
        [("doa-signature", signature), ("doa-event", row.event.clone()), ("doa-delivery", row.id.to_string())];
    let post = Post { url: endpoint.url.clone(), body, headers };
    Ok(notifications.endpoints.post(post).await.map_or_else(Tried::Failed, Tried::Done))
}

/// The secrets in force: the newest, and the one before while the two overlap.
fn secrets(endpoint: &EndpointRow) -> impl Iterator<Item = &str> {
    let overlaps = endpoint.previous_secret_until.is_some_and(|until| Utc::now() < until);
    let previous = endpoint.previous_secret.as_deref().filter(|_| overlaps);
    std::iter::once(endpoint.secret.as_str()).chain(previous)
}
