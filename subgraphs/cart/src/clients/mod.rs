//! What the cart service asks of other services; checked against the graph when this crate is compiled.

use std::collections::HashMap;

use graphql_client::GraphQLQuery;
use platform::graph::{GraphClient, GraphClientError, RequestContext};

use crate::model::{Offer, VariantId};

// The graph's scalar, for the code that is generated.
type Long = i64;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/offers.graphql")]
struct Offers;

/// The variants as they are sold now; those that are not known are absent.
pub(crate) async fn offers(
    graph: &GraphClient,
    ids: &[VariantId],
    context: &RequestContext,
) -> Result<HashMap<VariantId, Offer>, GraphClientError> {
    let variables = offers::Variables { ids: ids.iter().map(ToString::to_string).collect() };
    let data = graph.ask::<Offers>("product", variables, context).await?;
    let found = data.product_variants.into_iter().flatten().filter_map(|variant| {
        let offer = Offer {
            seller_id: variant.product.seller.id.parse().ok()?,
            price: variant.price.amount,
            for_sale: variant.sellable,
        };
        Some((variant.id.parse().ok()?, offer))
    });
    Ok(found.collect())
}
