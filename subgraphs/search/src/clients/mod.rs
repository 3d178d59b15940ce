//! What the search service asks of the whole graph; checked against it when this crate is compiled.

use graphql_client::GraphQLQuery;

// The graph's scalars, for the code that is generated.
type Long = i64;
type DateTime = chrono::DateTime<chrono::Utc>;

/// One product as search needs it; null when it cannot be seen.
#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/clients/product.graphql",
    response_derives = "Debug, Clone"
)]
pub(crate) struct SearchedProduct;

/// A page of what is on sale, as search needs it.
#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/clients/products.graphql",
    response_derives = "Debug, Clone"
)]
pub(crate) struct SearchedProducts;
