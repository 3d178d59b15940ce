//! What shipping and coupons make of a cart, as their owners say.

use std::collections::BTreeMap;

use graphql_client::GraphQLQuery;
use platform::errors::GraphError;
use platform::graph::{GraphClient, GraphClientError, RequestContext};

use super::Long;
use crate::model::{CouponId, SellerId, UserId};
use crate::rules::{Bundle, CouponOutcome, Discount, QuoteLine, SellerShipping};

macro_rules! operations {
    ($($name:ident, $file:tt;)*) => {$(
        #[derive(GraphQLQuery)]
        #[graphql(schema_path = "../../schema/internal.graphql", query_path = $file)]
        struct $name;
    )*};
}

operations! {
    QuoteShipping, "src/clients/quote_shipping.graphql";
    QuoteCoupons, "src/clients/quote_coupons.graphql";
    QuoteBestCoupons, "src/clients/quote_best_coupons.graphql";
}

/// The lines as the coupon service's operations have them: each operation has its own type of the same input.
macro_rules! coupon_lines {
    ($module:ident, $lines:expr) => {
        $lines
            .iter()
            .map(|line| $module::CouponLineInput {
                line_id: line.id.to_string(),
                seller_id: line.seller_id.to_string(),
                product_id: line.product_id.to_string(),
                category_ids: line.category_ids.iter().map(ToString::to_string).collect(),
                quantity: line.quantity.into(),
                items_total: line.amount,
            })
            .collect()
    };
}

macro_rules! discounts {
    ($parts:expr) => {
        $parts
            .into_iter()
            .map(|part| {
                let unknown = |_| GraphError::internal("a discount of no line or coupon");
                Ok(Discount {
                    line_id: part.line_id.parse().map_err(unknown)?,
                    coupon_id: part.coupon_id.parse().map_err(unknown)?,
                    amount: part.total,
                })
            })
            .collect::<Result<Vec<_>, GraphError>>()?
    };
}

/// What each seller asks for sending its lines to the zonecode, and what is sent together.
pub(crate) async fn shipping(
    graph: &GraphClient,
    zonecode: &str,
    lines: &[QuoteLine],
    context: &RequestContext,
) -> Result<BTreeMap<SellerId, SellerShipping>, GraphClientError> {
    let lines = lines
        .iter()
        .map(|line| quote_shipping::QuoteShippingLineInput {
            line_id: line.id.to_string(),
            seller_id: line.seller_id.to_string(),
            product_id: line.product_id.to_string(),
            quantity: line.quantity.into(),
            amount: line.amount,
        })
        .collect();
    let input = quote_shipping::QuoteShippingInput { zonecode: zonecode.to_owned(), lines };
    let answer = graph.ask::<QuoteShipping>("shipping", quote_shipping::Variables { input }, context).await?;
    let sellers = answer.quote_shipping.sellers.into_iter();
    let bundle = |bundle: quote_shipping::QuoteShippingQuoteShippingSellersBundles| Bundle {
        policy_id: bundle.policy_id,
        line_ids: bundle.line_ids.iter().filter_map(|id| id.parse().ok()).collect(),
        fee: bundle.fee,
        surcharge: bundle.surcharge,
    };
    let seller = |seller: quote_shipping::QuoteShippingQuoteShippingSellers| {
        let bundles = seller.bundles.into_iter().map(bundle).collect();
        Some((seller.seller_id.parse().ok()?, SellerShipping { total: seller.total, bundles }))
    };
    Ok(sellers.filter_map(seller).collect())
}

/// What the member's coupons take off, and what becomes of each.
pub(crate) async fn coupons(
    graph: &GraphClient,
    user_id: UserId,
    ids: &[CouponId],
    lines: &[QuoteLine],
    context: &RequestContext,
) -> Result<(Vec<Discount>, Vec<CouponOutcome>), GraphError> {
    let input = quote_coupons::QuoteCouponsInput {
        user_id: user_id.to_string(),
        coupon_ids: ids.iter().map(ToString::to_string).collect(),
        lines: coupon_lines!(quote_coupons, lines),
    };
    let answer = graph.ask::<QuoteCoupons>("coupon", quote_coupons::Variables { input }, context).await?.quote_coupons;
    let discounts = discounts!(answer.discounts);
    let general = answer.user_errors.into_iter().next().map(|error| error.message);
    let refusals: BTreeMap<String, String> =
        answer.refusals.into_iter().map(|refusal| (refusal.coupon_id, refusal.message)).collect();
    let outcome = |id: &CouponId| CouponOutcome {
        coupon_id: *id,
        discount: discounts.iter().filter(|part| part.coupon_id == *id).map(|part| part.amount).sum(),
        refusal: general.clone().or_else(|| refusals.get(&id.to_string()).cloned()),
    };
    let outcomes = ids.iter().map(outcome).collect();
    Ok((discounts, outcomes))
}

/// What those of the member's coupons take off that take off the most together.
pub(crate) async fn best_coupons(
    graph: &GraphClient,
    user_id: UserId,
    lines: &[QuoteLine],
    context: &RequestContext,
) -> Result<Vec<Discount>, GraphError> {
    let input = quote_best_coupons::QuoteBestCouponsInput {
        user_id: user_id.to_string(),
        lines: coupon_lines!(quote_best_coupons, lines),
    };
    let answer = graph.ask::<QuoteBestCoupons>("coupon", quote_best_coupons::Variables { input }, context).await?;
    Ok(discounts!(answer.quote_best_coupons.discounts))
}
