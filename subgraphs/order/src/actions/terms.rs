//! What changes an order's price beside its prices: coupons and shipping, as their owners say.

use std::collections::BTreeMap;

use platform::errors::GraphError;
use platform::graph::RequestContext;

use super::Orders;
use super::snapshot::Snapshot;
use crate::clients::{
    QuoteCoupons, QuoteShipping, ReleaseCoupons, ReserveCoupons, UseCoupons, quote_coupons, quote_shipping,
    release_coupons, reserve_coupons, use_coupons,
};
use crate::error::{ErrorCode, Failure, Refusal};
use crate::model::{CouponId, LineId, OrderId, OrderRow, SellerId, UserId};
use crate::rules::amounts::{LineDiscount, Terms};
use crate::rules::claims::TravelFees;
use crate::store::WholeOrder;

/// What a line is to coupons.
#[derive(Clone, Debug)]
pub(crate) struct CouponLine {
    line_id: LineId,
    seller_id: SellerId,
    product_id: String,
    category_ids: Vec<String>,
    quantity: i64,
    items_total: i64,
}

/// The coupons that a buyer chose, and what they are set against.
#[derive(Clone, Debug)]
pub(crate) struct ChosenCoupons {
    ids: Vec<CouponId>,
    lines: Vec<CouponLine>,
}

impl ChosenCoupons {
    /// `None` where no coupon was chosen.
    pub(crate) fn new(ids: &[CouponId], snapshots: &[Snapshot]) -> Option<Self> {
        let line = |snapshot: &Snapshot| CouponLine {
            line_id: snapshot.line_id,
            seller_id: snapshot.seller_id,
            product_id: snapshot.product_id.to_string(),
            category_ids: snapshot.category_path.iter().map(ToString::to_string).collect(),
            quantity: snapshot.quantity,
            items_total: snapshot.unit_price.saturating_mul(snapshot.quantity),
        };
        (!ids.is_empty()).then(|| Self { ids: ids.to_vec(), lines: snapshots.iter().map(line).collect() })
    }
}

/// The order's lines as the coupon service's operations have them: each operation has its own type of the same input.
macro_rules! coupon_lines {
    ($module:ident, $chosen:expr) => {
        $chosen
            .lines
            .iter()
            .map(|line| $module::CouponLineInput {
                line_id: line.line_id.to_string(),
                seller_id: line.seller_id.to_string(),
                product_id: line.product_id.clone(),
                category_ids: line.category_ids.clone(),
                quantity: line.quantity,
                items_total: line.items_total,
            })
            .collect()
    };
}

/// Discounts by line, or why there are none.
macro_rules! discounts_of {
    ($payload:expr, $context:expr) => {{
        let payload = $payload;
        if let Some(refusal) = payload.refusals.first() {
            Err(refused(refusal.message.clone()))
        } else if let Some(error) = payload.user_errors.first() {
            Err(refused(error.message.clone()))
        } else {
            let mut discounts: BTreeMap<LineId, LineDiscount> = BTreeMap::new();
            for part in payload.discounts {
                let id = part.line_id.parse().map_err(|_| GraphError::internal("a discount of no line"))?;
                let line = discounts.entry(id).or_default();
                line.total += part.total;
                line.seller_part += part.seller_part;
            }
            Ok(discounts)
        }
    }};
}

fn refused(message: String) -> Refusal {
    Refusal::new(ErrorCode::CouponRefused, &["couponIds"], message)
}

/// What sending costs, and what coupons would take off; nothing is taken yet.
pub(crate) async fn quote_terms(
    orders: &Orders,
    buyer_id: UserId,
    chosen: Option<&ChosenCoupons>,
    zonecode: &str,
    snapshots: &[Snapshot],
    context: &RequestContext,
) -> Result<Result<Terms, Refusal>, Failure> {
    let (terms, discounts) = futures::try_join!(quote_shipping_of(orders, zonecode, snapshots, context), async {
        match chosen {
            Some(chosen) => quote_coupons_of(orders, buyer_id, chosen, context).await,
            None => Ok(Ok(BTreeMap::new())),
        }
    })?;
    Ok(discounts.map(|discounts| Terms { discounts, ..terms }))
}

