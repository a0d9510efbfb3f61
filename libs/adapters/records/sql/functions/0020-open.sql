-- A UUIDv7: milliseconds, then random bits. (PostgreSQL 18 has one built in; this serves 15.)
CREATE OR REPLACE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

-- What is to become of a task that waits for nothing more (p_due): 'ready', 'each' (its items are to be opened), 'unmet' (its
-- condition does not hold) or 'absent' (the required input 'port' has no value). Of others: 'waiting'.
CREATE OR REPLACE FUNCTION verdict_of(p_due boolean, p_job uuid, p_chain text[], p_kind text, p_condition jsonb, p_input jsonb, p_required text[])
RETURNS TABLE (verdict text, port text) LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN NOT p_due THEN 'waiting'
    WHEN p_condition IS NOT NULL AND NOT holds(p_job, p_chain, p_condition) THEN 'unmet'
    WHEN p_kind = 'each' THEN 'each'
    WHEN m.port IS NULL THEN 'ready'
    ELSE 'absent' END, m.port
  FROM (SELECT 1) one LEFT JOIN LATERAL (
    SELECT r.port FROM unnest(CASE WHEN p_due THEN p_required END) WITH ORDINALITY r(port, ordinality)
    CROSS JOIN LATERAL value_of(p_job, p_chain, coalesce(p_input -> r.port, '{"lit": null}')) v
    WHERE v.value = 'null' ORDER BY r.ordinality LIMIT 1) m ON true
$$;

CREATE OR REPLACE FUNCTION absent_input(p_path text, p_port text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('code', 'input.absent', 'message', format('%s was skipped: its input ''%s'' has no value.', p_path, p_port))
$$;

-- Makes the tasks of scopes (the jobs p_jobs themselves, or items p_paths of one each in one job) and decides those that wait for
-- nothing. p_room: stage -> how many of its tasks the caller wants to run at once. p_scope is the static scope ('' or
-- lines.words). final: what is final already. eaches: what is to be opened. Both in order.
CREATE OR REPLACE FUNCTION open_scopes(p_graph text, p_scope text, p_jobs uuid[], p_outer text[], p_paths text[],
  p_worker uuid, p_lease_ms int, p_room jsonb, OUT reached final_task[], OUT is_each boolean[], OUT leased uuid[], OUT waiting text[])
LANGUAGE plpgsql AS $$
BEGIN
  WITH made AS (
    SELECT j.id AS job_id, j.tenant_id, j.lane, j.priority, s.ordinality, n.*, p_outer || s.path AS chain, join_path(s.path, n.name) AS path,
      v.verdict, v.port,
      v.verdict = 'ready' AND coalesce(row_number() OVER (PARTITION BY n.stage, v.verdict ORDER BY s.ordinality, n.position)
        <= (p_room ->> n.stage)::int, false) AS lease
    FROM unnest(p_jobs, p_paths) WITH ORDINALITY s(job_id, path, ordinality) JOIN job j ON j.id = s.job_id
    CROSS JOIN graph_node n
    CROSS JOIN LATERAL verdict_of(n.depends_on = 0, j.id, p_outer || s.path, n.kind, n.condition, n.input, n.required) v
    WHERE n.graph = p_graph AND n.scope = p_scope
  ), inserted AS (
    INSERT INTO task (id, job_id, tenant_id, path, node, chain, stage, lane, priority, deps_left, state, place, error, finished_at,
      attempt, token, worker_id, lease_until, started_at)
    SELECT new_id(), m.job_id, m.tenant_id, m.path, m.id, m.chain, m.stage, m.lane, m.priority, m.depends_on,
      CASE WHEN m.lease THEN 'running' WHEN m.verdict = 'ready' THEN 'ready' WHEN m.verdict IN ('unmet', 'absent') THEN 'skipped' ELSE 'waiting' END,
      CASE WHEN m.verdict = 'ready' AND NOT m.lease THEN 'waiting' END,
      CASE WHEN m.verdict = 'absent' THEN absent_input(m.path, m.port) END,
      CASE WHEN m.verdict IN ('unmet', 'absent') THEN clock_timestamp() END,
      m.lease::int, CASE WHEN m.lease THEN gen_random_uuid() END, CASE WHEN m.lease THEN p_worker END,
      CASE WHEN m.lease THEN clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0) END, CASE WHEN m.lease THEN clock_timestamp() END
    FROM made m ORDER BY m.ordinality, m.position
    RETURNING id, job_id, path, node, chain, stage, state, deps_left, seq
  )
  SELECT coalesce(array_agg(ROW(i.job_id, p_graph, i.path, i.node, i.chain, false, g.calm)::final_task ORDER BY i.seq) FILTER (WHERE f.reached), '{}'),
    coalesce(array_agg(i.state = 'waiting' ORDER BY i.seq) FILTER (WHERE f.reached), '{}'),
    coalesce(array_agg(i.id) FILTER (WHERE i.state = 'running'), '{}'),
    coalesce(array_agg(DISTINCT i.stage) FILTER (WHERE i.state = 'ready'), '{}')
  INTO reached, is_each, leased, waiting
  FROM inserted i CROSS JOIN graph g
  CROSS JOIN LATERAL (SELECT i.state = 'skipped' OR (i.state = 'waiting' AND i.deps_left = 0) AS reached) f WHERE g.sha256 = p_graph;
