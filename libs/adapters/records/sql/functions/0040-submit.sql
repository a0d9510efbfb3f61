-- Stores a plan once. p_nodes: rows of graph_node without the graph.
CREATE OR REPLACE FUNCTION store_graph(p_sha256 text, p_name text, p_version int, p_document jsonb, p_output jsonb, p_nodes jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO graph (sha256, name, version, document, output) VALUES (p_sha256, p_name, p_version, p_document, p_output)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO graph_node (graph, id, scope, name, position, kind, depends_on, dependents, stage, pool, input, required, params,
    on_error, timeout_ms, attempts, iterated, list, collect)
  SELECT p_sha256, r.id, r.scope, r.name, r.position, r.kind, r.depends_on, r.dependents, r.stage, r.pool, r.input, r.required,
    r.params, coalesce(r.on_error, 'fail'), r.timeout_ms, r.attempts, r.iterated, r.list, r.collect
  FROM jsonb_populate_recordset(NULL::graph_node, p_nodes) r;
END $$;

-- One accepted job. Its graph is stored already, in the same transaction or before.
-- A known idempotency key gives the job of then, or 'conflict' when the request was another.
CREATE OR REPLACE FUNCTION submit_job(p_id uuid, p_tenant uuid, p_graph text, p_input jsonb, p_params jsonb, p_metadata jsonb,
  p_key text, p_key_sha256 text, OUT job_id uuid, OUT verdict text, OUT ready uuid[]) LANGUAGE plpgsql AS $$
DECLARE v_known idempotency; v_first record;
BEGIN
  ready := '{}';
  INSERT INTO job (id, tenant_id, graph, pipeline, input, params, metadata)
  SELECT p_id, p_tenant, g.sha256, g.name, p_input, p_params, p_metadata FROM graph g WHERE g.sha256 = p_graph;
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
  INSERT INTO scope (job_id, tenant_id, path, tasks_left)
  SELECT p_id, p_tenant, '', count(*) FROM graph_node n WHERE n.graph = p_graph AND n.scope = '';
  PERFORM open_scopes(p_id, p_tenant, p_graph, '', '{}', '{""}');
  SELECT d.ready, d.final INTO v_first FROM decide_all(p_id, p_graph, ARRAY(
    SELECT n.name FROM graph_node n WHERE n.graph = p_graph AND n.scope = '' AND n.depends_on = 0 ORDER BY n.position), '{}') d;
  job_id := p_id;
  verdict := 'created';
  ready := v_first.ready || propagate(p_id, v_first.final);
END $$;

-- True when this call ended the job, false when it was final, null when there is no such job.
CREATE OR REPLACE FUNCTION cancel_job(p_tenant uuid, p_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_state text;
BEGIN
  SELECT state INTO v_state FROM job WHERE id = p_id AND tenant_id = p_tenant FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_state NOT IN ('queued', 'running') THEN RETURN false; END IF;
  PERFORM end_job(p_id, 'cancelled', NULL, '{"code": "job.cancelled", "message": "The job was cancelled."}');
  PERFORM end_batches(ARRAY[p_id]);
  RETURN true;
END $$;
