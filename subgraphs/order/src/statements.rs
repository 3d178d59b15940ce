//! The checkout's steps, each one statement: it happens with all that belongs to it, or not at all.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid};
use platform::events::Append;
use platform::idempotency::{KeepAnswer, TakeKey};

use crate::model::{
    CartLineId, CategoryId, CheckoutStep, LineId, OrderId, OrderRow, PaymentMethod, ProductId, SellerId, SellerOrderId,
    UserId, VariantId,
};
use crate::store::WholeOrder;

platform::statement! {
    /// Places an order under its idempotency key: the rows of [`WholeOrder`] and the workflow at PLACED, unless the key is
    /// known.
    pub(crate) struct Place {
        key: TakeKey,
        id: OrderId as Uuid,
        number: String as Text,
        buyer_id: UserId as Uuid,
        name: String as Text,
        payment_method: PaymentMethod as Text,
        items_total: i64 as BigInt,
        discount_total: i64 as BigInt,
        shipping_total: i64 as BigInt,
        total: i64 as BigInt,
        recipient: String as Text,
        phone: String as Text,
        zonecode: String as Text,
        road_address: String as Text,
        address_detail: String as Text,
        entrance_note: Option<String> as Nullable<Text>,
        placed_at: DateTime<Utc> as Timestamptz,
        payment_deadline: DateTime<Utc> as Timestamptz,
        part_ids: Vec<SellerOrderId> as Array<Uuid>,
        part_sellers: Vec<SellerId> as Array<Uuid>,
        part_numbers: Vec<String> as Array<Text>,
        part_items_totals: Vec<i64> as Array<BigInt>,
        part_discount_totals: Vec<i64> as Array<BigInt>,
        part_shipping_totals: Vec<i64> as Array<BigInt>,
        part_totals: Vec<i64> as Array<BigInt>,
        part_return_fees: Vec<Option<i64>> as Array<Nullable<BigInt>>,
        part_exchange_fees: Vec<Option<i64>> as Array<Nullable<BigInt>>,
        line_ids: Vec<LineId> as Array<Uuid>,
        line_parts: Vec<SellerOrderId> as Array<Uuid>,
        line_sellers: Vec<SellerId> as Array<Uuid>,
        line_products: Vec<ProductId> as Array<Uuid>,
        line_variants: Vec<VariantId> as Array<Uuid>,
        line_titles: Vec<String> as Array<Text>,
        line_names: Vec<String> as Array<Text>,
        line_images: Vec<Option<String>> as Array<Nullable<Text>>,
        line_prices: Vec<i64> as Array<BigInt>,
        line_quantities: Vec<i32> as Array<Integer>,
        line_items_totals: Vec<i64> as Array<BigInt>,
        line_discount_totals: Vec<i64> as Array<BigInt>,
        line_totals: Vec<i64> as Array<BigInt>,
        line_cart_lines: Vec<Option<CartLineId>> as Array<Nullable<Uuid>>,
        line_categories: Vec<Option<CategoryId>> as Array<Nullable<Uuid>>,
        line_seller_discounts: Vec<i64> as Array<BigInt>,
        line_category_paths: Vec<Option<serde_json::Value>> as Array<Nullable<Jsonb>>,
        line_texts: Vec<Option<serde_json::Value>> as Array<Nullable<Jsonb>>,
        line_tax_free: Vec<bool> as Array<Bool>,
        lease_until: DateTime<Utc> as Timestamptz,
    }
    "WITH taken AS (
        ?
    ), placed AS (
        INSERT INTO purchase (
            id, number, buyer_id, name, payment_method, items_total, discount_total, shipping_total, total, recipient,
            phone, zonecode, road_address, address_detail, entrance_note, placed_at, payment_deadline
        )
        SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM taken
        RETURNING id, placed_at
    ), parts AS (
        INSERT INTO seller_order (
            order_id, placed_at, id, seller_id, number, items_total, discount_total, shipping_total, total,
            return_fee, exchange_fee
        )
        SELECT placed.id, placed.placed_at, part.* FROM placed, unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) AS part
    ), bought AS (
        INSERT INTO line (
            order_id, state, updated_at, id, seller_order_id, seller_id, product_id, variant_id, product_title,
            variant_name, image_url, unit_price, quantity, items_total, discount_total, total, cart_line_id,
            category_id, seller_discount, category_path, option_texts, tax_free
        )
        SELECT placed.id, 'PAYMENT_PENDING', placed.placed_at, line.*
        FROM placed, unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS line
    )
    INSERT INTO checkout (order_id, step, lease_until, key_owner, key)
    SELECT placed.id, 'PLACED', ?, taken.owner, taken.key FROM placed, taken"
}

