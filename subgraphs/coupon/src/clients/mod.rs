//! What the coupon service asks of other services; checked against the graph when this crate is compiled.

use graphql_client::GraphQLQuery;

/// Whose a product is, and where it stands.
#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/clients/product_place.graphql",
    response_derives = "Debug"
)]
pub(crate) struct ProductPlace;
