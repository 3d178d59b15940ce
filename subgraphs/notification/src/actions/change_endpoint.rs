//! Where sellers' systems hear of what happens.

use chrono::{TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::{Notifications, manages};
use crate::channels::refused_url;
use crate::error::{Failure, UserErrorCode};
use crate::model::{EndpointRow, SellerId, WebhookEndpointId, WebhookEndpointState};
use crate::{store, webhook};

/// The most endpoints of a seller.
const MOST: usize = 10;
/// The longest address, in bytes.
const LONGEST_URL: usize = 500;

/// A change of an endpoint.
pub(crate) enum EndpointChange {
    /// What is given replaces what was.
    Edit { url: Option<String>, events: Option<Vec<String>> },
    /// It is told again, and its failures are forgotten.
    Enable,
    /// It is told nothing any more.
    Disable,
    /// It gets a new secret; the old one signs beside it for a while.
    RotateSecret,
}

/// Makes an endpoint with a new secret, which is shown this once.
pub(crate) async fn create_endpoint(
    notifications: &Notifications,
    seller_id: SellerId,
    url: String,
    events: Vec<String>,
    context: &RequestContext,
) -> Result<EndpointRow, Failure> {
    let refusal = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    if !manages(seller_id, context) {
        let own = context.principal.acts_for(seller_id.0);
        let code = if own { UserErrorCode::ManagerNeeded } else { UserErrorCode::NotYourSeller };
        return Err(refusal(code, "sellerId"));
    }
    check(notifications, Some(&url), Some(&events), context)?;
    let row = EndpointRow {
        id: WebhookEndpointId::new(),
        seller_id,
        url,
        events,
        secret: new_secret(),
        previous_secret: None,
        previous_secret_until: None,
        state: WebhookEndpointState::Active,
        failures: 0,
        created_at: Utc::now(),
    };
    let mut connection = notifications.database.connection().await?;
    if store::endpoints_of(&mut connection, seller_id).await?.len() >= MOST {
        return Err(refusal(UserErrorCode::TooManyEndpoints, "sellerId"));
    }
    connection
        .transaction(async |connection| {
            store::insert_endpoint(connection, &row).await?;
            let entry = Entry::on("notification", row.id).after(json!({ "sellerId": seller_id, "events": row.events }));
            audit::of_staff(connection, context, entry).await
        })
        .await?;
    Ok(row)
}

/// Changes an endpoint of the caller's seller.
pub(crate) async fn change_endpoint(
    notifications: &Notifications,
    id: WebhookEndpointId,
    change: EndpointChange,
    context: &RequestContext,
) -> Result<EndpointRow, Failure> {
    if let EndpointChange::Edit { url, events } = &change {
        check(notifications, url.as_deref(), events.as_deref(), context)?;
    }
    let overlap = TimeDelta::from_std(notifications.settings.secret_overlap).unwrap_or_default();
    let mut connection = notifications.database.connection().await?;
    connection
        .transaction(async |connection| {
            let mut row = own(store::lock_endpoint(connection, id).await?, context)?;
            let facts = |row: &EndpointRow| json!({ "state": row.state, "events": row.events });
            let before = facts(&row);
            match change {
                EndpointChange::Edit { url, events } => {
                    row.url = url.unwrap_or(row.url);
                    row.events = events.unwrap_or(row.events);
                }
                EndpointChange::Enable => {
                    row.state = WebhookEndpointState::Active;
                    row.failures = 0;
                }
                EndpointChange::Disable => row.state = WebhookEndpointState::Disabled,
                EndpointChange::RotateSecret => {
                    row.previous_secret = Some(std::mem::replace(&mut row.secret, new_secret()));
                    row.previous_secret_until = Some(Utc::now() + overlap);
                }
            }
            store::update_endpoint(connection, &row).await?;
            let entry = Entry::on("notification", id).before(before).after(facts(&row));
            audit::of_staff(connection, context, entry).await?;
            Ok(row)
        })
        .await
}

/// Removes an endpoint of the caller's seller, with what is on its way there.
pub(crate) async fn delete_endpoint(
    notifications: &Notifications,
    id: WebhookEndpointId,
    context: &RequestContext,
) -> Result<WebhookEndpointId, Failure> {
    let mut connection = notifications.database.connection().await?;
    connection
        .transaction(async |connection| {
            let row = own(store::endpoint(connection, id).await?, context)?;
            store::delete_endpoint(connection, id).await?;
            let entry = Entry::on("notification", id).before(json!({ "sellerId": row.seller_id, "state": row.state }));
            audit::of_staff(connection, context, entry).await?;
            Ok(id)
        })
        .await
}

/// The endpoint, if the caller manages its seller; others are told nothing of it.
fn own(found: Option<EndpointRow>, context: &RequestContext) -> Result<EndpointRow, Failure> {
    let own = found.filter(|row| manages(row.seller_id, context));
    own.ok_or_else(|| UserErrorCode::EndpointNotFound.at(&["endpointId"], context.language).into())
}

fn check(
    notifications: &Notifications,
    url: Option<&str>,
    events: Option<&[String]>,
    context: &RequestContext,
) -> Result<(), Failure> {
    let allow_private = notifications.settings.allow_private_endpoints;
    let wrong_url = url.is_some_and(|url| url.len() > LONGEST_URL || refused_url(url, allow_private).is_some());
    let wrong_events = events.is_some_and(|events| {
        let distinct: std::collections::HashSet<&String> = events.iter().collect();
        events.is_empty()
            || distinct.len() != events.len()
            || events.iter().any(|event| !webhook::EVENTS.contains(&event.as_str()))
    });
    let wrong = [(wrong_url, UserErrorCode::InvalidUrl, "url"), (wrong_events, UserErrorCode::InvalidEvents, "events")];
    let refusals: Vec<_> = wrong
        .into_iter()
        .filter(|(wrong, ..)| *wrong)
        .map(|(_, code, field)| code.at(&[field], context.language))
        .collect();
    if refusals.is_empty() { Ok(()) } else { Err(Failure::Refused(refusals)) }
}

fn new_secret() -> String {
    format!("whsec_{}", hex::encode(rand::random::<[u8; 32]>()))
}
