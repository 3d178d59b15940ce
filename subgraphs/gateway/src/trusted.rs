//! How the router asks for documents that are trusted.

use graphql_client::{GraphQLQuery, QueryBody};
use platform::graph::{GraphClient, GraphClientError, RequestContext};
use serde::{Deserialize, Serialize};

struct TrustedBody;

#[derive(Serialize)]
struct Variables {
    hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    trusted_body: Option<String>,
}

impl GraphQLQuery for TrustedBody {
    type Variables = Variables;
    type ResponseData = Data;

    fn build_query(variables: Variables) -> QueryBody<Variables> {
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
    let data = graph.ask::<TrustedBody>("gateway", Variables { hash: hash.to_owned() }, context).await?;
    Ok(data.trusted_body)
}
