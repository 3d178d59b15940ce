WITH told AS (
    SELECT payload, coalesce((payload->>'at')::timestamptz, occurred_at) AS at
    FROM fact WHERE event_id = ANY($1) AND kind = 'claim.refunded'
), lines AS (
    INSERT INTO claim_line AS known (claim_id, line_id, quantity, total)
    SELECT substr(payload->>'claimId', 5)::uuid AS id, substr(line->>'lineId', 5)::uuid AS line_id,
        max((line->>'quantity')::integer), max((line->>'total')::bigint)
    FROM told, jsonb_array_elements(payload->'lines') AS line
    GROUP BY id, line_id ORDER BY id, line_id
    ON CONFLICT (claim_id, line_id) DO UPDATE SET
        quantity = greatest(known.quantity, EXCLUDED.quantity), total = greatest(known.total, EXCLUDED.total)
)
INSERT INTO claim AS known (claim_id, order_id, seller_id, kind, amount, refunded_at)
SELECT substr(payload->>'claimId', 5)::uuid AS id, max(substr(payload->>'orderId', 5))::uuid,
    max(substr(payload->>'sellerId', 5))::uuid, max(payload->>'kind'), max((payload->>'refundAmount')::bigint), min(at)
FROM told GROUP BY id ORDER BY id
ON CONFLICT (claim_id) DO UPDATE SET
    amount = greatest(known.amount, EXCLUDED.amount), refunded_at = least(known.refunded_at, EXCLUDED.refunded_at)
