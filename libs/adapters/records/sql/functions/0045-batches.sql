-- A batch ends, with what came of its jobs, which have all ended. False: it had ended before.
CREATE OR REPLACE FUNCTION close_batch(p_batch uuid, p_state text, p_error jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE batch b SET state = p_state, error = p_error, finished_at = clock_timestamp(), completed = c.completed, failed = c.failed, cancelled = c.cancelled,
    started_at = c.started_at
  FROM batch_counts(p_batch) c WHERE b.id = p_batch AND b.state IN ('validating', 'open');
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM emit_batch_event(p_batch);
  RETURN true;
END $$;

-- Ends a batch whose jobs have all ended. The batch row is locked, never counted down: two transactions that end its last
-- two jobs would each see the other's job as open, and neither would end the batch. Every statement here sees what was
-- committed before it, so whoever gets the lock last sees all. Taken after every job and task, by ascending id. While very many jobs
-- are open nobody can be ending the last ones, and nobody needs to wait for the lock; should it be otherwise, the sweeper ends the batch.
CREATE OR REPLACE FUNCTION end_batch(p_batch uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE b batch;
BEGIN
  -- From the newest: jobs end in about the order they were made, so open ones are found at once until the very end. BETWEEN, so that only the
  -- index of batches has the order asked for: with =, PostgreSQL with statistics may go through all jobs ever made by their ids.
  PERFORM 1 FROM job j WHERE j.batch_id BETWEEN p_batch AND p_batch AND j.state IN ('queued', 'running')
    ORDER BY j.batch_id DESC, j.id DESC OFFSET 500 LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  SELECT * INTO b FROM batch WHERE id = p_batch AND state = 'open' FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM 1 FROM job j WHERE j.batch_id BETWEEN p_batch AND p_batch AND j.state IN ('queued', 'running')
    ORDER BY j.batch_id DESC, j.id DESC LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  b.state := CASE WHEN b.invalid = b.total THEN 'failed' ELSE 'completed' END;
  PERFORM close_batch(p_batch, b.state, NULL);
END $$;

-- Called last by whoever may have ended these jobs.
CREATE OR REPLACE FUNCTION end_batches(p_jobs uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_batch uuid;
BEGIN
  FOR v_batch IN
    SELECT DISTINCT j.batch_id FROM job j
    WHERE j.id = ANY (p_jobs) AND j.batch_id IS NOT NULL AND j.state NOT IN ('queued', 'running') ORDER BY j.batch_id
  LOOP
    PERFORM end_batch(v_batch);
  END LOOP;
END $$;

-- A batch without its rows. verdict: 'created', or that of the idempotency key: 'known' (batch_id is the batch of then) or 'conflict'.
CREATE OR REPLACE FUNCTION begin_batch(p_id uuid, p_tenant uuid, p_graph text, p_metadata jsonb, p_state text, p_total int, p_invalid int, p_key text,
  p_key_sha256 text, OUT batch_id uuid, OUT verdict text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_known idempotency;
BEGIN
  batch_id := p_id;
  verdict := 'created';
  INSERT INTO batch (id, tenant_id, graph, pipeline, state, total, invalid, metadata)
  SELECT p_id, p_tenant, g.sha256, g.name, p_state, p_total, p_invalid, p_metadata FROM graph g WHERE g.sha256 = p_graph;
  IF NOT FOUND THEN RAISE EXCEPTION 'graph % is not stored', p_graph; END IF;
  IF p_key IS NULL THEN RETURN; END IF;
  INSERT INTO idempotency (tenant_id, key, sha256, batch_id) VALUES (p_tenant, p_key, p_key_sha256, p_id) ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN; END IF;
  -- Somebody was first: the row that was just made goes again, before anybody could see it.
  DELETE FROM batch WHERE id = p_id;
  SELECT * INTO v_known FROM idempotency WHERE tenant_id = p_tenant AND key = p_key;
  batch_id := v_known.batch_id;
  verdict := CASE WHEN v_known.batch_id IS NOT NULL AND v_known.sha256 = p_key_sha256 THEN 'known' ELSE 'conflict' END;
END $$;

-- Rows of a batch become jobs, or errors. p_rows: [{line, custom_id, job_id, input, params, metadata, graph}] and [{line, custom_id, error}]. graph: where it
-- is another one than the batch's. Returns the stages that have work now.
CREATE OR REPLACE FUNCTION add_batch_rows(p_batch uuid, p_rows jsonb, p_priority int, p_deadline_ms bigint, p_open_max bigint) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE b batch; v_jobs uuid[];
BEGIN
  SELECT * INTO b FROM batch WHERE id = p_batch;
  v_jobs := ARRAY(SELECT r.job_id FROM jsonb_to_recordset(p_rows) r(line int, job_id uuid) WHERE r.job_id IS NOT NULL ORDER BY r.line);
  PERFORM take_quota(b.tenant_id, cardinality(v_jobs), p_open_max);
  INSERT INTO job (id, tenant_id, graph, pipeline, input, params, metadata, batch_id, lane, priority, sinks_left, deadline_ms, deadline_at)
  SELECT r.job_id, b.tenant_id, g.sha256, b.pipeline, r.input, r.params, r.metadata, b.id, 1, p_priority, g.sinks, p_deadline_ms,
    clock_timestamp() + make_interval(secs => p_deadline_ms / 1000.0)
  FROM jsonb_to_recordset(p_rows) r(job_id uuid, input jsonb, params jsonb, metadata jsonb, graph text) JOIN graph g ON g.sha256 = coalesce(r.graph, b.graph)
  WHERE r.job_id IS NOT NULL;
  INSERT INTO batch_row (batch_id, line, custom_id, job_id, error)
  SELECT p_batch, r.line, r.custom_id, r.job_id, r.error
  FROM jsonb_to_recordset(p_rows) r(line int, custom_id text, job_id uuid, error jsonb);
  RETURN CASE WHEN v_jobs = '{}' THEN '{}' WHEN p_rows @? '$[*].graph' THEN start_jobs_by_graph(v_jobs) ELSE start_jobs(b.graph, v_jobs) END;
END $$;

-- As start_jobs, for jobs of whichever graphs.
CREATE OR REPLACE FUNCTION start_jobs_by_graph(p_jobs uuid[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE v_some record; v_waiting text[] := '{}';
BEGIN
  FOR v_some IN
    SELECT j.graph, array_agg(j.id ORDER BY o.place) AS jobs FROM unnest(p_jobs) WITH ORDINALITY o(id, place) JOIN job j ON j.id = o.id
    GROUP BY j.graph ORDER BY min(o.place)
  LOOP
    v_waiting := v_waiting || start_jobs(v_some.graph, v_some.jobs);
  END LOOP;
  RETURN ARRAY(SELECT DISTINCT unnest(v_waiting));
END $$;

-- One accepted batch, its jobs and tasks. Its graph is stored already. p_rows as above.
CREATE OR REPLACE FUNCTION submit_batch(p_id uuid, p_tenant uuid, p_graph text, p_metadata jsonb, p_rows jsonb, p_key text,
  p_key_sha256 text, p_priority int, p_deadline_ms bigint, p_open_max bigint, OUT batch_id uuid, OUT verdict text, OUT waiting text[]) LANGUAGE plpgsql AS $$
DECLARE v_total int; v_invalid int;
BEGIN
  waiting := '{}';
  SELECT count(*), count(*) FILTER (WHERE r ? 'error') INTO v_total, v_invalid FROM jsonb_array_elements(p_rows) r;
  SELECT * INTO batch_id, verdict FROM begin_batch(p_id, p_tenant, p_graph, p_metadata, 'open', v_total, v_invalid, p_key, p_key_sha256);
  IF verdict <> 'created' THEN RETURN; END IF;
  waiting := add_batch_rows(p_id, p_rows, p_priority, p_deadline_ms, p_open_max);
  -- No row was good, or the jobs had nothing to do.
  PERFORM end_batch(p_id);
END $$;

-- True when this call ended the batch, false when it was final, null when there is no such batch.
CREATE OR REPLACE FUNCTION cancel_batch(p_tenant uuid, p_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE b batch; v_open uuid[];
BEGIN
  SELECT * INTO b FROM batch WHERE id = p_id AND tenant_id = p_tenant;
  IF NOT FOUND THEN RETURN NULL; END IF;
  -- Whoever reads its file has added what he was adding, and can add no more.
  DELETE FROM ingestion WHERE batch_id = p_id;
  v_open := ARRAY(SELECT j.id FROM job j WHERE j.batch_id = p_id AND j.state IN ('queued', 'running') ORDER BY j.id FOR UPDATE);
  PERFORM end_jobs(v_open, 'cancelled', '{"code": "job.cancelled", "message": "The batch was cancelled."}');
  RETURN close_batch(p_id, 'cancelled', NULL);
END $$;

-- Of its rows. What has ended was counted then. BETWEEN, for the reason above.
CREATE OR REPLACE FUNCTION batch_counts(p_batch uuid, OUT queued int, OUT running int, OUT completed int, OUT failed int, OUT cancelled int,
  OUT started_at timestamptz) LANGUAGE plpgsql STABLE AS $$
DECLARE b batch; v_own int;
BEGIN
  SELECT * INTO b FROM batch t WHERE t.id = p_batch;
  IF b.completed IS NOT NULL THEN
    SELECT 0, 0, b.completed, b.failed, b.cancelled, b.started_at INTO queued, running, completed, failed, cancelled, started_at;
    RETURN;
  END IF;
  SELECT count(*), count(*) FILTER (WHERE j.state = 'queued'), count(*) FILTER (WHERE j.state = 'running'),
    count(*) FILTER (WHERE j.state = 'completed'), count(*) FILTER (WHERE j.state = 'failed'), count(*) FILTER (WHERE j.state = 'cancelled'),
    min(j.started_at)
  INTO v_own, queued, running, completed, failed, cancelled, started_at FROM job j WHERE j.batch_id BETWEEN p_batch AND p_batch;
  -- A retry has the jobs that completed before from the batch of then.
  IF b.retry_of IS NOT NULL THEN
    completed := completed - v_own + (SELECT count(*) FROM batch_row r WHERE r.batch_id = p_batch AND r.job_id IS NOT NULL);
  END IF;
END $$;
