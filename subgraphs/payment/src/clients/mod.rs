//! What the payment service asks of other services.

use graphql_client::GraphQLQuery;

/// Tells the order that its payment is done.
#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/complete_payment.graphql")]
pub(crate) struct CompletePayment;
