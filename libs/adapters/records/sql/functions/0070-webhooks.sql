-- Where messages are due, in a circle that begins anywhere: who is many is found as often as who is few. p_limit: targets looked at.
CREATE OR REPLACE FUNCTION due_webhook_targets(p_limit int) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE v_start uuid := gen_random_uuid(); v_at uuid := v_start; v_around boolean := false; v_due timestamptz; v_next uuid;
BEGIN
  FOR i IN 1..p_limit LOOP
    SELECT m.target, m.due_at INTO v_next, v_due FROM webhook_message m WHERE m.state = 'pending' AND m.target > v_at ORDER BY m.target, m.due_at LIMIT 1;
    EXIT WHEN v_around AND (v_next IS NULL OR v_next > v_start);
    v_around := v_around OR v_next IS NULL;
    v_at := coalesce(v_next, '00000000-0000-0000-0000-000000000000');
    IF v_due <= clock_timestamp() THEN RETURN NEXT v_next; END IF;
  END LOOP;
END $$;

-- How many messages may be on their way to a target at a time: none while its breaker is open, then one to see, else as its endpoint says.
CREATE OR REPLACE FUNCTION webhook_room(p_target uuid, p_breaker webhook_breaker, p_failures_max int) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN p_breaker.open_until > clock_timestamp() THEN 0 ELSE
    CASE WHEN p_breaker.open_until IS NOT NULL OR p_breaker.failures >= p_failures_max THEN 1
      ELSE (SELECT w.concurrency FROM webhook_message m JOIN webhook_endpoint w ON w.id = m.endpoint_id
        WHERE m.target = p_target AND m.state = 'pending' ORDER BY m.target, m.due_at LIMIT 1) END
    - (SELECT count(*)::int FROM webhook_message m WHERE m.target = p_target AND m.state = 'pending' AND m.token IS NOT NULL AND m.due_at > clock_timestamp()) END
$$;

-- Takes messages that are due: from every target one, before a second one from any. At most p_limit, and at most p_suspects of them for
-- targets whose last attempts failed or whose last one was slow, so that there is always room for the others; a single failure may befall anybody. One process at a time, so that the limit of a
-- target holds for all of them together. Taken is: due again when the lease ends. Whoever calls may die any time.
CREATE OR REPLACE FUNCTION claim_webhook_messages(p_limit int, p_suspects int, p_lease_ms int, p_failures_max int)
RETURNS TABLE (event_id uuid, endpoint_id uuid, token uuid, attempt int, scheduled int, suspect boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM 1 FROM webhook_message m WHERE m.state = 'pending' AND m.due_at <= (SELECT clock_timestamp()) ORDER BY m.due_at LIMIT 1;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(4646002);
  RETURN QUERY
  WITH candidate AS (
    SELECT d.event_id, d.endpoint_id, d.due_at, coalesce(b.failures <> 1, false) AS suspect, row_number() OVER (PARTITION BY t.target ORDER BY d.due_at) AS rank
    FROM due_webhook_targets(1000) t(target) LEFT JOIN webhook_breaker b ON b.target = t.target
    CROSS JOIN LATERAL webhook_room(t.target, b, p_failures_max) r(room)
    CROSS JOIN LATERAL (
      SELECT m.event_id, m.endpoint_id, m.due_at FROM webhook_message m
      WHERE m.target = t.target AND m.state = 'pending' AND m.due_at <= (SELECT clock_timestamp()) ORDER BY m.target, m.due_at LIMIT greatest(r.room, 0)) d
  ), ranked AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.suspect ORDER BY c.rank, c.due_at) AS place FROM candidate c
  ), chosen AS (
    SELECT r.* FROM ranked r WHERE NOT r.suspect OR r.place <= p_suspects ORDER BY r.rank, r.due_at LIMIT p_limit
  ), free AS (
    SELECT m.event_id, m.endpoint_id, c.suspect FROM chosen c JOIN webhook_message m ON m.event_id = c.event_id AND m.endpoint_id = c.endpoint_id
    WHERE m.state = 'pending' AND m.due_at <= clock_timestamp() FOR UPDATE OF m SKIP LOCKED
  ), taken AS (
    UPDATE webhook_message m SET token = gen_random_uuid(), attempts = m.attempts + 1,
      due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
    FROM free f WHERE m.event_id = f.event_id AND m.endpoint_id = f.endpoint_id RETURNING m.*, f.suspect
  ), lost AS (
    UPDATE webhook_delivery d SET finished_at = clock_timestamp(), error = 'The process that sent it ended before it could say what came of it.'
    FROM taken k WHERE d.event_id = k.event_id AND d.endpoint_id = k.endpoint_id AND d.finished_at IS NULL
  ), begun AS (
    INSERT INTO webhook_delivery (event_id, endpoint_id, attempt, token)
    SELECT k.event_id, k.endpoint_id, k.attempts, k.token FROM taken k
  )
  SELECT k.event_id, k.endpoint_id, k.token, k.attempts, k.attempts - k.attempts_before, k.suspect FROM taken k;
END $$;

