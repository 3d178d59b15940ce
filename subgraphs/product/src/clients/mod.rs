//! What the product service asks of other services; checked against the graph when this crate is compiled.

use graphql_client::GraphQLQuery;
use platform::graph::{GraphClient, GraphClientError, RequestContext};

use crate::model::UserId;

/// Whether a seller can put goods on sale.
#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/clients/seller_standing.graphql",
    response_derives = "Debug, PartialEq"
)]
pub(crate) struct SellerStanding;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/is_adult.graphql")]
struct IsAdult;

/// Whether a person has shown to be an adult.
pub(crate) async fn is_adult(graph: &GraphClient, person: UserId) -> Result<bool, GraphClientError> {
    let variables = is_adult::Variables { id: person.to_string() };
    let data = graph.ask::<IsAdult>("user", variables, &RequestContext::default()).await?;
    Ok(data.is_adult_verified == Some(true))
}
