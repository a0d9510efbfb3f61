-- An endpoint of a tenant. A known key gives the endpoint of then ('known'), or 'conflict' when the request was another.
CREATE OR REPLACE FUNCTION create_webhook(p_id uuid, p_tenant uuid, p_url text, p_types text[], p_description text, p_concurrency int, p_key_id text,
  p_request_key text, p_request_sha256 text, p_max int, OUT id uuid, OUT verdict text) LANGUAGE plpgsql AS $$
DECLARE v_known webhook_endpoint;
BEGIN
  -- One at a time for each tenant, so that the limit is one.
  PERFORM 1 FROM tenant t WHERE t.id = p_tenant FOR NO KEY UPDATE;
  IF p_request_key IS NOT NULL THEN
    SELECT * INTO v_known FROM webhook_endpoint w WHERE w.tenant_id = p_tenant AND w.request_key = p_request_key;
    IF FOUND THEN
      id := v_known.id;
      verdict := CASE WHEN v_known.request_sha256 = p_request_sha256 AND v_known.deleted_at IS NULL THEN 'known' ELSE 'conflict' END;
      RETURN;
    END IF;
  END IF;
  IF (SELECT count(*) FROM webhook_endpoint w WHERE w.tenant_id = p_tenant AND w.job_id IS NULL AND w.batch_id IS NULL AND w.deleted_at IS NULL) >= p_max THEN
    verdict := 'limit';
    RETURN;
  END IF;
  INSERT INTO webhook_endpoint (id, tenant_id, url, target, types, description, concurrency, key_id, request_key, request_sha256)
  VALUES (p_id, p_tenant, p_url, md5(p_id::text)::uuid, p_types, p_description, p_concurrency, p_key_id, p_request_key, p_request_sha256);
  id := p_id;
  verdict := 'created';
END $$;

