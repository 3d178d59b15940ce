INSERT INTO search (event_id, term, searched_at)
SELECT event_id, lower(left(btrim(payload->>'term'), 100)), occurred_at
FROM fact WHERE event_id = ANY($1) AND kind = 'search.performed' AND btrim(payload->>'term') <> ''
ON CONFLICT DO NOTHING
