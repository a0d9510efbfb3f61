-- Ends a job that has not ended: its open tasks are cancelled, the event is written. The job row is locked by the caller,
-- who calls end_batches when it is done with all its jobs.
CREATE OR REPLACE FUNCTION end_job(p_job uuid, p_state text, p_output jsonb, p_error jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE job SET state = p_state, output = p_output, error = p_error, finished_at = clock_timestamp(),
    started_at = coalesce(started_at, CASE WHEN p_state <> 'cancelled' THEN clock_timestamp() END)
  WHERE id = p_job AND state IN ('queued', 'running');
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE task SET state = 'cancelled', finished_at = clock_timestamp(), lease_until = NULL
  WHERE job_id = p_job AND state IN ('waiting', 'ready', 'running');
  PERFORM emit_event(j.tenant_id, j.id, NULL, 'job.' || p_state) FROM job j WHERE j.id = p_job;
END $$;

-- Every task is final: the outputs are made. A required one without a value fails the job.
CREATE OR REPLACE FUNCTION finish_job(p_job uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_output jsonb; v_missing text; v_cause jsonb;
BEGIN
  SELECT jsonb_object_agg(v.name, v.value), min(v.name) FILTER (WHERE v.required AND v.value = 'null') INTO v_output, v_missing
  FROM (
    SELECT o ->> 'name' AS name, (o ->> 'required')::boolean AS required, evaluate(p_job, '{""}', o -> 'value') AS value
    FROM job j JOIN graph g ON g.sha256 = j.graph, jsonb_array_elements(g.output) o WHERE j.id = p_job
  ) v;
  IF v_missing IS NULL THEN
    PERFORM end_job(p_job, 'completed', coalesce(v_output, '{}'), NULL);
    RETURN;
  END IF;
  SELECT t.error || jsonb_build_object('path', t.path) INTO v_cause FROM task t
  WHERE t.job_id = p_job AND t.state IN ('failed', 'skipped') ORDER BY t.state = 'skipped', t.seq LIMIT 1;
  PERFORM end_job(p_job, 'failed', NULL, coalesce(v_cause, '{"code": "input.absent"}') || jsonb_build_object('message',
    format('The output ''%s'' has no value. %s', v_missing, coalesce(v_cause ->> 'message', ''))));
END $$;

-- p_final are tasks that just became final: counts down what waits for them, until nothing more follows.
-- Returns the ids of tasks that became ready. The job row is locked by the caller.
CREATE OR REPLACE FUNCTION propagate(p_job uuid, p_final text[]) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  v_queue text[] := p_final; v_next int := 1; v_ready uuid[] := '{}'; v_graph text; v_scope text; v_name text; v_left int;
  v_each text; v_todo text[]; t task; n graph_node;
BEGIN
  SELECT graph INTO v_graph FROM job WHERE id = p_job;
  WHILE v_next <= cardinality(v_queue) LOOP
    SELECT * INTO t FROM task WHERE job_id = p_job AND path = v_queue[v_next];
    v_next := v_next + 1;
    SELECT * INTO n FROM graph_node WHERE graph = v_graph AND id = t.node;
    IF t.state = 'failed' AND n.on_error = 'fail' THEN
      PERFORM end_job(p_job, 'failed', NULL, t.error || jsonb_build_object('path', t.path));
      RETURN '{}';
    END IF;
    v_scope := t.chain[array_upper(t.chain, 1)];
    v_todo := '{}';
    FOREACH v_name IN ARRAY n.dependents LOOP
      UPDATE task SET deps_left = deps_left - 1 WHERE job_id = p_job AND path = join_path(v_scope, v_name) RETURNING deps_left INTO v_left;
      IF v_left = 0 THEN v_todo := v_todo || join_path(v_scope, v_name); END IF;
    END LOOP;
    SELECT d.ready, d.final INTO v_ready, v_todo FROM decide_all(p_job, v_graph, v_todo, v_ready) d;
    v_queue := v_queue || v_todo;
    UPDATE scope SET tasks_left = tasks_left - 1 WHERE job_id = p_job AND path = v_scope RETURNING tasks_left, each_path INTO v_left, v_each;
    CONTINUE WHEN v_left > 0;
    IF v_scope = '' THEN
      PERFORM finish_job(p_job);
      RETURN '{}';
    END IF;
    UPDATE task SET items_left = items_left - 1 WHERE job_id = p_job AND path = v_each RETURNING items_left INTO v_left;
    CONTINUE WHEN v_left > 0;
    UPDATE task e SET state = 'completed', finished_at = clock_timestamp(), output = (
      SELECT jsonb_agg(evaluate(p_job, e.chain || s.path, g.collect) ORDER BY s.index)
      FROM scope s, graph_node g WHERE s.job_id = p_job AND s.each_path = e.path AND g.graph = v_graph AND g.id = e.node)
    WHERE e.job_id = p_job AND e.path = v_each;
    v_queue := v_queue || v_each;
  END LOOP;
  RETURN v_ready;
END $$;

-- Decides tasks that wait for nothing, and those inside the eaches that open. Adds to p_ready.
CREATE OR REPLACE FUNCTION decide_all(p_job uuid, p_graph text, p_paths text[], p_ready uuid[], OUT ready uuid[], OUT final text[])
LANGUAGE plpgsql AS $$
DECLARE v_path text; v_decided text; v_inner record;
BEGIN
  ready := p_ready;
  final := '{}';
  FOREACH v_path IN ARRAY p_paths LOOP
    v_decided := decide(p_job, p_graph, v_path);
    IF v_decided = 'ready' THEN
      ready := ready || (SELECT t.id FROM task t WHERE t.job_id = p_job AND t.path = v_path);
    ELSIF v_decided = 'final' THEN
      final := final || v_path;
    ELSE
      SELECT d.ready, d.final INTO v_inner FROM decide_all(p_job, p_graph, ARRAY(
        SELECT join_path(s.path, n.name)
        FROM task e JOIN scope s ON s.job_id = e.job_id AND s.each_path = e.path
        JOIN graph_node n ON n.graph = p_graph AND n.scope = e.node AND n.depends_on = 0
        WHERE e.job_id = p_job AND e.path = v_path ORDER BY s.index, n.position), ready) d;
      ready := v_inner.ready;
      final := final || v_inner.final;
    END IF;
  END LOOP;
END $$;