/// The terms of sending: there, and back.
async fn quote_shipping_of(
    orders: &Orders,
    zonecode: &str,
    snapshots: &[Snapshot],
    context: &RequestContext,
) -> Result<Terms, Failure> {
    let lines = snapshots
        .iter()
        .map(|snapshot| quote_shipping::QuoteShippingLineInput {
            line_id: snapshot.line_id.to_string(),
            seller_id: snapshot.seller_id.to_string(),
            product_id: snapshot.product_id.to_string(),
            quantity: snapshot.quantity,
            amount: snapshot.unit_price.saturating_mul(snapshot.quantity),
        })
        .collect();
    let input = quote_shipping::QuoteShippingInput { zonecode: zonecode.to_owned(), lines };
    let answer = orders.graph.ask::<QuoteShipping>("shipping", quote_shipping::Variables { input }, context).await?;
    let mut terms = Terms::default();
    for seller in answer.quote_shipping.sellers {
        let id: SellerId = seller.seller_id.parse().map_err(|_| GraphError::internal("shipping of no seller"))?;
        terms.shipping.insert(id, seller.total);
        terms.travel_fees.insert(id, TravelFees { back: seller.return_fee, exchange: seller.exchange_fee });
    }
    Ok(terms)
}

async fn quote_coupons_of(
    orders: &Orders,
    buyer_id: UserId,
    chosen: &ChosenCoupons,
    context: &RequestContext,
) -> Result<Result<BTreeMap<LineId, LineDiscount>, Refusal>, Failure> {
    let input = quote_coupons::QuoteCouponsInput {
        user_id: buyer_id.to_string(),
        coupon_ids: chosen.ids.iter().map(ToString::to_string).collect(),
        lines: coupon_lines!(quote_coupons, chosen),
    };
    let answer = orders.graph.ask::<QuoteCoupons>("coupon", quote_coupons::Variables { input }, context).await?;
    Ok(discounts_of!(answer.quote_coupons, context))
}

/// Keeps the coupons for the order. Refused when one does not apply any more, or takes off something else by now.
pub(crate) async fn keep_coupons(
    orders: &Orders,
    whole: &WholeOrder,
    chosen: &ChosenCoupons,
    context: &RequestContext,
) -> Result<Result<(), Refusal>, Failure> {
    let order = &whole.order;
    let input = reserve_coupons::ReserveCouponsInput {
        order_id: order.id.to_string(),
        user_id: order.buyer_id.to_string(),
        coupon_ids: chosen.ids.iter().map(ToString::to_string).collect(),
        lines: coupon_lines!(reserve_coupons, chosen),
        expires_at: order.payment_deadline + orders.settings.reservation_margin,
    };
    let answer = orders.graph.ask::<ReserveCoupons>("coupon", reserve_coupons::Variables { input }, context).await?;
    let discounts = match discounts_of!(answer.reserve_coupons, context) {
        Ok(discounts) => discounts,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let as_placed = whole.lines.iter().all(|line| {
        let kept = discounts.get(&line.id).copied().unwrap_or_default();
        kept == LineDiscount { total: line.discount_total, seller_part: line.seller_discount }
    });
    Ok(if as_placed { Ok(()) } else { Err(ErrorCode::TotalChanged.at(&["couponIds"], context.language)) })
}

/// The order is paid: its coupons are used. An order without a discount has none.
pub(crate) async fn spend_coupons(orders: &Orders, order: &OrderRow, context: &RequestContext) -> Result<(), Failure> {
    if order.discount_total == 0 {
        return Ok(());
    }
    let input = use_coupons::UseCouponsInput { order_id: order.id.to_string() };
    let answer = orders.graph.ask::<UseCoupons>("coupon", use_coupons::Variables { input }, context).await?;
    if let Some(error) = answer.use_coupons.user_errors.first() {
        // The price was paid as it was agreed; that the coupons could not be taken is the market's loss, and is told.
        tracing::error!(order = %order.id, error = error.message, "the coupons of a paid order are not used");
    }
    Ok(())
}

/// The order is given up: its coupons are free again.
pub(crate) async fn free_coupons(orders: &Orders, order_id: OrderId, context: &RequestContext) -> Result<(), Failure> {
    let input = release_coupons::ReleaseCouponsInput { order_id: order_id.to_string() };
    orders.graph.ask::<ReleaseCoupons>("coupon", release_coupons::Variables { input }, context).await?;
    Ok(())
}
