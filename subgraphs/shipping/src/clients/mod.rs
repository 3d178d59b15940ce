//! What the shipping service asks of other services; checked against the graph when this crate is compiled.

use graphql_client::GraphQLQuery;

// Name of the graph's scalar, for the code that is generated.
type Long = i64;

/// Whose product it is.
#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/product_seller.graphql")]
pub(crate) struct ProductSeller;

/// What variants cost, and whose they are.
#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/variants_to_send.graphql")]
pub(crate) struct VariantsToSend;
