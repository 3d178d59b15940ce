//! The rows of an order, of what is bought and on what terms.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use chrono_tz::Asia::Seoul;
use rand::Rng as _;

use super::place_order::ShippingAddress;
use super::snapshot::Snapshot;
use crate::model::{
    LineRow, OrderId, OrderLineState, OrderRow, PaymentMethod, SellerId, SellerOrderId, SellerOrderRow, UserId,
};
use crate::rules::amounts::{Amounts, PricedLine, Terms, amounts};
use crate::rules::order_name;
use crate::store::WholeOrder;

/// Who buys, and where it goes.
pub(crate) struct Buyer {
    pub(crate) id: UserId,
    pub(crate) address: ShippingAddress,
}

/// The order's rows, with an order per seller; `None` where its amounts are out of range or the terms do not fit.
pub(crate) fn assemble(
    buyer: Buyer,
    payment_method: PaymentMethod,
    snapshots: Vec<Snapshot>,
    terms: &Terms,
    payment_within: Duration,
) -> Option<WholeOrder> {
    // As fine as PostgreSQL keeps it, so that an answer that is given again is the same.
    let (order_id, now) = (OrderId::new(), Utc::now().trunc_subsecs(6));
    let number =
        format!("{}-{:08}", now.with_timezone(&Seoul).format("%Y%m%d"), rand::rng().random_range(0..100_000_000));
    let priced: Vec<PricedLine> = snapshots
        .iter()
        .map(|snapshot| PricedLine {
            id: snapshot.line_id,
            seller_id: snapshot.seller_id,
            unit_price: snapshot.unit_price,
            quantity: snapshot.quantity,
        })
        .collect();
    let amounts = amounts(&priced, terms)?;
    let titles: Vec<&str> = snapshots.iter().map(|snapshot| snapshot.product_title.as_str()).collect();
    let name = order_name(&titles);
    let seller_orders: Vec<SellerOrderRow> = amounts
        .parts
        .iter()
        .zip(1..)
        .map(|((seller_id, part), position)| SellerOrderRow {
            id: SellerOrderId::new(),
            order_id,
            seller_id: *seller_id,
            number: format!("{number}-{position}"),
            items_total: part.items,
            discount_total: part.discount,
            shipping_total: part.shipping,
            total: part.total,
            placed_at: now,
            shipping_refunded: 0,
            return_fee: terms.travel_fees.get(seller_id).map(|fees| fees.back),
            exchange_fee: terms.travel_fees.get(seller_id).map(|fees| fees.exchange),
        })
        .collect();
    let part_ids: BTreeMap<SellerId, SellerOrderId> =
        seller_orders.iter().map(|part| (part.seller_id, part.id)).collect();
    let lines = snapshots
        .into_iter()
        .zip(&amounts.lines)
        .map(|(snapshot, amounts)| line_row(order_id, *part_ids.get(&snapshot.seller_id)?, snapshot, *amounts))
        .collect::<Option<Vec<LineRow>>>()?;
    let Buyer { id: buyer_id, address } = buyer;
    let order = OrderRow {
        id: order_id,
        number,
        buyer_id,
        name,
        payment_method,
        items_total: amounts.whole.items,
        discount_total: amounts.whole.discount,
        shipping_total: amounts.whole.shipping,
        total: amounts.whole.total,
        recipient: address.recipient,
        phone: address.phone,
        zonecode: address.zonecode,
        road_address: address.road_address,
        address_detail: address.detail,
        entrance_note: address.entrance_note,
        placed_at: now,
        payment_deadline: now + payment_within,
        paid_at: None,
        refusal: None,
    };
    Some(WholeOrder { order, seller_orders, lines })
}