-- These are still being sent. One that is locked right now is being settled, or its endpoint disabled.
CREATE OR REPLACE FUNCTION hold_webhook_messages(p_events uuid[], p_endpoints uuid[], p_tokens uuid[], p_lease_ms int) RETURNS void LANGUAGE sql AS $$
  UPDATE webhook_message m SET due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0) FROM (
    SELECT m.event_id, m.endpoint_id FROM unnest(p_events, p_endpoints, p_tokens) h(event_id, endpoint_id, token)
    JOIN webhook_message m ON m.event_id = h.event_id AND m.endpoint_id = h.endpoint_id
    WHERE m.token = h.token AND m.state = 'pending' FOR UPDATE OF m SKIP LOCKED) held
  WHERE m.event_id = held.event_id AND m.endpoint_id = held.endpoint_id
$$;

-- What a target's breaker learns of an attempt. p_pause_ms: as long as it asked for. A slow one is suspect, but not failing.
CREATE OR REPLACE FUNCTION note_webhook_attempt(p_target uuid, p_good boolean, p_duration_ms int, p_pause_ms bigint, p_failures_max int, p_pause_min_ms bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_good AND p_duration_ms < 1000 THEN
    DELETE FROM webhook_breaker WHERE target = p_target;
  ELSIF p_good THEN
    INSERT INTO webhook_breaker AS b (target, failures) VALUES (p_target, 0)
    ON CONFLICT (target) DO UPDATE SET failures = 0, failing_since = NULL, open_until = NULL;
  ELSE
    INSERT INTO webhook_breaker AS b (target, failures, failing_since) VALUES (p_target, 1, clock_timestamp())
    ON CONFLICT (target) DO UPDATE SET failures = b.failures + 1, failing_since = coalesce(b.failing_since, clock_timestamp());
    -- Twice as long each time that it does not help, up to 32 times.
    UPDATE webhook_breaker b SET open_until = nullif(greatest(
      coalesce(b.open_until, '-infinity'),
      CASE WHEN p_pause_ms > 0 THEN clock_timestamp() + make_interval(secs => p_pause_ms / 1000.0) ELSE '-infinity' END,
      CASE WHEN b.failures >= p_failures_max THEN clock_timestamp()
        + make_interval(secs => p_pause_min_ms / 1000.0 * power(2, least(b.failures - p_failures_max, 5))) * (0.75 + random() / 2) ELSE '-infinity' END), '-infinity')
    WHERE b.target = p_target;
  END IF;
END $$;

-- What came of one attempt. p_verdict: 'delivered', 'again' (after p_delay_ms), 'failed', 'gone' (and the endpoint is disabled). An endpoint that
-- failed for p_disable_ms without a break is disabled, too. Who is late (its lease ended) may still say that it was delivered: then nobody
-- needs to send it again. Lock order: endpoint, messages.
CREATE OR REPLACE FUNCTION settle_webhook_message(p_event uuid, p_endpoint uuid, p_token uuid, p_status int, p_duration_ms int, p_error text,
  p_request jsonb, p_answer text, p_verdict text, p_delay_ms bigint, p_pause_ms bigint, p_failures_max int, p_pause_min_ms bigint, p_disable_ms bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_target uuid; v_failing boolean;
BEGIN
  SELECT w.target INTO v_target FROM webhook_endpoint w WHERE w.id = p_endpoint FOR NO KEY UPDATE;
  UPDATE webhook_message m SET
    state = CASE p_verdict WHEN 'delivered' THEN 'delivered' WHEN 'again' THEN 'pending' ELSE 'failed' END,
    due_at = clock_timestamp() + make_interval(secs => coalesce(p_delay_ms, 0) / 1000.0),
    finished_at = CASE WHEN p_verdict <> 'again' THEN clock_timestamp() END, token = NULL
  WHERE m.event_id = p_event AND m.endpoint_id = p_endpoint AND m.state = 'pending' AND (m.token = p_token OR p_verdict = 'delivered');
  IF FOUND THEN
    PERFORM note_webhook_attempt(v_target, p_verdict = 'delivered', p_duration_ms, p_pause_ms, p_failures_max, p_pause_min_ms);
  END IF;
  UPDATE webhook_delivery d SET finished_at = clock_timestamp(), status = p_status, duration_ms = p_duration_ms, error = p_error,
    request = p_request, answer = p_answer
  WHERE d.event_id = p_event AND d.endpoint_id = p_endpoint AND d.token = p_token;
  IF p_verdict = 'delivered' THEN RETURN; END IF;
  SELECT b.failures >= p_failures_max AND b.failing_since < clock_timestamp() - make_interval(secs => p_disable_ms / 1000.0) INTO v_failing
  FROM webhook_breaker b WHERE b.target = v_target;
  IF p_verdict = 'gone' OR v_failing THEN
    PERFORM disable_webhook(p_endpoint, CASE p_verdict WHEN 'gone' THEN 'gone' ELSE 'failing' END);
  END IF;
END $$;

-- It is told nothing more, and what is on its way ends. An event that is being written at this moment may still find it enabled: see end_stale_messages.
CREATE OR REPLACE FUNCTION disable_webhook(p_endpoint uuid, p_because text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE webhook_endpoint SET disabled_at = clock_timestamp(), disabled_because = p_because WHERE id = p_endpoint AND disabled_at IS NULL;
  UPDATE webhook_message SET state = 'failed', token = NULL, finished_at = clock_timestamp() WHERE endpoint_id = p_endpoint AND state = 'pending';
END $$;