impl Place {
    pub(crate) fn new(whole: &WholeOrder, key: TakeKey, lease_until: DateTime<Utc>) -> Self {
        let WholeOrder { order, seller_orders: parts, lines } = whole.clone();
        Self {
            key,
            id: order.id,
            number: order.number,
            buyer_id: order.buyer_id,
            name: order.name,
            payment_method: order.payment_method,
            items_total: order.items_total,
            discount_total: order.discount_total,
            shipping_total: order.shipping_total,
            total: order.total,
            recipient: order.recipient,
            phone: order.phone,
            zonecode: order.zonecode,
            road_address: order.road_address,
            address_detail: order.address_detail,
            entrance_note: order.entrance_note,
            placed_at: order.placed_at,
            payment_deadline: order.payment_deadline,
            part_ids: parts.iter().map(|part| part.id).collect(),
            part_sellers: parts.iter().map(|part| part.seller_id).collect(),
            part_numbers: parts.iter().map(|part| part.number.clone()).collect(),
            part_items_totals: parts.iter().map(|part| part.items_total).collect(),
            part_discount_totals: parts.iter().map(|part| part.discount_total).collect(),
            part_shipping_totals: parts.iter().map(|part| part.shipping_total).collect(),
            part_totals: parts.iter().map(|part| part.total).collect(),
            part_return_fees: parts.iter().map(|part| part.return_fee).collect(),
            part_exchange_fees: parts.iter().map(|part| part.exchange_fee).collect(),
            line_ids: lines.iter().map(|line| line.id).collect(),
            line_parts: lines.iter().map(|line| line.seller_order_id).collect(),
            line_sellers: lines.iter().map(|line| line.seller_id).collect(),
            line_products: lines.iter().map(|line| line.product_id).collect(),
            line_variants: lines.iter().map(|line| line.variant_id).collect(),
            line_titles: lines.iter().map(|line| line.product_title.clone()).collect(),
            line_names: lines.iter().map(|line| line.variant_name.clone()).collect(),
            line_images: lines.iter().map(|line| line.image_url.clone()).collect(),
            line_prices: lines.iter().map(|line| line.unit_price).collect(),
            line_quantities: lines.iter().map(|line| line.quantity).collect(),
            line_items_totals: lines.iter().map(|line| line.items_total).collect(),
            line_discount_totals: lines.iter().map(|line| line.discount_total).collect(),
            line_totals: lines.iter().map(|line| line.total).collect(),
            line_cart_lines: lines.iter().map(|line| line.cart_line_id).collect(),
            line_categories: lines.iter().map(|line| line.category_id).collect(),
            line_seller_discounts: lines.iter().map(|line| line.seller_discount).collect(),
            line_category_paths: lines.iter().map(|line| line.category_path.clone()).collect(),
            line_texts: lines.iter().map(|line| line.option_texts.clone()).collect(),
            line_tax_free: lines.iter().map(|line| line.tax_free).collect(),
            lease_until,
        }
    }
}

platform::statement! {
    /// PLACED → AWAITING_PAYMENT, with the answer under the idempotency key and the event; nothing of it when the workflow
    /// is not at PLACED any more.
    pub(crate) struct AwaitPayment {
        deadline: DateTime<Utc> as Timestamptz,
        order_id: OrderId as Uuid,
        answer: KeepAnswer,
        event: Append,
    }
    "WITH moved AS (
        UPDATE checkout SET step = 'AWAITING_PAYMENT', lease_until = ?, attempts = 0
        WHERE order_id = ? AND step = 'PLACED' RETURNING order_id
    ), answered AS (
        ? AND EXISTS (SELECT FROM moved)
    )
    ? WHERE EXISTS (SELECT FROM moved)"
}

platform::statement! {
    /// AWAITING_PAYMENT → PAID, or the overdue lease of PAID. Returns [`BegunCompletion`] for an order that there is.
    pub(crate) struct BeginCompletion {
        lease_until: DateTime<Utc> as Timestamptz,
        workflow: OrderId as Uuid,
        order_id: OrderId as Uuid,
    }
    "WITH ours AS (
        UPDATE checkout SET
            step = 'PAID', lease_until = ?, attempts = CASE step WHEN 'PAID' THEN attempts + 1 ELSE 0 END
        WHERE order_id = ? AND (step = 'AWAITING_PAYMENT' OR step = 'PAID' AND lease_until < now())
        RETURNING order_id
    )
    SELECT purchase.*, checkout.step, EXISTS (SELECT FROM ours) AS ours
    FROM purchase JOIN checkout ON checkout.order_id = purchase.id WHERE purchase.id = ?"
}

/// What [`BeginCompletion`] found.
#[derive(Debug, QueryableByName)]
pub(crate) struct BegunCompletion {
    #[diesel(embed)]
    pub(crate) order: OrderRow,
    /// The step when the statement began; another command that ran at the same moment may have moved it since.
    #[diesel(sql_type = Text)]
    pub(crate) step: CheckoutStep,
    /// Whether the step PAID is the caller's to complete.
    #[diesel(sql_type = Bool)]
    pub(crate) ours: bool,
}

platform::statement! {
    /// PAID → COMPLETED: the order has its time of payment, its lines are the sellers' to prepare, and the event tells it;
    /// nothing of it when the workflow is not at PAID any more. Locks the order first, as every command on its lines does.
    pub(crate) struct Complete {
        order_id: OrderId as Uuid,
        lease_until: DateTime<Utc> as Timestamptz,
        paid_at: DateTime<Utc> as Timestamptz,
        prepare_by: DateTime<Utc> as Timestamptz,
        updated_at: DateTime<Utc> as Timestamptz,
        event: Append,
    }
    "WITH locked AS MATERIALIZED (
        SELECT id FROM purchase WHERE id = ? FOR NO KEY UPDATE
    ), completed AS (
        UPDATE checkout SET step = 'COMPLETED', lease_until = ?, attempts = 0
        FROM locked WHERE checkout.order_id = locked.id AND checkout.step = 'PAID'
        RETURNING checkout.order_id
    ), paid AS (
        UPDATE purchase SET paid_at = ? FROM completed WHERE purchase.id = completed.order_id
    ), moved AS (
        UPDATE line SET state = 'PAID', prepare_by = ?, updated_at = ?
        FROM completed WHERE line.order_id = completed.order_id AND line.state = 'PAYMENT_PENDING'
        RETURNING line.id
    ), history AS (
        INSERT INTO line_state_change (line_id, from_state, to_state) SELECT id, 'PAYMENT_PENDING', 'PAID' FROM moved
    )
    ? WHERE EXISTS (SELECT FROM completed)"
}
