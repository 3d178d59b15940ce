//! What this service asks others.

mod export;

pub(crate) use export::{ForeignSection, SECTIONS, Wanted};

use graphql_client::GraphQLQuery;
use platform::graph::{GraphClient, GraphClientError, RequestContext};

use crate::model::{ProductId, UserId};

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

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/buyer_standing.graphql",
    response_derives = "Debug"
)]
struct BuyerStanding;

/// What a buyer has going on.
pub(crate) struct Standing {
    /// The numbers of orders that are not over, some of them when there are many.
    pub(crate) open_orders: Vec<String>,
    /// Whether the buyer has ever paid an order.
    pub(crate) has_bought: bool,
}

/// What the order service knows of a buyer.
pub(crate) async fn buyer_standing(
    graph: &GraphClient,
    buyer: UserId,
    context: &RequestContext,
) -> Result<Standing, GraphClientError> {
    let variables = buyer_standing::Variables { id: buyer.to_string() };
    let standing = graph.ask::<BuyerStanding>("order", variables, context).await?.buyer_standing;
    Ok(Standing { open_orders: standing.open_orders, has_bought: standing.has_bought })
}
