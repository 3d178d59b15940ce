//! What this service asks others.

use graphql_client::GraphQLQuery;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/issue_impersonation.graphql",
    response_derives = "Debug"
)]
pub(crate) struct IssueImpersonation;
