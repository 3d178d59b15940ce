//! What the router asks of a token under which a member of staff looks at the market as somebody else.

use graphql_client::{GraphQLQuery, QueryBody};
use platform::graph::{GraphClient, GraphClientError, RequestContext};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::ImpersonationId;

struct ImpersonationGoesOn;

#[derive(Serialize)]
struct Variables {
    id: ImpersonationId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    impersonation_goes_on: bool,
}

impl GraphQLQuery for ImpersonationGoesOn {
    type Variables = Variables;
    type ResponseData = Data;

    fn build_query(variables: Variables) -> QueryBody<Variables> {
        let query = "query ImpersonationGoesOn($id: ID!) { impersonationGoesOn(impersonationId: $id) }";
        QueryBody { variables, query, operation_name: "ImpersonationGoesOn" }
    }
}

/// Whether the look goes on that a token names as its session: nobody has ended it, its time is not over, and who looks may
/// still look.
///
/// # Errors
/// When the admin service cannot answer.
pub async fn impersonation_goes_on(
    graph: &GraphClient,
    id: Uuid,
    context: &RequestContext,
) -> Result<bool, GraphClientError> {
    let variables = Variables { id: ImpersonationId(id) };
    Ok(graph.ask::<ImpersonationGoesOn>("admin", variables, context).await?.impersonation_goes_on)
}
