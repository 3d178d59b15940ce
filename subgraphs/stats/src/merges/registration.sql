INSERT INTO registration AS known (user_id, registered_at)
SELECT substr(payload->>'userId', 5)::uuid AS id, min(coalesce((payload->>'registeredAt')::timestamptz, occurred_at))
FROM fact WHERE event_id = ANY($1) AND kind = 'user.registered'
GROUP BY id ORDER BY id
ON CONFLICT (user_id) DO UPDATE SET registered_at = least(known.registered_at, EXCLUDED.registered_at)
