//! Identifiers, states and rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{api_client, api_key, supergraph, trusted_document};

platform::define_id!(
    /// A program of somebody else that asks the graph.
    pub struct ApiClientId, "apc"
);
platform::define_id!(
    /// A key of such a program.
    pub struct ApiKeyId, "apk"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub struct SellerId, "slr"
);
platform::define_id!(
    /// A person, owned by the user service.
    pub struct UserId, "usr"
);

platform::text_enum! {
    /// What an API client may do besides what everybody may.
    pub enum ApiClientScope {
        /// What a member of its seller may.
        Seller = "SELLER",
        /// What all of the marketplace's staff may, whatever their roles: statistics and the state of the market.
        Staff = "STAFF",
    }
}

/// An API client.
#[derive(Clone, Debug, Identifiable, Insertable, Queryable, Selectable)]
#[diesel(table_name = api_client, check_for_backend(diesel::pg::Pg))]
pub(crate) struct ClientRow {
    pub(crate) id: ApiClientId,
    pub(crate) name: String,
    pub(crate) contact: String,
    pub(crate) description: String,
    pub(crate) scopes: Vec<ApiClientScope>,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) cost_per_minute: i32,
    pub(crate) created_by: UserId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
}

/// A key, without what it is checked by.
#[derive(Clone, Debug, Identifiable, Queryable, Selectable)]
#[diesel(table_name = api_key, check_for_backend(diesel::pg::Pg))]
pub(crate) struct KeyRow {
    pub(crate) id: ApiKeyId,
    pub(crate) client_id: ApiClientId,
    pub(crate) hint: String,
    pub(crate) created_by: UserId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
}

/// A new key.
#[derive(Insertable)]
#[diesel(table_name = api_key)]
pub(crate) struct NewKey<'a> {
    pub(crate) id: ApiKeyId,
    pub(crate) client_id: ApiClientId,
    pub(crate) digest: &'a [u8],
    pub(crate) hint: &'a str,
    pub(crate) created_by: UserId,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// A trusted document.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = trusted_document, check_for_backend(diesel::pg::Pg))]
pub(crate) struct DocumentRow {
    pub(crate) hash: String,
    pub(crate) name: String,
    pub(crate) body: String,
    pub(crate) client_id: Option<ApiClientId>,
    pub(crate) registered_by: UserId,
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
}

/// A supergraph that was in force, without its SDL.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = supergraph, check_for_backend(diesel::pg::Pg))]
pub(crate) struct SupergraphRow {
    pub(crate) sequence: i64,
    pub(crate) hash: String,
    pub(crate) subgraphs: Vec<String>,
    pub(crate) in_force_since: DateTime<Utc>,
}