fn line_row(
    order_id: OrderId,
    seller_order_id: SellerOrderId,
    snapshot: Snapshot,
    amounts: Amounts,
) -> Option<LineRow> {
    Some(LineRow {
        option_texts: snapshot.texts(),
        id: snapshot.line_id,
        order_id,
        seller_order_id,
        seller_id: snapshot.seller_id,
        product_id: snapshot.product_id,
        variant_id: snapshot.variant_id,
        product_title: snapshot.product_title,
        variant_name: snapshot.variant_name,
        image_url: snapshot.image_url,
        unit_price: snapshot.unit_price,
        quantity: i32::try_from(snapshot.quantity).ok()?,
        items_total: amounts.items,
        discount_total: amounts.discount,
        total: amounts.total,
        state: OrderLineState::PaymentPending,
        cart_line_id: snapshot.cart_line_id,
        prepare_by: None,
        carrier: None,
        tracking_number: None,
        confirm_by: None,
        cancel_reason: None,
        cancel_answer_by: None,
        category_id: Some(snapshot.category_id),
        seller_discount: amounts.seller_discount,
        delivered_at: None,
        claim_id: None,
        returned_quantity: 0,
        returned_total: 0,
        returned_seller_discount: 0,
        dispatch_overdue_at: None,
        undelivered_at: None,
        resend_by: None,
        cancel_from: None,
        category_path: serde_json::to_value(&snapshot.category_path).ok(),
        tax_free: snapshot.tax_free,
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use platform::idempotency::Claim;
    use platform::language::Language;
    use platform::testing::TestServices;

    use super::*;
    use crate::model::{CategoryId, LineId, ProductId, VariantId};
    use crate::rules::amounts::{LineDiscount, tax_free_total};
    use crate::rules::claims::TravelFees;
    use crate::store;

    fn snapshot(seller_id: SellerId, unit_price: i64, quantity: i64) -> Snapshot {
        Snapshot {
            line_id: LineId::new(),
            variant_id: VariantId::new(),
            product_id: ProductId::new(),
            seller_id,
            category_id: CategoryId::new(),
            category_path: Vec::new(),
            product_title: "수건".to_owned(),
            variant_name: String::new(),
            image_url: None,
            tax_free: false,
            unit_price,
            for_sale: true,
            adult_only: false,
            quantity,
            cart_line_id: None,
            expected_price: None,
            written_options: Vec::new(),
            option_texts: Vec::new(),
        }
    }

    /// An order of two sellers, with a discount, and with terms of sending of the second alone; and its lines' ids.
    fn assembled(sellers: (SellerId, SellerId)) -> (WholeOrder, Vec<LineId>) {
        let (one, two) = sellers;
        let written = Snapshot {
            written_options: vec!["자수".to_owned()],
            option_texts: vec!["김도아".to_owned()],
            tax_free: true,
            ..snapshot(two, 12_900, 2)
        };
        let bought = vec![written, snapshot(one, 1_000, 3), snapshot(two, 500, 1)];
        let ids: Vec<LineId> = bought.iter().map(|snapshot| snapshot.line_id).collect();
        let terms = Terms {
            discounts: BTreeMap::from([(ids[0], LineDiscount { total: 1_300, seller_part: 400 })]),
            shipping: BTreeMap::from([(two, 3_000)]),
            travel_fees: BTreeMap::from([(two, TravelFees { back: 2_500, exchange: 4_000 })]),
        };
        let text = String::new;
        let address = ShippingAddress {
            recipient: text(),
            phone: text(),
            zonecode: text(),
            road_address: text(),
            detail: text(),
            entrance_note: None,
        };
        let buyer = Buyer { id: UserId::new(), address };
        (assemble(buyer, PaymentMethod::Card, bought, &terms, Duration::from_secs(1_800)).unwrap(), ids)
    }

    /// Discounts and shipping reach the rows of their lines and parts, and every row keeps the table's checks.
    #[test]
    fn rows_carry_the_terms() {
        let (one, two) = (SellerId::new(), SellerId::new());
        let (whole, ids) = assembled((one, two));
        assert_eq!(whole.lines.iter().map(|line| line.id).collect::<Vec<_>>(), ids);
        let first = &whole.lines[0];
        assert_eq!(
            (first.items_total, first.discount_total, first.seller_discount, first.total),
            (25_800, 1_300, 400, 24_500)
        );
        let totals: Vec<(SellerId, i64, i64)> =
            whole.seller_orders.iter().map(|part| (part.seller_id, part.shipping_total, part.total)).collect();
        assert_eq!(totals, [(one, 0, 3_000), (two, 3_000, 28_000)]);
        let fees: Vec<_> = whole.seller_orders.iter().map(|part| (part.return_fee, part.exchange_fee)).collect();
        assert_eq!(fees, [(None, None), (Some(2_500), Some(4_000))]);
        for part in &whole.seller_orders {
            let own = whole.lines.iter().filter(|line| line.seller_order_id == part.id);
            assert_eq!(part.total - part.shipping_total, own.map(|line| line.total).sum::<i64>());
        }
        let order = &whole.order;
        assert_eq!(order.total, order.items_total - order.discount_total + order.shipping_total);
        assert_eq!(order.total, 31_000);
        assert_eq!(tax_free_total(&whole.lines), 24_500, "after the discount, and without the shipping");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_placed_is_what_is_read() {
        let services = TestServices::start(&[&crate::SERVICE]).await;
        let (whole, ids) = assembled((SellerId::new(), SellerId::new()));
        let order = &whole.order;
        let key = Claim::new(order.buyer_id, Some("key"), "placeOrder", &"request", Language::English).unwrap().take();
        let database = services.database_of("order").await;
        let mut connection = database.connection().await.unwrap();
        assert!(store::place(&mut connection, &whole, key, Utc::now() + TimeDelta::hours(1)).await.unwrap());
        let part = |row: &SellerOrderRow| (row.id, row.total, row.shipping_total, row.return_fee, row.exchange_fee);
        let read = store::seller_orders_of(&mut connection, order.id).await.unwrap();
        assert_eq!(read.iter().map(part).collect::<Vec<_>>(), whole.seller_orders.iter().map(part).collect::<Vec<_>>());
        let lines = store::lines_by_order(&mut connection, order.id).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.id).collect::<Vec<_>>(), ids);
        assert_eq!(lines.iter().map(|line| line.tax_free).collect::<Vec<_>>(), [true, false, false]);
        let texts: Vec<_> = lines.into_iter().map(|line| line.option_texts).collect();
        assert_eq!(texts, [Some(serde_json::json!([{ "name": "자수", "text": "김도아" }])), None, None]);
        drop(connection);
        services.stop().await;
    }
}
