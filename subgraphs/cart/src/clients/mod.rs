//! What the cart service asks of other services; checked against the graph when this crate is compiled.

mod terms;

use std::collections::HashMap;

use graphql_client::GraphQLQuery;
use platform::graph::{GraphClient, GraphClientError, RequestContext};

pub(crate) use terms::{best_coupons, coupons, shipping};

use crate::model::{Offer, UserId, VariantId};

// The graph's scalar, for the code that is generated.
type Long = i64;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/offers.graphql")]
struct Offers;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/stocks.graphql")]
struct Stocks;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/add_ons.graphql")]
struct AddOns;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../schema/internal.graphql", query_path = "src/clients/is_adult.graphql")]
struct IsAdult;

/// Whether a member has shown to be an adult.
pub(crate) async fn is_adult(
    graph: &GraphClient,
    member: UserId,
    context: &RequestContext,
) -> Result<bool, GraphClientError> {
    let data = graph.ask::<IsAdult>("user", is_adult::Variables { id: member.to_string() }, context).await?;
    Ok(data.is_adult_verified == Some(true))
}

/// The variants that are offered together with a variant's product.
pub(crate) async fn add_ons(
    graph: &GraphClient,
    id: VariantId,
    context: &RequestContext,
) -> Result<Vec<VariantId>, GraphClientError> {
    let variables = add_ons::Variables { ids: vec![id.to_string()] };
    let data = graph.ask::<AddOns>("product", variables, context).await?;
    let offered = data.product_variants.into_iter().flatten().flat_map(|variant| variant.product.add_ons);
    Ok(offered.filter_map(|one| one.id.parse().ok()).collect())
}

/// The variants as they are sold now; those that are not known are absent.
pub(crate) async fn offers(
    graph: &GraphClient,
    ids: &[VariantId],
    context: &RequestContext,
) -> Result<HashMap<VariantId, Offer>, GraphClientError> {
    let variables = offers::Variables { ids: ids.iter().map(ToString::to_string).collect() };
    let data = graph.ask::<Offers>("product", variables, context).await?;
    let found = data.product_variants.into_iter().flatten().filter_map(|variant| {
        let product = variant.product;
        let is_written = matches!(product.option_kind, offers::OptionKind::TEXT);
        let offer = Offer {
            written_options: if is_written { product.options.len() } else { 0 },
            seller_id: product.seller.id.parse().ok()?,
            product_id: product.id.parse().ok()?,
            category_ids: product.category.path.iter().filter_map(|one| one.id.parse().ok()).collect(),
            price: variant.price.amount,
            for_sale: variant.sellable,
            adult_only: product.adult_only,
        };
        Some((variant.id.parse().ok()?, offer))
    });
    Ok(found.collect())
}

/// How many of each variant can be had; those without stock are absent.
pub(crate) async fn stocks(
    graph: &GraphClient,
    ids: &[VariantId],
    context: &RequestContext,
) -> Result<HashMap<VariantId, i64>, GraphClientError> {
    let variables = stocks::Variables { ids: ids.iter().map(ToString::to_string).collect() };
    let data = graph.ask::<Stocks>("inventory", variables, context).await?;
    let found = data.variant_stocks.into_iter();
    Ok(found.filter_map(|stock| Some((stock.variant_id.parse().ok()?, stock.available))).collect())
}
