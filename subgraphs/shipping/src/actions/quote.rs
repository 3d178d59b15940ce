//! What sending costs, for lines of any sellers.

use std::collections::{BTreeMap, HashMap};

use chrono::Utc;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use platform::errors::{ErrorCode, GraphError};
use platform::graph::RequestContext;

use super::Shipping;
use crate::clients::{VariantsToSend, variants_to_send};
use crate::model::{Policy, ProductId, SellerId, VariantId};
use crate::rules::{self, MOST_LINES, MOST_PIECES, QuoteLine, SellerQuote, area_of};
use crate::store;

/// A line of which the caller knows everything.
#[derive(Clone, Debug)]
pub(crate) struct LineToSend {
    pub(crate) line_id: String,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    pub(crate) quantity: i32,
    pub(crate) amount: i64,
}

/// The policies of products and sellers, to find out under which a product is sent.
pub(crate) struct Policies {
    of_products: HashMap<ProductId, Policy>,
    defaults: HashMap<SellerId, Policy>,
}

impl Policies {
    pub(crate) async fn read(
        connection: &mut AsyncPgConnection,
        products: &[ProductId],
        sellers: &[SellerId],
    ) -> QueryResult<Self> {
        let of_products = store::policies_by_product(connection, products).await?.into_iter().collect();
        let all = store::policies_by_seller(connection, sellers).await?.into_iter();
        let defaults =
            all.filter(|policy| policy.row.is_default).map(|policy| (policy.row.seller_id, policy)).collect();
        Ok(Self { of_products, defaults })
    }

    /// A product's own policy, else its seller's default.
    pub(crate) fn of(&self, product_id: ProductId, seller_id: SellerId) -> Option<&Policy> {
        let own = self.of_products.get(&product_id).filter(|policy| policy.row.seller_id == seller_id);
        own.or_else(|| self.default_of(seller_id))
    }

    pub(crate) fn default_of(&self, seller_id: SellerId) -> Option<&Policy> {
        self.defaults.get(&seller_id)
    }
}

/// Quotes lines whose products, sellers and amounts the caller knows.
pub(crate) async fn quote_lines(
    shipping: &Shipping,
    zonecode: &str,
    lines: &[LineToSend],
) -> Result<Vec<SellerQuote>, GraphError> {
    let invalid = |message: &str| GraphError::new(ErrorCode::BadUserInput, message);
    let area = area_of(zonecode).ok_or_else(|| invalid("A zonecode has five digits"))?;
    if lines.len() > MOST_LINES {
        return Err(invalid("At most 500 lines at once"));
    }
    if lines.iter().any(|line| !(1..=MOST_PIECES).contains(&line.quantity) || line.amount < 0) {
        return Err(invalid("A quantity is at least one, and an amount is not negative"));
    }
    let products: Vec<ProductId> = lines.iter().map(|line| line.product_id).collect();
    let mut sellers: Vec<SellerId> = lines.iter().map(|line| line.seller_id).collect();
    sellers.sort_unstable();
    sellers.dedup();
    let policies = Policies::read(&mut *shipping.database.connection().await?, &products, &sellers).await?;
    let lines: Vec<QuoteLine<'_>> = lines
        .iter()
        .map(|line| QuoteLine {
            line_id: &line.line_id,
            seller_id: line.seller_id,
            product_id: line.product_id,
            quantity: line.quantity,
            amount: line.amount,
            policy: policies.of(line.product_id, line.seller_id),
        })
        .collect();
    Ok(rules::quote(&lines, area, Utc::now()))
}

/// Quotes variants at their prices of now. Line ids are the variants'; a variant named twice counts together, and one that
/// does not exist is left out.
pub(crate) async fn quote_variants(
    shipping: &Shipping,
    zonecode: &str,
    variants: &[(VariantId, i32)],
    context: &RequestContext,
) -> Result<Vec<SellerQuote>, GraphError> {
    let mut quantities: BTreeMap<String, i32> = BTreeMap::new();
    for (id, quantity) in variants {
        let sum = quantities.entry(id.to_string()).or_default();
        // A quantity that is none is refused by itself, before it is lost in a sum.
        *sum = if *quantity < 1 { i32::MIN } else { sum.saturating_add(*quantity) };
    }
    let ids = quantities.keys().cloned().collect();
    let found = shipping
        .graph
        .ask::<VariantsToSend>("product", variants_to_send::Variables { ids }, context)
        .await?
        .product_variants;
    let lines: Vec<LineToSend> = found
        .into_iter()
        .flatten()
        .filter_map(|variant| {
            let quantity = quantities.get(&variant.id).copied()?;
            Some(LineToSend {
                seller_id: variant.product.seller.id.parse().ok()?,
                product_id: variant.product.id.parse().ok()?,
                amount: variant.price.amount.saturating_mul(i64::from(quantity.max(0))),
                line_id: variant.id,
                quantity,
            })
        })
        .collect();
    quote_lines(shipping, zonecode, &lines).await
}
