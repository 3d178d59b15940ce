//! What the router asks this subgraph: documents that are trusted, and whose an API key is.

use graphql_client::{GraphQLQuery, QueryBody};
use platform::graph::{GraphClient, GraphClientError, RequestContext};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{ApiClientId, ApiClientScope, SellerId};

struct TrustedBody;

#[derive(Serialize)]
struct HashVariables {
    hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrustedBodyData {
    trusted_body: Option<String>,
}

impl GraphQLQuery for TrustedBody {
    type Variables = HashVariables;
    type ResponseData = TrustedBodyData;

    fn build_query(variables: HashVariables) -> QueryBody<HashVariables> {
        let query = "query TrustedBody($hash: String!) { trustedBody(hash: $hash) }";
        QueryBody { variables, query, operation_name: "TrustedBody" }
    }
}

/// The document of a hash; `None` where it is not trusted.
///
/// # Errors
/// When the gateway's subgraph cannot answer.
pub async fn trusted_body(
    graph: &GraphClient,
    hash: &str,
    context: &RequestContext,
) -> Result<Option<String>, GraphClientError> {
    let data = graph.ask::<TrustedBody>("gateway", HashVariables { hash: hash.to_owned() }, context).await?;
    Ok(data.trusted_body)
}

struct ClientOfApiKey;

#[derive(Serialize)]
struct KeyVariables {
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientOfApiKeyData {
    client_of_api_key: Option<ClientData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    id: ApiClientId,
    scopes: Vec<ApiClientScope>,
    seller: Option<SellerData>,
    cost_per_minute: u64,
}

#[derive(Deserialize)]
struct SellerData {
    id: SellerId,
}

impl GraphQLQuery for ClientOfApiKey {
    type Variables = KeyVariables;
    type ResponseData = ClientOfApiKeyData;

    fn build_query(variables: KeyVariables) -> QueryBody<KeyVariables> {
        let query = "query ClientOfApiKey($key: String!) { \
            clientOfApiKey(key: $key) { id scopes seller { id } costPerMinute } }";
        QueryBody { variables, query, operation_name: "ClientOfApiKey" }
    }
}

/// A program that has a valid key.
pub struct KnownClient {
    /// The client.
    pub id: Uuid,
    /// The seller that it acts for.
    pub seller_id: Option<Uuid>,
    /// Whether it may ask for what all of the marketplace's staff may see.
    pub is_staffs: bool,
    /// How much its operations of one minute may cost together.
    pub cost_per_minute: u64,
}

/// The client that has a key; `None` for a key that is not valid now.
///
/// # Errors
/// When the gateway's subgraph cannot answer.
pub async fn client_of_api_key(
    graph: &GraphClient,
    key: &str,
    context: &RequestContext,
) -> Result<Option<KnownClient>, GraphClientError> {
    let data = graph.ask::<ClientOfApiKey>("gateway", KeyVariables { key: key.to_owned() }, context).await?;
    Ok(data.client_of_api_key.map(|client| KnownClient {
        id: client.id.0,
        seller_id: client.seller.map(|seller| seller.id.0),
        is_staffs: client.scopes.contains(&ApiClientScope::Staff),
        cost_per_minute: client.cost_per_minute,
    }))
}
