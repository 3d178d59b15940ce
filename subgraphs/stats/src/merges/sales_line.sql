WITH told AS (
    SELECT kind, payload, line,
        coalesce((payload->>'paidAt')::timestamptz, (payload->>'at')::timestamptz, occurred_at) AS at
    FROM fact, jsonb_array_elements(
        CASE WHEN payload ? 'line' THEN jsonb_build_array(payload->'line') ELSE payload->'lines' END
    ) AS line
    WHERE event_id = ANY($1) AND (kind LIKE 'line.%' OR kind IN ('order.placed', 'order.paid', 'order.cancelled'))
)
INSERT INTO sales_line AS known (
    line_id, order_id, seller_id, product_id, title, quantity, items_total, total, seller_discount,
    placed_at, paid_at, shipped_at, delivered_at, confirmed_at, cancelled_at, tax_free
)
SELECT substr(line->>'lineId', 5)::uuid AS id,
    max(substr(payload->>'orderId', 5))::uuid,
    max(substr(line->>'sellerId', 5))::uuid,
    max(substr(line->>'productId', 5))::uuid,
    max(line->>'title'),
    max((line->>'quantity')::integer),
    max((line->>'itemsTotal')::bigint),
    max((line->>'total')::bigint),
    max((line->>'sellerDiscount')::bigint),
    min(at) FILTER (WHERE kind = 'order.placed'),
    min(at) FILTER (WHERE kind = 'order.paid'),
    min(at) FILTER (WHERE kind = 'line.shipped'),
    min(at) FILTER (WHERE kind = 'line.delivered'),
    min(at) FILTER (WHERE kind = 'line.confirmed'),
    min(at) FILTER (WHERE kind = 'order.cancelled'),
    coalesce(bool_or((line->>'taxFree')::boolean), false)
FROM told GROUP BY id ORDER BY id
ON CONFLICT (line_id) DO UPDATE SET
    title = greatest(known.title, EXCLUDED.title),
    items_total = greatest(known.items_total, EXCLUDED.items_total),
    seller_discount = greatest(known.seller_discount, EXCLUDED.seller_discount),
    placed_at = least(known.placed_at, EXCLUDED.placed_at),
    paid_at = least(known.paid_at, EXCLUDED.paid_at),
    shipped_at = least(known.shipped_at, EXCLUDED.shipped_at),
    delivered_at = least(known.delivered_at, EXCLUDED.delivered_at),
    confirmed_at = least(known.confirmed_at, EXCLUDED.confirmed_at),
    cancelled_at = least(known.cancelled_at, EXCLUDED.cancelled_at),
    tax_free = known.tax_free OR EXCLUDED.tax_free
