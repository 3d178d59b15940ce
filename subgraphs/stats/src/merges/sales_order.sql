INSERT INTO sales_order AS known (order_id, buyer_id, placed_at, paid_at, total)
SELECT substr(payload->>'orderId', 5)::uuid AS id,
    max(substr(payload->>'buyerId', 5))::uuid,
    min(occurred_at) FILTER (WHERE kind = 'order.placed'),
    min(coalesce((payload->>'paidAt')::timestamptz, (payload->>'at')::timestamptz, occurred_at))
        FILTER (WHERE kind IN ('order.paid', 'order.refused')),
    max(coalesce((payload->>'total')::bigint, (payload->>'amount')::bigint))
        FILTER (WHERE kind IN ('order.paid', 'order.refused'))
FROM fact WHERE event_id = ANY($1) AND kind IN ('order.placed', 'order.paid', 'order.refused')
GROUP BY id ORDER BY id
ON CONFLICT (order_id) DO UPDATE SET
    buyer_id = coalesce(known.buyer_id, EXCLUDED.buyer_id),
    placed_at = least(known.placed_at, EXCLUDED.placed_at),
    paid_at = least(known.paid_at, EXCLUDED.paid_at),
    total = greatest(known.total, EXCLUDED.total)
