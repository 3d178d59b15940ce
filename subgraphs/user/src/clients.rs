//! What this service asks others.

use graphql_client::GraphQLQuery;
use platform::graph::{GraphClient, GraphClientError, RequestContext};

use crate::model::ProductId;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/product_exists.graphql",
    response_derives = "Debug"
)]
struct ProductExists;

/// Whether the product service knows the product.
pub(crate) async fn product_exists(
    graph: &GraphClient,
    product: ProductId,
    context: &RequestContext,
) -> Result<bool, GraphClientError> {
    let variables = product_exists::Variables { id: product.to_string() };
    Ok(graph.ask::<ProductExists>("product", variables, context).await?.product.is_some())
}
