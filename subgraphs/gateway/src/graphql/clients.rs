//! API clients and their keys.

use async_graphql::{InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};

use crate::actions::ClientText;
use crate::model::{ApiClientId, ApiClientScope, ApiKeyId, ClientRow, KeyRow, SellerId, UserId};
use crate::store::ClientWithKeys;

/// A person with an account.
#[derive(SimpleObject)]
#[graphql(unresolvable = "id")]
pub(crate) struct User {
    /// The person's identifier, `usr_…`.
    id: UserId,
}

impl From<UserId> for User {
    fn from(id: UserId) -> Self {
        Self { id }
    }
}

/// A seller of the market.
#[derive(SimpleObject)]
#[graphql(unresolvable = "id")]
pub(crate) struct Seller {
    /// The seller's identifier, `slr_…`.
    id: SellerId,
}

/// A program of somebody else that asks the graph.
pub(crate) struct ApiClient {
    row: ClientRow,
    keys: Vec<KeyRow>,
}

impl From<ClientWithKeys> for ApiClient {
    fn from((row, keys): ClientWithKeys) -> Self {
        Self { row, keys }
    }
}

/// A program of somebody else that asks the graph.
#[Object]
impl ApiClient {
    /// The client's id, `apc_…`.
    async fn id(&self) -> ApiClientId {
        self.row.id
    }

    /// Its name, which no other client has.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The e-mail address of those who run it.
    async fn contact(&self) -> &str {
        &self.row.contact
    }

    /// What it is for.
    async fn description(&self) -> &str {
        &self.row.description
    }

    /// What it may do besides what everybody may.
    async fn scopes(&self) -> &[ApiClientScope] {
        &self.row.scopes
    }

    /// The seller that it acts for.
    async fn seller(&self) -> Option<Seller> {
        self.row.seller_id.map(|id| Seller { id })
    }

    /// How much its operations of one minute may cost together: one for each field or fragment that is selected, fragments
    /// expanded. The router answers 429 with `RATE_LIMITED` beyond it.
    async fn cost_per_minute(&self) -> i32 {
        self.row.cost_per_minute
    }

    /// Its keys, the newest first, with those that are not valid any more.
    async fn keys(&self) -> Vec<ApiKey> {
        self.keys.iter().cloned().map(ApiKey::from).collect()
    }

    /// Who made it.
    async fn created_by(&self) -> User {
        self.row.created_by.into()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it was revoked; null while it is not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.row.revoked_at
    }
}

/// A key of an API client. The key itself was shown once, when it was made.
#[derive(SimpleObject)]
pub(crate) struct ApiKey {
    /// The key's id, `apk_…`.
    id: ApiKeyId,
    /// How it begins, to tell it from others.
    hint: String,
    /// Whether it is valid now; a key of a revoked client is not.
    is_live: bool,
    /// Who made it.
    created_by: User,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it stops being valid; null when it does not by itself.
    expires_at: Option<DateTime<Utc>>,
    /// When it was used last, to ten minutes; null when it never was.
    last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked; null while it is not.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<KeyRow> for ApiKey {
    fn from(row: KeyRow) -> Self {
        Self {
            id: row.id,
            is_live: row.is_live(Utc::now()),
            hint: row.hint,
            created_by: row.created_by.into(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// What staff says of an API client.
#[derive(InputObject)]
pub(crate) struct ApiClientFields {
    /// Its name, 1–80 characters.
    name: String,
    /// The e-mail address of those who run it.
    contact: String,
    /// What it is for, 1–1,000 characters.
    description: String,
    /// What it may do besides what everybody may.
    #[graphql(default)]
    scopes: Vec<ApiClientScope>,
    /// The seller that it acts for; it goes with the scope SELLER.
    seller_id: Option<SellerId>,
    /// How much its operations of one minute may cost together, in units of the router's cost.
    #[graphql(default = 10_000)]
    cost_per_minute: i32,
}

impl From<ApiClientFields> for ClientText {
    fn from(input: ApiClientFields) -> Self {
        let ApiClientFields { name, contact, description, scopes, seller_id, cost_per_minute } = input;
        Self { name, contact, description, scopes, seller_id, cost_per_minute }
    }
}

/// A changed API client.
#[derive(InputObject)]
pub(crate) struct EditApiClientInput {
    /// Which.
    pub(super) client_id: ApiClientId,
    /// The whole client; what is left out is set to its default.
    pub(super) client: ApiClientFields,
}

/// A new API client.
#[derive(InputObject)]
pub(crate) struct CreateApiClientInput {
    /// What it is.
    pub(super) client: ApiClientFields,
}

/// Which API client.
#[derive(InputObject)]
pub(crate) struct ApiClientIdInput {
    /// Which.
    pub(super) client_id: ApiClientId,
}

/// A new key.
#[derive(InputObject)]
pub(crate) struct IssueApiKeyInput {
    /// Of which client.
    pub(super) client_id: ApiClientId,
    /// When it stops being valid; never by itself when it is left out.
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// Which key.
#[derive(InputObject)]
pub(crate) struct RevokeApiKeyInput {
    /// Which.
    pub(super) key_id: ApiKeyId,
}
