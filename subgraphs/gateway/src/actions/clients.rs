//! API clients.

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, Value, json};
use platform::contact::normalize_email;
use platform::graph::RequestContext;

use super::{Gateway, live_client, staff, text};
use crate::error::{Failure, UserErrorCode};
use crate::model::{ApiClientId, ApiClientScope, ClientRow, SellerId};
use crate::store;

/// The longest name, in characters.
const LONGEST_NAME: usize = 80;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 1_000;

/// What staff says of an API client.
pub(crate) struct ClientText {
    pub(crate) name: String,
    pub(crate) contact: String,
    pub(crate) description: String,
    pub(crate) scopes: Vec<ApiClientScope>,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) cost_per_minute: i32,
}

impl ClientText {
    /// Writes the text into a client's row, or tells all that is wrong with it.
    fn write(self, row: &mut ClientRow, context: &RequestContext) -> Result<(), Failure> {
        let mut wrong = Vec::new();
        let mut refuse = |code: UserErrorCode, field: &str| wrong.push(code.at(&[field], context.language));
        match text(&self.name, LONGEST_NAME) {
            Some(name) => row.name = name,
            None => refuse(UserErrorCode::InvalidText, "name"),
        }
        match normalize_email(&self.contact) {
            Some(contact) => row.contact = contact,
            None => refuse(UserErrorCode::InvalidText, "contact"),
        }
        match text(&self.description, LONGEST_DESCRIPTION) {
            Some(description) => row.description = description,
            None => refuse(UserErrorCode::InvalidText, "description"),
        }
        let mut scopes = self.scopes;
        scopes.sort_unstable();
        let twice = scopes.windows(2).any(|pair| pair[0] == pair[1]);
        if twice || scopes.contains(&ApiClientScope::Seller) != self.seller_id.is_some() {
            refuse(UserErrorCode::InvalidScopes, "scopes");
        }
        if self.cost_per_minute < 1 {
            refuse(UserErrorCode::InvalidNumber, "costPerMinute");
        }
        row.scopes = scopes;
        row.seller_id = self.seller_id;
        row.cost_per_minute = self.cost_per_minute;
        if wrong.is_empty() { Ok(()) } else { Err(Failure::Refused(wrong)) }
    }
}

impl ClientRow {
    /// What the record of staff's actions tells of a client.
    fn facts(&self) -> Value {
        json!({
            "name": self.name,
            "scopes": self.scopes,
            "sellerId": self.seller_id.map(|id| id.to_string()),
            "costPerMinute": self.cost_per_minute,
        })
    }
}

/// Makes an API client. It has no key yet.
pub(crate) async fn create_client(
    gateway: &Gateway,
    text: ClientText,
    context: &RequestContext,
) -> Result<ClientRow, Failure> {
    let mut row = ClientRow {
        id: ApiClientId::new(),
        name: String::new(),
        contact: String::new(),
        description: String::new(),
        scopes: Vec::new(),
        seller_id: None,
        cost_per_minute: 0,
        created_by: staff(context)?,
        created_at: Utc::now(),
        revoked_at: None,
    };
    text.write(&mut row, context)?;
    let mut connection = gateway.database.connection().await?;
    connection
        .transaction(async |connection| {
            if store::insert_client(connection, &row).await? == 0 {
                return Err(Failure::from(UserErrorCode::ApiClientNameTaken.at(&["name"], context.language)));
            }
            let entry = Entry::on("gateway", row.id).after(row.facts());
            Ok(audit::of_staff(connection, context, entry).await?)
        })
        .await?;
    gateway.outbox.wake();
    Ok(row)
}

/// Changes an API client.
pub(crate) async fn edit_client(
    gateway: &Gateway,
    id: ApiClientId,
    text: ClientText,
    context: &RequestContext,
) -> Result<ClientRow, Failure> {
    let mut connection = gateway.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let mut row = live_client(connection, id, context).await?;
            let before = row.facts();
            text.write(&mut row, context)?;
            if store::is_name_taken(connection, &row.name, id).await? {
                return Err(Failure::from(UserErrorCode::ApiClientNameTaken.at(&["name"], context.language)));
            }
            store::update_client(connection, &row).await?;
            let entry = Entry::on("gateway", id).before(before).after(row.facts());
            audit::of_staff(connection, context, entry).await?;
            Ok(row)
        })
        .await?;
    gateway.outbox.wake();
    Ok(row)
}

/// Revokes an API client with all its keys, for good.
pub(crate) async fn revoke_client(
    gateway: &Gateway,
    id: ApiClientId,
    context: &RequestContext,
) -> Result<ClientRow, Failure> {
    let mut connection = gateway.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let mut row = live_client(connection, id, context).await?;
            row.revoked_at = Some(Utc::now());
            store::update_client(connection, &row).await?;
            store::revoke_keys_of(connection, id).await?;
            let entry = Entry::on("gateway", id).moved("LIVE", "REVOKED");
            audit::of_staff(connection, context, entry).await?;
            Ok::<_, Failure>(row)
        })
        .await?;
    gateway.outbox.wake();
    Ok(row)
}
