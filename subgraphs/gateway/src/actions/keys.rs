//! Keys of API clients. A key is shown once; what is kept is its SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry};
use platform::errors::GraphError;
use platform::graph::RequestContext;
use sha2::{Digest as _, Sha256};

use super::{Gateway, live_client, staff};
use crate::error::{Failure, UserErrorCode};
use crate::model::{ApiClientId, ApiKeyId, ClientRow, KeyRow, NewKey};
use crate::store;

/// What every key begins with, so that one that leaked is recognised.
const PREFIX: &str = "doak_";
/// How many of a key's characters are kept, so that people can tell keys apart.
const HINT: usize = PREFIX.len() + 4;
/// The most live keys of a client: the one in use, the next one, and a spare.
const MOST_KEYS: usize = 3;
/// How exactly it is known when a key was last used.
const USE_RESOLUTION: TimeDelta = TimeDelta::minutes(10);

/// Makes a key. It is given back here and never again.
pub(crate) async fn issue_key(
    gateway: &Gateway,
    client_id: ApiClientId,
    expires_at: Option<DateTime<Utc>>,
    context: &RequestContext,
) -> Result<(String, KeyRow), Failure> {
    let created_by = staff(context)?;
    if expires_at.is_some_and(|end| end <= Utc::now()) {
        return Err(UserErrorCode::InvalidPeriod.at(&["expiresAt"], context.language).into());
    }
    let key = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
    let digest = Sha256::digest(&key);
    let new = NewKey { id: ApiKeyId::new(), client_id, digest: &digest, hint: &key[..HINT], created_by, expires_at };
    let mut connection = gateway.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            live_client(connection, client_id, context).await?;
            let keys = store::keys_of(connection, &[client_id]).await?;
            if keys.iter().filter(|key| key.is_live(Utc::now())).count() >= MOST_KEYS {
                return Err(Failure::from(UserErrorCode::TooManyApiKeys.at(&["clientId"], context.language)));
            }
            let row = store::insert_key(connection, &new).await?;
            let facts = audit::json!({ "key": row.hint, "expiresAt": row.expires_at });
            audit::of_staff(connection, context, Entry::on("gateway", client_id).after(facts)).await?;
            Ok(row)
        })
        .await?;
    gateway.outbox.wake();
    Ok((key, row))
}

/// Revokes a key. One that was revoked before stays so.
pub(crate) async fn revoke_key(gateway: &Gateway, id: ApiKeyId, context: &RequestContext) -> Result<KeyRow, Failure> {
    let mut connection = gateway.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let not_found = || UserErrorCode::ApiKeyNotFound.at(&["keyId"], context.language);
            let mut row = store::lock_key(connection, id).await?.ok_or_else(not_found)?;
            if row.revoked_at.is_none() {
                row.revoked_at = Some(Utc::now());
                store::revoke_key(connection, id).await?;
                let entry = Entry::on("gateway", row.client_id).before(audit::json!({ "key": row.hint }));
                audit::of_staff(connection, context, entry).await?;
            }
            Ok::<_, Failure>(row)
        })
        .await?;
    gateway.outbox.wake();
    Ok(row)
}

impl KeyRow {
    /// Whether the key is believed at that time.
    pub(crate) fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

/// The client that has the key; `None` for a key that is not known, revoked or over.
pub(crate) async fn client_of_key(gateway: &Gateway, key: &str) -> Result<Option<ClientRow>, GraphError> {
    let mut connection = gateway.database.connection().await?;
    let found = store::client_of_key(&mut connection, &Sha256::digest(key)).await?;
    let Some((id, last_used_at, client)) = found else { return Ok(None) };
    if last_used_at.is_none_or(|last| Utc::now() - last > USE_RESOLUTION) {
        store::touch_key(&mut connection, id).await?;
    }
    Ok(Some(client))
}
