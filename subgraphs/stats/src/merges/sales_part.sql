INSERT INTO sales_part AS known (order_id, seller_id, paid_at, shipping_total)
SELECT substr(payload->>'orderId', 5)::uuid AS id, substr(part->>'sellerId', 5)::uuid AS seller,
    min(coalesce((payload->>'paidAt')::timestamptz, occurred_at)), max((part->>'shippingTotal')::bigint)
FROM fact, jsonb_array_elements(payload->'sellers') AS part
WHERE event_id = ANY($1) AND kind = 'order.paid'
GROUP BY id, seller ORDER BY id, seller
ON CONFLICT (order_id, seller_id) DO UPDATE SET
    paid_at = least(known.paid_at, EXCLUDED.paid_at),
    shipping_total = greatest(known.shipping_total, EXCLUDED.shipping_total)
