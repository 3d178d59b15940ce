//! What the product service asks of other services; checked against the graph when this crate is compiled.

use graphql_client::GraphQLQuery;

/// Whether a seller can put goods on sale.
#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/clients/seller_standing.graphql",
    response_derives = "Debug, PartialEq"
)]
pub(crate) struct SellerStanding;