END $$;

-- Opens what open_scopes or propagate found: eaches give way to what is final inside of them.
CREATE OR REPLACE FUNCTION open_eaches(p_found final_task[], p_is_each boolean[], p_worker uuid, p_lease_ms int, p_room jsonb,
  OUT final final_task[], OUT leased uuid[], OUT waiting text[]) LANGUAGE plpgsql AS $$
DECLARE v_inner record;
BEGIN
  final := '{}';
  leased := '{}';
  waiting := '{}';
  IF NOT true = ANY (p_is_each) THEN
    final := p_found;
    RETURN;
  END IF;
  FOR i IN 1..cardinality(p_found) LOOP
    IF NOT p_is_each[i] THEN
      final := final || p_found[i];
    ELSE
      SELECT * INTO v_inner FROM open_each(p_found[i], p_worker, p_lease_ms, room_left(p_room, leased)) o;
      final := final || v_inner.final;
      leased := leased || v_inner.leased;
      waiting := waiting || v_inner.waiting;
    END IF;
  END LOOP;
END $$;

-- p_room less what was leased already.
CREATE OR REPLACE FUNCTION room_left(p_room jsonb, p_leased uuid[]) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN p_room IS NULL OR p_leased = '{}' THEN p_room ELSE (
    SELECT jsonb_object_agg(r.key, greatest(0, r.value::int - (SELECT count(*) FROM task t WHERE t.id = ANY (p_leased) AND t.stage = r.key)))
    FROM jsonb_each_text(p_room) r) END
$$;

-- All that an each waited for is final: its items begin, or it is final itself.
CREATE OR REPLACE FUNCTION open_each(p_each final_task, p_worker uuid, p_lease_ms int, p_room jsonb,
  OUT final final_task[], OUT leased uuid[], OUT waiting text[]) LANGUAGE plpgsql AS $$
DECLARE n graph_node; v_list jsonb; v_count int; v_error jsonb; v_state text; v_opened record; v_path text := p_each.path;
BEGIN
  leased := '{}';
  waiting := '{}';
  SELECT * INTO n FROM graph_node WHERE graph = p_each.graph AND id = p_each.node;
  v_list := (SELECT v.value FROM value_of(p_each.job_id, p_each.chain, n.list) v);
  v_count := CASE WHEN jsonb_typeof(v_list) = 'array' THEN jsonb_array_length(v_list) END;
  v_state := CASE WHEN v_list = 'null' THEN 'skipped' WHEN v_count IS NULL OR v_count > 10000 OR v_count < n.join_count THEN 'failed'
    WHEN v_count = 0 THEN 'completed' ELSE 'running' END;
  v_error := CASE
    WHEN v_list = 'null' THEN jsonb_build_object('code', 'input.absent', 'message', format('%s was skipped: there is no list to walk over.', v_path))
    WHEN v_count IS NULL THEN jsonb_build_object('code', 'input.invalid', 'message', format('%s cannot walk over a value that is no list.', v_path))
    WHEN v_count > 10000 THEN
      jsonb_build_object('code', 'input.too_large', 'message', format('%s would walk over %s items; 10000 is the limit.', v_path, v_count))
    WHEN v_count < n.join_count THEN
      jsonb_build_object('code', 'input.invalid', 'message', format('%s needs %s good items, but its list has %s.', v_path, n.join_count, v_count))
  END;
  UPDATE task SET state = v_state, error = v_error, items = coalesce(v_count, 0),
    output = CASE WHEN v_state = 'completed' THEN '[]' WHEN v_state = 'failed' AND n.on_error = 'default' THEN n.fallback END,
    started_at = CASE WHEN v_state IN ('completed', 'running') THEN clock_timestamp() END,
    finished_at = CASE WHEN v_state <> 'running' THEN clock_timestamp() END
  WHERE job_id = p_each.job_id AND path = v_path;
  IF v_state <> 'running' THEN
    p_each.failed := v_state = 'failed' AND n.on_error = 'fail';
    final := ARRAY[p_each];
    RETURN;
  END IF;
  INSERT INTO scope (job_id, tenant_id, path, each_path, index, item, sinks_left)
  SELECT p_each.job_id, j.tenant_id, format('%s[%s]', v_path, e.ordinality - 1), v_path, e.ordinality - 1, e.value, n.sinks
  FROM job j CROSS JOIN jsonb_array_elements(v_list) WITH ORDINALITY e WHERE j.id = p_each.job_id;
  SELECT * INTO v_opened FROM open_scopes(p_each.graph, n.id, array_fill(p_each.job_id, ARRAY[v_count]), p_each.chain,
    ARRAY(SELECT format('%s[%s]', v_path, i) FROM generate_series(0, v_count - 1) i ORDER BY i), p_worker, p_lease_ms, p_room);
  SELECT e.final, e.leased || v_opened.leased, e.waiting || v_opened.waiting INTO final, leased, waiting
  FROM open_eaches(v_opened.reached, v_opened.is_each, p_worker, p_lease_ms, room_left(p_room, v_opened.leased)) e;
END $$;
