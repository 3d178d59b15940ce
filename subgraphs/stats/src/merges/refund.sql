INSERT INTO refund AS known (refund_id, order_id, amount, refunded_at)
SELECT substr(payload->>'refundId', 5)::uuid AS id, max(substr(payload->>'orderId', 5))::uuid,
    max((payload->>'amount')::bigint), min(occurred_at)
FROM fact WHERE event_id = ANY($1) AND kind = 'refund.done'
GROUP BY id ORDER BY id
ON CONFLICT (refund_id) DO UPDATE SET
    amount = greatest(known.amount, EXCLUDED.amount), refunded_at = least(known.refunded_at, EXCLUDED.refunded_at)
