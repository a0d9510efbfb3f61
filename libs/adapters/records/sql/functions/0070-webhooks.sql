-- Takes messages that are due, at most p_limit, and at most p_per_origin of one origin together with those that the caller
-- is sending already (p_in_flight: {origin: count}). Taken is: due again when the lease ends. Whoever calls may die any time.
CREATE OR REPLACE FUNCTION claim_webhooks(p_limit int, p_per_origin int, p_in_flight jsonb, p_lease_ms int)
RETURNS TABLE (event_id uuid, endpoint_id uuid, token uuid, attempt int, url text, origin text, key_id text, type text,
  occurred_at timestamptz, job_id uuid, batch_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH due AS (
    SELECT m.event_id, m.endpoint_id, m.origin, m.due_at FROM webhook_message m
    WHERE m.state = 'pending' AND m.due_at <= clock_timestamp() AND coalesce((p_in_flight ->> m.origin)::int, 0) < p_per_origin
    ORDER BY m.due_at LIMIT greatest(200, p_limit)
  ), ranked AS (
    SELECT d.*, row_number() OVER (PARTITION BY d.origin ORDER BY d.due_at) + coalesce((p_in_flight ->> d.origin)::int, 0) AS rank FROM due d
  ), free AS (
    SELECT m.event_id, m.endpoint_id FROM webhook_message m
    WHERE (m.event_id, m.endpoint_id) IN
      (SELECT r.event_id, r.endpoint_id FROM ranked r WHERE r.rank <= p_per_origin ORDER BY r.due_at LIMIT p_limit)
      AND m.state = 'pending' AND m.due_at <= clock_timestamp()
    FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE webhook_message m SET token = gen_random_uuid(), attempts = m.attempts + 1,
      due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
    FROM free f WHERE m.event_id = f.event_id AND m.endpoint_id = f.endpoint_id RETURNING m.*
  ), lost AS (
    UPDATE webhook_delivery d SET finished_at = clock_timestamp(), error = 'The process that sent it ended before it could say what came of it.'
    FROM taken k WHERE d.event_id = k.event_id AND d.endpoint_id = k.endpoint_id AND d.finished_at IS NULL
  ), begun AS (
    INSERT INTO webhook_delivery (event_id, endpoint_id, attempt, token)
    SELECT k.event_id, k.endpoint_id, k.attempts, k.token FROM taken k
  )
  SELECT k.event_id, k.endpoint_id, k.token, k.attempts, w.url, w.origin, w.key_id, e.type, e.created_at, e.job_id, e.batch_id
  FROM taken k JOIN webhook_endpoint w ON w.id = k.endpoint_id JOIN event e ON e.id = k.event_id;
END $$;

-- What came of one attempt. p_verdict: 'delivered', 'again' (after p_delay_ms), 'failed', 'gone' (and the endpoint is disabled).
-- Who is late (its lease ended) may still say that it was delivered: then nobody needs to send it again.
CREATE OR REPLACE FUNCTION settle_webhook(p_event uuid, p_endpoint uuid, p_token uuid, p_status int, p_duration_ms int, p_error text,
  p_verdict text, p_delay_ms bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE webhook_message m SET
    state = CASE p_verdict WHEN 'delivered' THEN 'delivered' WHEN 'again' THEN 'pending' ELSE 'failed' END,
    due_at = clock_timestamp() + make_interval(secs => coalesce(p_delay_ms, 0) / 1000.0),
    finished_at = CASE WHEN p_verdict <> 'again' THEN clock_timestamp() END, token = NULL
  WHERE m.event_id = p_event AND m.endpoint_id = p_endpoint AND m.state = 'pending' AND (m.token = p_token OR p_verdict = 'delivered');
  UPDATE webhook_delivery d SET finished_at = clock_timestamp(), status = p_status, duration_ms = p_duration_ms, error = p_error
  WHERE d.event_id = p_event AND d.endpoint_id = p_endpoint AND d.token = p_token;
  IF p_verdict = 'gone' THEN
    UPDATE webhook_endpoint SET disabled_at = clock_timestamp() WHERE id = p_endpoint AND disabled_at IS NULL;
  END IF;
END $$;