-- Changes what is not null. Enabled again, or sent elsewhere, it begins without a past. False when there is no such endpoint.
CREATE OR REPLACE FUNCTION update_webhook(p_tenant uuid, p_id uuid, p_url text, p_types text[], p_description text, p_concurrency int, p_enabled boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_target uuid;
BEGIN
  UPDATE webhook_endpoint w SET url = coalesce(p_url, w.url), types = coalesce(p_types, w.types), description = coalesce(p_description, w.description),
    concurrency = coalesce(p_concurrency, w.concurrency),
    disabled_at = CASE WHEN p_enabled THEN NULL ELSE w.disabled_at END, disabled_because = CASE WHEN p_enabled THEN NULL ELSE w.disabled_because END
  WHERE w.id = p_id AND w.tenant_id = p_tenant AND w.job_id IS NULL AND w.batch_id IS NULL AND w.deleted_at IS NULL RETURNING w.target INTO v_target;
  IF NOT FOUND THEN RETURN false; END IF;
  IF p_enabled OR p_url IS NOT NULL THEN DELETE FROM webhook_breaker b WHERE b.target = v_target; END IF;
  IF NOT p_enabled THEN PERFORM disable_webhook(p_id, 'asked'); END IF;
  RETURN true;
END $$;

-- The secret changes with the number of rotations; the one before signs, too, until the grace time is over. p_key_id: of the key that secrets are derived
-- from now; when that was changed, the former secret cannot be made any more. Asked again with the same key, nothing changes. Null when there is no such endpoint.
CREATE OR REPLACE FUNCTION rotate_webhook(p_tenant uuid, p_id uuid, p_key_id text, p_grace_ms bigint, p_request_key text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE w webhook_endpoint;
BEGIN
  SELECT * INTO w FROM webhook_endpoint e
  WHERE e.id = p_id AND e.tenant_id = p_tenant AND e.job_id IS NULL AND e.batch_id IS NULL AND e.deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF w.rotation_key = p_request_key THEN RETURN false; END IF;
  UPDATE webhook_endpoint SET rotations = rotations + 1, key_id = p_key_id, rotation_key = p_request_key,
    former_until = CASE WHEN key_id = p_key_id AND p_grace_ms > 0 THEN clock_timestamp() + make_interval(secs => p_grace_ms / 1000.0) END
  WHERE id = p_id;
  RETURN true;
END $$;

-- Its rows go later, see end_stale_messages. False when there is no such endpoint.
CREATE OR REPLACE FUNCTION delete_webhook(p_tenant uuid, p_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE webhook_endpoint SET deleted_at = clock_timestamp()
  WHERE id = p_id AND tenant_id = p_tenant AND job_id IS NULL AND batch_id IS NULL AND deleted_at IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM disable_webhook(p_id, 'asked');
  RETURN true;
END $$;

-- A message that says nothing but that it arrives. Returns its event.
CREATE OR REPLACE FUNCTION test_webhook(p_endpoint uuid) RETURNS uuid LANGUAGE sql AS $$
  WITH happened AS (
    INSERT INTO event (id, tenant_id, endpoint_id, type) SELECT new_id(), w.tenant_id, w.id, 'webhook.test' FROM webhook_endpoint w WHERE w.id = p_endpoint
    RETURNING id
  ), told AS (
    INSERT INTO webhook_message (event_id, endpoint_id, target) SELECT h.id, w.id, w.target FROM happened h CROSS JOIN webhook_endpoint w WHERE w.id = p_endpoint
  ) SELECT h.id FROM happened h
$$;

-- Due now, and by the schedule from its beginning; unless it is being sent at this moment. False when there is no such message.
CREATE OR REPLACE FUNCTION redeliver_webhook(p_endpoint uuid, p_event uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE webhook_message m SET state = 'pending', token = NULL, finished_at = NULL, due_at = clock_timestamp(), since = clock_timestamp(),
    attempts_before = m.attempts
  WHERE m.endpoint_id = p_endpoint AND m.event_id = p_event AND NOT (m.state = 'pending' AND m.token IS NOT NULL AND m.due_at > clock_timestamp());
  IF FOUND THEN RETURN true; END IF;
  PERFORM 1 FROM webhook_message m WHERE m.endpoint_id = p_endpoint AND m.event_id = p_event;
  RETURN FOUND;
END $$;

-- Once a minute, by one process: messages end that an endpoint was to get when it was just being disabled, or that found no end in p_keep_ms, since while a breaker is
-- open no attempt is made that could be the last. Endpoints that were deleted an hour ago go, with all they were told, and tests that are
-- older than p_keep_ms.
CREATE OR REPLACE FUNCTION end_stale_messages(p_keep_ms bigint, p_limit int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_before timestamptz := clock_timestamp() - make_interval(secs => p_keep_ms / 1000.0); v_gone uuid[];
BEGIN
  PERFORM take_upkeep('webhooks');
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE upkeep SET due_at = clock_timestamp() + interval '1 min' WHERE work = 'webhooks';
  UPDATE webhook_message m SET state = 'failed', token = NULL, finished_at = clock_timestamp() FROM (
    SELECT s.event_id, s.endpoint_id FROM webhook_message s JOIN webhook_endpoint w ON w.id = s.endpoint_id
    WHERE s.state = 'pending' AND (s.since < v_before OR w.disabled_at IS NOT NULL) AND (s.token IS NULL OR s.due_at < clock_timestamp())
    ORDER BY s.due_at LIMIT p_limit FOR UPDATE OF s SKIP LOCKED) old
  WHERE m.event_id = old.event_id AND m.endpoint_id = old.endpoint_id;
  v_gone := ARRAY(SELECT w.id FROM webhook_endpoint w WHERE w.deleted_at < clock_timestamp() - interval '1 h' ORDER BY w.deleted_at LIMIT 10 FOR UPDATE SKIP LOCKED);
  DELETE FROM event e WHERE e.endpoint_id = ANY (v_gone);
  DELETE FROM webhook_breaker b USING webhook_endpoint w WHERE w.id = ANY (v_gone) AND b.target = w.target;
  DELETE FROM webhook_endpoint w WHERE w.id = ANY (v_gone);
  DELETE FROM event e USING (SELECT t.id FROM event t WHERE t.endpoint_id IS NOT NULL AND t.id < first_id(v_before) ORDER BY t.endpoint_id, t.id LIMIT p_limit) old
  WHERE e.id = old.id;
END $$;
