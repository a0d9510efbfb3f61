-- Stores a plan once. p_nodes: rows of graph_node without the graph.
CREATE OR REPLACE FUNCTION store_graph(p_sha256 text, p_name text, p_version int, p_document jsonb, p_output jsonb, p_nodes jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO graph (sha256, name, version, document, output) VALUES (p_sha256, p_name, p_version, p_document, p_output)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO graph_node (graph, id, scope, name, position, kind, depends_on, dependents, stage, pool, input, required, params,
    on_error, fallback, condition, timeout_ms, attempts, iterated, list, collect, join_kind, join_count)
  SELECT p_sha256, r.id, r.scope, r.name, r.position, r.kind, r.depends_on, r.dependents, r.stage, r.pool, r.input, r.required,
    r.params, coalesce(r.on_error, 'fail'), r.fallback, r.condition, r.timeout_ms, r.attempts, r.iterated, r.list, r.collect,
    CASE WHEN r.kind = 'each' THEN coalesce(r.join_kind, 'all') END, r.join_count
  FROM jsonb_populate_recordset(NULL::graph_node, p_nodes) r;
  UPDATE graph_node e SET sinks = (SELECT count(*) FROM graph_node n WHERE n.graph = p_sha256 AND n.scope = e.id AND n.dependents = '{}')
  WHERE e.graph = p_sha256 AND e.kind = 'each';
  UPDATE graph g SET sinks = (SELECT count(*) FROM graph_node n WHERE n.graph = p_sha256 AND n.scope = '' AND n.dependents = '{}'),
    calm = NOT EXISTS (SELECT 1 FROM graph_node n WHERE n.graph = p_sha256 AND n.join_kind IN ('any', 'quorum'))
  WHERE g.sha256 = p_sha256;
END $$;

-- Jobs that were just inserted begin. Returns the stages that have work now.
CREATE OR REPLACE FUNCTION start_jobs(p_graph text, p_jobs uuid[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE v_opened record; v_inner record; v_rest record;
BEGIN
  SELECT * INTO v_opened FROM open_scopes(p_graph, '', p_jobs, NULL, array_fill(''::text, ARRAY[cardinality(p_jobs)]), NULL, 0, NULL);
  SELECT * INTO v_inner FROM open_eaches(v_opened.reached, v_opened.is_each, NULL, 0, NULL);
  SELECT * INTO v_rest FROM propagate(v_inner.final, NULL, 0, NULL);
  RETURN ARRAY(SELECT DISTINCT unnest(v_opened.waiting || v_inner.waiting || v_rest.waiting));
END $$;

-- One accepted job. Its graph is stored already, in the same transaction or before. waiting: stages that have work now.
-- A known idempotency key gives the job of then, or 'conflict' when the request was another.
CREATE OR REPLACE FUNCTION submit_job(p_id uuid, p_tenant uuid, p_graph text, p_input jsonb, p_params jsonb, p_metadata jsonb,
  p_key text, p_key_sha256 text, p_priority int, p_deadline_ms bigint, p_open_max bigint, OUT job_id uuid, OUT verdict text, OUT waiting text[]) LANGUAGE plpgsql AS $$
DECLARE v_known idempotency;
BEGIN
  waiting := '{}';
  INSERT INTO job (id, tenant_id, graph, pipeline, input, params, metadata, priority, sinks_left, deadline_ms, deadline_at)
  SELECT p_id, p_tenant, g.sha256, g.name, p_input, p_params, p_metadata, p_priority, g.sinks, p_deadline_ms,
    clock_timestamp() + make_interval(secs => p_deadline_ms / 1000.0)
  FROM graph g WHERE g.sha256 = p_graph;
  IF NOT FOUND THEN RAISE EXCEPTION 'graph % is not stored', p_graph; END IF;
  IF p_key IS NOT NULL THEN
    INSERT INTO idempotency (tenant_id, key, sha256, job_id) VALUES (p_tenant, p_key, p_key_sha256, p_id) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      -- Somebody was first: the row that was just made goes again, before anybody could see it.
      DELETE FROM job WHERE id = p_id;
      SELECT * INTO v_known FROM idempotency WHERE tenant_id = p_tenant AND key = p_key;
      job_id := v_known.job_id;
      verdict := CASE WHEN v_known.job_id IS NOT NULL AND v_known.sha256 = p_key_sha256 THEN 'known' ELSE 'conflict' END;
      RETURN;
    END IF;
  END IF;
  job_id := p_id;
  verdict := 'created';
  PERFORM take_quota(p_tenant, 1, p_open_max);
  waiting := start_jobs(p_graph, ARRAY[p_id]);
END $$;

-- True when this call ended the job, false when it was final, null when there is no such job.
CREATE OR REPLACE FUNCTION cancel_job(p_tenant uuid, p_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_state text;
BEGIN
  SELECT state INTO v_state FROM job WHERE id = p_id AND tenant_id = p_tenant FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_state NOT IN ('queued', 'running') THEN RETURN false; END IF;
  PERFORM end_jobs(ARRAY[p_id], 'cancelled', '{"code": "job.cancelled", "message": "The job was cancelled."}');
  PERFORM end_batches(ARRAY[p_id]);
  RETURN true;
END $$;
