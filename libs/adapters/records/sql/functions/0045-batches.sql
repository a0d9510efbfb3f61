-- Ends a batch whose jobs have all ended. The batch row is locked, never counted down: two transactions that end its last
-- two jobs would each see the other's job as open, and neither would end the batch. Every statement here sees what was
-- committed before it, so whoever gets the lock last sees all. Taken after every job and task, by ascending id.
CREATE OR REPLACE FUNCTION end_batch(p_batch uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE b batch;
BEGIN
  SELECT * INTO b FROM batch WHERE id = p_batch AND state = 'open' FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  -- From the newest: jobs end in about the order they were made, so an open one is found at once until the very end.
  PERFORM 1 FROM job j WHERE j.batch_id = p_batch AND j.state IN ('queued', 'running') ORDER BY j.id DESC LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  b.state := CASE WHEN b.invalid = b.total THEN 'failed' ELSE 'completed' END;
  UPDATE batch SET state = b.state, finished_at = clock_timestamp() WHERE id = p_batch;
  PERFORM emit_event(b.tenant_id, NULL, p_batch, 'batch.' || b.state);
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

-- One accepted batch, its jobs and tasks. Its graph is stored already. p_rows: [{line, custom_id, job_id, input, params,
-- metadata}] and [{line, custom_id, error}]. A known idempotency key gives the batch of then, or 'conflict'.
CREATE OR REPLACE FUNCTION submit_batch(p_id uuid, p_tenant uuid, p_graph text, p_metadata jsonb, p_rows jsonb, p_key text,
  p_key_sha256 text, OUT batch_id uuid, OUT verdict text, OUT ready uuid[]) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_known idempotency; v_pipeline text; v_job uuid; v_first record; v_roots text[];
BEGIN
  ready := '{}';
  batch_id := p_id;
  verdict := 'created';
  SELECT g.name INTO v_pipeline FROM graph g WHERE g.sha256 = p_graph;
  IF NOT FOUND THEN RAISE EXCEPTION 'graph % is not stored', p_graph; END IF;
  INSERT INTO batch (id, tenant_id, graph, pipeline, total, invalid, metadata)
  SELECT p_id, p_tenant, p_graph, v_pipeline, count(*), count(*) FILTER (WHERE r ? 'error'), p_metadata FROM jsonb_array_elements(p_rows) r;
  IF p_key IS NOT NULL THEN
    INSERT INTO idempotency (tenant_id, key, sha256, batch_id) VALUES (p_tenant, p_key, p_key_sha256, p_id) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      DELETE FROM batch WHERE id = p_id;
      SELECT * INTO v_known FROM idempotency WHERE tenant_id = p_tenant AND key = p_key;
      batch_id := v_known.batch_id;
      verdict := CASE WHEN v_known.batch_id IS NOT NULL AND v_known.sha256 = p_key_sha256 THEN 'known' ELSE 'conflict' END;
      RETURN;
    END IF;
  END IF;

  INSERT INTO job (id, tenant_id, graph, pipeline, input, params, metadata, batch_id)
  SELECT r.job_id, p_tenant, p_graph, v_pipeline, r.input, r.params, r.metadata, p_id
  FROM jsonb_to_recordset(p_rows) r(job_id uuid, input jsonb, params jsonb, metadata jsonb) WHERE r.job_id IS NOT NULL;
  INSERT INTO batch_row (batch_id, line, custom_id, job_id, error)
  SELECT p_id, r.line, r.custom_id, r.job_id, r.error
  FROM jsonb_to_recordset(p_rows) r(line int, custom_id text, job_id uuid, error jsonb);
  INSERT INTO scope (job_id, tenant_id, path, tasks_left)
  SELECT r.job_id, p_tenant, '', (SELECT count(*) FROM graph_node n WHERE n.graph = p_graph AND n.scope = '')
  FROM batch_row r WHERE r.batch_id = p_id AND r.job_id IS NOT NULL;
  INSERT INTO task (id, job_id, tenant_id, path, node, chain, stage, deps_left)
  SELECT new_id(), r.job_id, p_tenant, n.name, n.id, '{""}', n.stage, n.depends_on
  FROM batch_row r CROSS JOIN graph_node n
  WHERE r.batch_id = p_id AND r.job_id IS NOT NULL AND n.graph = p_graph AND n.scope = '' ORDER BY r.line, n.position;

  v_roots := ARRAY(SELECT n.name FROM graph_node n WHERE n.graph = p_graph AND n.scope = '' AND n.depends_on = 0 ORDER BY n.position);
  FOR v_job IN SELECT r.job_id FROM batch_row r WHERE r.batch_id = p_id AND r.job_id IS NOT NULL ORDER BY r.line LOOP
    SELECT d.ready, d.final INTO v_first FROM decide_all(v_job, p_graph, v_roots, '{}') d;
    ready := ready || v_first.ready || propagate(v_job, v_first.final);
  END LOOP;
  -- No row was good, or the jobs had nothing to do.
  PERFORM end_batch(p_id);
END $$;

-- True when this call ended the batch, false when it was final, null when there is no such batch.
CREATE OR REPLACE FUNCTION cancel_batch(p_tenant uuid, p_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE b batch; v_open uuid[]; v_job uuid;
BEGIN
  SELECT * INTO b FROM batch WHERE id = p_id AND tenant_id = p_tenant;
  IF NOT FOUND THEN RETURN NULL; END IF;
  v_open := ARRAY(SELECT j.id FROM job j WHERE j.batch_id = p_id AND j.state IN ('queued', 'running') ORDER BY j.id FOR UPDATE);
  FOREACH v_job IN ARRAY v_open LOOP
    PERFORM end_job(v_job, 'cancelled', NULL, '{"code": "job.cancelled", "message": "The batch was cancelled."}');
  END LOOP;
  UPDATE batch SET state = 'cancelled', finished_at = clock_timestamp() WHERE id = p_id AND state = 'open';
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM emit_event(p_tenant, NULL, p_id, 'batch.cancelled');
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION batch_counts(p_batch uuid, OUT queued int, OUT running int, OUT completed int, OUT failed int, OUT cancelled int,
  OUT started_at timestamptz) LANGUAGE sql STABLE AS $$
  SELECT count(*) FILTER (WHERE j.state = 'queued'), count(*) FILTER (WHERE j.state = 'running'), count(*) FILTER (WHERE j.state = 'completed'),
    count(*) FILTER (WHERE j.state = 'failed'), count(*) FILTER (WHERE j.state = 'cancelled'), min(j.started_at)
  FROM job j WHERE j.batch_id = p_batch
$$;
