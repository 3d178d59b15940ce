//! Staff tells people of an offer.

use std::collections::BTreeSet;

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;
use platform::idempotency::{self, Begin, Claim};

use super::tell::{Told, write};
use super::{Notifications, caller};
use crate::error::{Failure, UserErrorCode};
use crate::model::{NotificationEvent, Params, UserId};
use crate::rules;

/// The most people at once.
const MOST: usize = 1_000;
const LONGEST_TITLE: usize = 60;
const LONGEST_BODY: usize = 1_000;

/// What is told, and to whom.
#[derive(serde::Serialize)]
pub(crate) struct Campaign {
    pub(crate) users: BTreeSet<UserId>,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) link: Option<String>,
}

/// Tells people of an offer: those who agree, by day. Needs an idempotency key. Returns how many are told.
pub(crate) async fn send_marketing(
    notifications: &Notifications,
    campaign: Campaign,
    context: &RequestContext,
) -> Result<usize, Failure> {
    let refusal = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let staff = caller(context)?;
    let title = rules::text(&campaign.title, LONGEST_TITLE);
    let title = title.ok_or_else(|| refusal(UserErrorCode::InvalidText, "title"))?;
    let body = rules::text(&campaign.body, LONGEST_BODY);
    let body = body.ok_or_else(|| refusal(UserErrorCode::InvalidText, "body"))?;
    if campaign.users.is_empty() || campaign.users.len() > MOST {
        return Err(refusal(UserErrorCode::InvalidRecipients, "userIds"));
    }
    let inside = |link: &String| link.starts_with('/') && !link.starts_with("//");
    if campaign.link.as_ref().is_some_and(|link| !inside(link)) {
        return Err(refusal(UserErrorCode::InvalidText, "link"));
    }
    let count = campaign.users.len();
    let params: Params = [("title".to_owned(), title), ("body".to_owned(), body)].into_iter().collect();
    let told: Vec<Told> = campaign
        .users
        .iter()
        .map(|user| Told {
            user: *user,
            address: None,
            event: NotificationEvent::Marketing,
            params: params.clone(),
            link: campaign.link.clone(),
        })
        .collect();
    let key = context.idempotency_key.as_deref();
    let claim_key = key.unwrap_or_default().to_owned();
    let claim = Claim::new(staff.to_string(), key, "sendMarketingNotification", &campaign, context.language)?;
    let mut connection = notifications.database.connection().await?;
    if let Begin::Replay(_) = idempotency::begin(&mut connection, &claim, context.language).await? {
        context.note_replay();
        return Ok(count);
    }
    let written: Result<(), Failure> = connection
        .transaction(async |connection| {
            write(connection, told).await?;
            let entry =
                Entry::on("notification", &claim_key).after(json!({ "people": count, "title": campaign.title }));
            audit::of_staff(connection, context, entry).await?;
            idempotency::finish(connection, &claim, &count).await?;
            Ok(())
        })
        .await;
    if let Err(failure) = written {
        idempotency::abandon(&mut connection, &claim).await?;
        return Err(failure);
    }
    drop(connection);
    notifications.wake.notify_one();
    Ok(count)
}
