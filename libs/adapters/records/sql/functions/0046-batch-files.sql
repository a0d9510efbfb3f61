-- A batch whose rows stand in a file, which is read afterwards, stretch by stretch: the rows of a stretch and how far the file is read are written
-- in one transaction, so that whoever goes on after a crash neither repeats nor leaves out a row. Lock order: the ingestion, then as
-- everywhere (decision 0007): jobs, tasks, batches. Who holds an ingestion waits for none but new jobs, which nobody else knows.

-- p_total: rows of the file, counted already. verdict as of begin_batch, or 'absent': the file is gone.
CREATE OR REPLACE FUNCTION submit_batch_file(p_id uuid, p_tenant uuid, p_graph text, p_metadata jsonb, p_artifact uuid, p_total int, p_plan jsonb,
  p_params jsonb, p_key text, p_key_sha256 text, p_priority int, p_deadline_ms bigint, p_open_max bigint, OUT batch_id uuid, OUT verdict text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_bytes bigint;
BEGIN
  -- The lock makes whoever deletes old files see the ingestion, or skip the file.
  SELECT a.bytes INTO v_bytes FROM artifact a WHERE a.id = p_artifact AND a.tenant_id = p_tenant FOR KEY SHARE;
  IF NOT FOUND THEN
    verdict := 'absent';
    RETURN;
  END IF;
  SELECT b.batch_id, b.verdict INTO batch_id, verdict
  FROM begin_batch(p_id, p_tenant, p_graph, p_metadata, 'validating', p_total, 0, p_key, p_key_sha256) b;
  IF verdict <> 'created' THEN RETURN; END IF;
  PERFORM check_quota(p_tenant, p_total, p_open_max);
  INSERT INTO ingestion (batch_id, tenant_id, artifact_id, bytes, plan, params, priority, deadline_ms)
  VALUES (p_id, p_tenant, p_artifact, v_bytes, p_plan, p_params, p_priority, p_deadline_ms);
END $$;

-- The one that has waited longest, if any is due. Whoever takes it has it until the lease ends.
CREATE OR REPLACE FUNCTION take_ingestion(p_token uuid, p_lease_ms int) RETURNS SETOF ingestion LANGUAGE sql AS $$
  UPDATE ingestion i SET token = p_token, tries = i.tries + 1, due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  FROM (SELECT d.batch_id FROM ingestion d WHERE d.due_at <= (SELECT clock_timestamp()) ORDER BY d.due_at LIMIT 1 FOR UPDATE SKIP LOCKED) d
  WHERE i.batch_id = d.batch_id RETURNING i.*
$$;

-- False: somebody else has it, or the batch was cancelled.
CREATE OR REPLACE FUNCTION hold_ingestion(p_batch uuid, p_token uuid, p_lease_ms int) RETURNS boolean LANGUAGE sql AS $$
  WITH held AS (
    UPDATE ingestion SET due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0) WHERE batch_id = p_batch AND token = p_token RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM held)
$$;

-- Somebody else may go on, after p_pause_ms: for no fault of the file.
CREATE OR REPLACE FUNCTION leave_ingestion(p_batch uuid, p_token uuid, p_pause_ms int) RETURNS void LANGUAGE sql AS $$
  UPDATE ingestion SET token = NULL, tries = greatest(tries - 1, 0), due_at = clock_timestamp() + make_interval(secs => p_pause_ms / 1000.0)
  WHERE batch_id = p_batch AND token = p_token
$$;

-- A stretch of the file. p_rows as of add_batch_rows; p_next_byte, p_line: how far it is read now; p_last: that is its end.
CREATE OR REPLACE FUNCTION ingest_rows(p_batch uuid, p_token uuid, p_rows jsonb, p_next_byte bigint, p_line int, p_last boolean, p_lease_ms int,
  p_open_max bigint, OUT held boolean, OUT waiting text[]) LANGUAGE plpgsql AS $$
DECLARE i ingestion; v_invalid int;
BEGIN
  waiting := '{}';
  UPDATE ingestion SET next_byte = p_next_byte, line = p_line, tries = 0, due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  WHERE batch_id = p_batch AND token = p_token RETURNING * INTO i;
  held := FOUND;
  IF NOT held THEN RETURN; END IF;
  waiting := add_batch_rows(p_batch, p_rows, i.priority, i.deadline_ms, p_open_max);
  SELECT count(*) FILTER (WHERE r ? 'error') INTO v_invalid FROM jsonb_array_elements(p_rows) r;
  IF p_last THEN DELETE FROM ingestion WHERE batch_id = p_batch; END IF;
  IF p_last OR v_invalid > 0 THEN
    UPDATE batch SET invalid = invalid + v_invalid, state = CASE WHEN p_last THEN 'open' ELSE state END WHERE id = p_batch;
  END IF;
  IF p_last THEN PERFORM end_batch(p_batch); END IF;
END $$;

-- The rest of the file cannot be read: the batch fails, and what has not ended of it is cancelled. False as of hold_ingestion.
CREATE OR REPLACE FUNCTION fail_ingestion(p_batch uuid, p_token uuid, p_error jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_open uuid[];
BEGIN
  DELETE FROM ingestion WHERE batch_id = p_batch AND token = p_token;
  IF NOT FOUND THEN RETURN false; END IF;
  v_open := ARRAY(SELECT j.id FROM job j WHERE j.batch_id = p_batch AND j.state IN ('queued', 'running') ORDER BY j.id FOR UPDATE);
  PERFORM end_jobs(v_open, 'cancelled', '{"code": "job.cancelled", "message": "The rest of its batch could not be read."}');
  RETURN close_batch(p_batch, 'failed', p_error);
END $$;
