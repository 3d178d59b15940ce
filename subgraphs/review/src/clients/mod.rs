//! What the review service asks of other services; checked against the graph when this crate is compiled.

use graphql_client::GraphQLQuery;

/// A file that an author names as a photo.
#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/clients/review_photo.graphql",
    response_derives = "Debug, Clone"
)]
pub(crate) struct ReviewPhoto;
