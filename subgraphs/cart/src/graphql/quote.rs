//! What a cart costs: items, coupons and shipping.

use std::collections::BTreeMap;

use async_graphql::SimpleObject;
use futures::future::OptionFuture;
use platform::errors::{ErrorCode, GraphError};
use platform::graph::{GraphClient, RequestContext};
use platform::money::Money;

use super::line::Seller;
use crate::clients::{coupons, shipping};
use crate::model::{CouponId, SellerId, UserId};
use crate::rules::{Amounts, CouponOutcome, Discount, QuoteLine, SellerShipping, amounts_by_seller, sum};

/// An address on the mainland: what is asked before the buyer's own is known.
const MAINLAND: &str = "04524";

/// A coupon.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct Coupon {
    /// The coupon's id.
    pub(crate) id: CouponId,
}

/// What the selected lines cost now.
#[derive(SimpleObject)]
pub(crate) struct CartQuote {
    /// The lines' prices times quantities.
    items_total: Money,
    /// What coupons take off.
    discount_total: Money,
    /// What shipping costs.
    shipping_total: Money,
    /// What is to be paid: items − discounts + shipping.
    total: Money,
    /// How many lines are selected and on sale.
    line_count: i32,
    /// Whether shipping could be asked; where not, it is not in the total.
    shipping_known: bool,
    /// What each seller's lines cost.
    sellers: Vec<CartQuoteSeller>,
    /// What becomes of each coupon that was named.
    coupons: Vec<CartCoupon>,
}

/// What one seller's selected lines cost.
#[derive(SimpleObject)]
pub(crate) struct CartQuoteSeller {
    /// The seller.
    seller: Seller,
    /// The lines' prices times quantities.
    items_total: Money,
    /// What coupons take off.
    discount_total: Money,
    /// What shipping costs.
    shipping_total: Money,
    /// Items − discounts + shipping.
    total: Money,
}

/// What becomes of a coupon.
#[derive(SimpleObject)]
pub(crate) struct CartCoupon {
    /// The coupon.
    coupon: Coupon,
    /// Whether it applies.
    applies: bool,
    /// What it takes off.
    discount: Money,
    /// Why it does not apply.
    message: Option<String>,
}

/// Coupons that take off the most together.
#[derive(SimpleObject)]
pub(crate) struct CartCouponSuggestion {
    /// The coupons, and what each takes off.
    coupons: Vec<CartCoupon>,
    /// What all of them take off.
    discount_total: Money,
}

/// For whom, where to and with which coupons a cart is quoted.
pub(crate) struct Wanted {
    pub(crate) member: Option<UserId>,
    pub(crate) zonecode: Option<String>,
    pub(crate) coupon_ids: Vec<CouponId>,
}

/// The zonecode to ask about.
pub(crate) fn zonecode_or_mainland(zonecode: Option<&str>) -> Result<&str, GraphError> {
    let zonecode = zonecode.unwrap_or(MAINLAND);
    if zonecode.len() != 5 || !zonecode.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(GraphError::new(ErrorCode::BadUserInput, "A zonecode has five digits"));
    }
    Ok(zonecode)
}

/// What each seller asks for sending; none without an answer, since the cart can still be seen.
pub(crate) async fn known_shipping(
    graph: &GraphClient,
    zonecode: &str,
    lines: &[QuoteLine],
    context: &RequestContext,
) -> Option<BTreeMap<SellerId, SellerShipping>> {
    match shipping(graph, zonecode, lines, context).await {
        Ok(fees) => Some(fees),
        Err(error) => {
            tracing::warn!(%error, "a cart is quoted without shipping");
            None
        }
    }
}

impl CartQuote {
    /// Asks shipping and coupons at the same time. Without an answer about shipping the cart can still be seen; a coupon
    /// that cannot be asked about is an error, since the buyer chose it.
    pub(crate) async fn of(
        graph: &GraphClient,
        lines: Vec<QuoteLine>,
        wanted: Wanted,
        context: &RequestContext,
    ) -> Result<Self, GraphError> {
        let zonecode = zonecode_or_mainland(wanted.zonecode.as_deref())?;
        if lines.is_empty() {
            return Ok(Self::from_parts(&lines, Some(BTreeMap::new()), &[], Vec::new()));
        }
        let member = wanted.member.filter(|_| !wanted.coupon_ids.is_empty());
        let (fees, terms) = futures::join!(
            known_shipping(graph, zonecode, &lines, context),
            OptionFuture::from(member.map(|member| coupons(graph, member, &wanted.coupon_ids, &lines, context))),
        );
        let (discounts, outcomes) = terms.transpose()?.unwrap_or_default();
        Ok(Self::from_parts(&lines, fees, &discounts, outcomes))
    }

    fn from_parts(
        lines: &[QuoteLine],
        fees: Option<BTreeMap<SellerId, SellerShipping>>,
        discounts: &[Discount],
        outcomes: Vec<CouponOutcome>,
    ) -> Self {
        let shipping_known = fees.is_some();
        let sellers = amounts_by_seller(lines, &fees.unwrap_or_default(), discounts);
        let all = sum(sellers.values());
        Self {
            items_total: Money::krw(all.items),
            discount_total: Money::krw(all.discount),
            shipping_total: Money::krw(all.shipping),
            total: Money::krw(all.total()),
            line_count: i32::try_from(lines.len()).unwrap_or(i32::MAX),
            shipping_known,
            sellers: sellers.into_iter().map(|(id, amounts)| CartQuoteSeller::of(Seller { id }, amounts)).collect(),
            coupons: outcomes.into_iter().map(CartCoupon::from).collect(),
        }
    }
}

impl CartQuoteSeller {
    fn of(seller: Seller, amounts: Amounts) -> Self {
        Self {
            seller,
            items_total: Money::krw(amounts.items),
            discount_total: Money::krw(amounts.discount),
            shipping_total: Money::krw(amounts.shipping),
            total: Money::krw(amounts.total()),
        }
    }
}

impl From<CouponOutcome> for CartCoupon {
    fn from(outcome: CouponOutcome) -> Self {
        Self {
            coupon: Coupon { id: outcome.coupon_id },
            applies: outcome.refusal.is_none(),
            discount: Money::krw(outcome.discount),
            message: outcome.refusal,
        }
    }
}

impl CartCouponSuggestion {
    /// None where nothing is taken off.
    pub(crate) fn of(discounts: &[Discount]) -> Option<Self> {
        let mut sums: BTreeMap<CouponId, i64> = BTreeMap::new();
        for part in discounts {
            *sums.entry(part.coupon_id).or_default() += part.amount;
        }
        let total: i64 = sums.values().sum();
        let coupon = |(coupon_id, discount)| CartCoupon::from(CouponOutcome { coupon_id, discount, refusal: None });
        (total > 0).then(|| Self { coupons: sums.into_iter().map(coupon).collect(), discount_total: Money::krw(total) })
    }
}
