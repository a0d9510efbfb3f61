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

-- Makes the tasks of scopes and decides those that wait for nothing. The scopes are jobs themselves (p_eaches null) or items p_paths of
-- the eaches p_eaches; p_scope is the static scope ('' or lines.words). p_room: stage -> how many of its tasks the caller takes at once.
-- reached: what is final already, and (is_each) eaches that are to be opened; in order.
CREATE OR REPLACE FUNCTION open_scopes(p_graph text, p_scope text, p_jobs uuid[], p_eaches text[], p_paths text[],
  p_worker uuid, p_lease_ms int, p_room jsonb, OUT reached final_task[], OUT is_each boolean[], OUT leased uuid[], OUT waiting text[])
LANGUAGE plpgsql AS $$
BEGIN
  WITH opened AS (
    SELECT j.id AS job_id, j.tenant_id, j.lane, j.priority, s.ordinality, coalesce(e.chain, '{}') || s.path AS chain, s.path AS scope_path
    FROM unnest(p_jobs, p_eaches, p_paths) WITH ORDINALITY s(job_id, each_path, path, ordinality) JOIN job j ON j.id = s.job_id
    LEFT JOIN task e ON e.job_id = s.job_id AND e.path = s.each_path
  ), made AS (
    SELECT o.*, n.id AS node, n.stage, n.depends_on, n.position, join_path(o.scope_path, n.name) AS path, v.verdict, v.port,
      v.verdict = 'ready' AND coalesce(row_number() OVER (PARTITION BY n.stage, v.verdict ORDER BY o.ordinality, n.position)
        <= (p_room ->> n.stage)::int, false) AS lease
    FROM opened o CROSS JOIN graph_node n
    CROSS JOIN LATERAL verdict_of(n.depends_on = 0, o.job_id, o.chain, n.kind, n.condition, n.input, n.required) v
    WHERE n.graph = p_graph AND n.scope = p_scope
  ), inserted AS (
    INSERT INTO task (id, job_id, tenant_id, path, node, chain, stage, lane, priority, deps_left, state, place, error, finished_at,
      attempt, token, worker_id, lease_until, started_at)
    SELECT new_id(), m.job_id, m.tenant_id, m.path, m.node, m.chain, m.stage, m.lane, m.priority, m.depends_on,
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

-- p_room less what was leased already.
CREATE OR REPLACE FUNCTION room_left(p_room jsonb, p_leased uuid[]) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_room IS NULL OR cardinality(p_leased) = 0 THEN RETURN p_room; END IF;
  RETURN p_room || (
    SELECT coalesce(jsonb_object_agg(l.stage, greatest(0, (p_room ->> l.stage)::int - l.tasks)), '{}')
    FROM (SELECT t.stage, count(*) AS tasks FROM task t WHERE t.id = ANY (p_leased) GROUP BY t.stage) l);
END $$;

-- Opens what open_scopes or propagate reached: eaches give way to what is final inside of them. Eaches of one node are opened
-- together, unless the order matters.
CREATE OR REPLACE FUNCTION open_eaches(p_reached final_task[], p_is_each boolean[], p_worker uuid, p_lease_ms int, p_room jsonb,
  OUT final final_task[], OUT leased uuid[], OUT waiting text[]) LANGUAGE plpgsql AS $$
DECLARE v_group record; v_inner record;
BEGIN
  final := '{}';
  leased := '{}';
  waiting := '{}';
  IF NOT true = ANY (p_is_each) THEN
    final := p_reached;
    RETURN;
  END IF;
  FOR v_group IN
    SELECT array_agg(ROW(r.job_id, r.graph, r.path, r.node, r.chain, r.failed, r.calm)::final_task ORDER BY r.ordinality) AS tasks, r.is_each
    FROM unnest(p_reached, p_is_each) WITH ORDINALITY r(job_id, graph, path, node, chain, failed, calm, is_each, ordinality)
    GROUP BY r.is_each, CASE WHEN r.calm THEN r.graph || r.node ELSE r.ordinality::text END ORDER BY min(r.ordinality)
  LOOP
    IF NOT v_group.is_each THEN
      final := final || v_group.tasks;
    ELSE
      SELECT * INTO v_inner FROM open_items(v_group.tasks, p_worker, p_lease_ms, room_left(p_room, leased));
      final := final || v_inner.final;
      leased := leased || v_inner.leased;
      waiting := waiting || v_inner.waiting;
    END IF;
  END LOOP;
END $$;

-- What is wrong with the list of an each, if anything.
CREATE OR REPLACE FUNCTION list_error(p_path text, p_list jsonb, p_count int, p_quorum int) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_list = 'null' THEN jsonb_build_object('code', 'input.absent', 'message', format('%s was skipped: there is no list to walk over.', p_path))
    WHEN p_count IS NULL THEN jsonb_build_object('code', 'input.invalid', 'message', format('%s cannot walk over a value that is no list.', p_path))
    WHEN p_count > 10000 THEN
      jsonb_build_object('code', 'input.too_large', 'message', format('%s would walk over %s items; 10000 is the limit.', p_path, p_count))
    WHEN p_count < p_quorum THEN
      jsonb_build_object('code', 'input.invalid', 'message', format('%s needs %s good items, but its list has %s.', p_path, p_quorum, p_count))
  END
$$;

-- All that these eaches (of one node) waited for is final: their items begin, or they are final themselves.
CREATE OR REPLACE FUNCTION open_items(p_eaches final_task[], p_worker uuid, p_lease_ms int, p_room jsonb,
  OUT final final_task[], OUT leased uuid[], OUT waiting text[]) LANGUAGE plpgsql AS $$
DECLARE n graph_node; v_jobs uuid[]; v_eaches text[]; v_paths text[]; v_opened record; v_inner record;
BEGIN
  leased := '{}';
  waiting := '{}';
  SELECT * INTO n FROM graph_node g WHERE g.graph = p_eaches[1].graph AND g.id = p_eaches[1].node;
  WITH listed AS (
    SELECT e.*, v.value AS list, c.items, list_error(e.path, v.value, c.items, n.join_count) AS error
    FROM unnest(p_eaches) WITH ORDINALITY e
    CROSS JOIN LATERAL value_of(e.job_id, e.chain, n.list) v
    CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_typeof(v.value) = 'array' THEN jsonb_array_length(v.value) END AS items) c
  ), looked AS MATERIALIZED (
    SELECT l.*, CASE WHEN l.list = 'null' THEN 'skipped' WHEN l.error IS NOT NULL THEN 'failed' WHEN l.items = 0 THEN 'completed' ELSE 'running' END AS state
    FROM listed l
  ), changed AS (
    UPDATE task t SET state = l.state, changed_in = pg_current_xact_id(), error = l.error, items = coalesce(l.items, 0),
      output = CASE WHEN l.state = 'completed' THEN '[]' WHEN l.state = 'failed' AND n.on_error = 'default' THEN n.fallback END,
      started_at = CASE WHEN l.state IN ('completed', 'running') THEN clock_timestamp() END,
      finished_at = CASE WHEN l.state <> 'running' THEN clock_timestamp() END
    FROM looked l WHERE t.job_id = l.job_id AND t.path = l.path
  ), made AS (
    INSERT INTO scope (job_id, tenant_id, path, each_path, index, item, sinks_left)
    SELECT l.job_id, j.tenant_id, format('%s[%s]', l.path, i.ordinality - 1), l.path, i.ordinality - 1, i.value, n.sinks
    FROM looked l JOIN job j ON j.id = l.job_id CROSS JOIN LATERAL jsonb_array_elements(l.list) WITH ORDINALITY i WHERE l.state = 'running'
    RETURNING job_id, each_path, path, index
  )
  SELECT (SELECT array_agg(ROW(l.job_id, l.graph, l.path, l.node, l.chain, l.state = 'failed' AND n.on_error = 'fail', l.calm)::final_task
      ORDER BY l.ordinality) FILTER (WHERE l.state <> 'running') FROM looked l),
    array_agg(m.job_id ORDER BY m.job_id, m.each_path, m.index), array_agg(m.each_path ORDER BY m.job_id, m.each_path, m.index),
    array_agg(m.path ORDER BY m.job_id, m.each_path, m.index)
  INTO final, v_jobs, v_eaches, v_paths FROM made m;
  final := coalesce(final, '{}');
  IF v_jobs IS NULL THEN RETURN; END IF;
  SELECT * INTO v_opened FROM open_scopes(n.graph, n.id, v_jobs, v_eaches, v_paths, p_worker, p_lease_ms, p_room);
  SELECT * INTO v_inner FROM open_eaches(v_opened.reached, v_opened.is_each, p_worker, p_lease_ms, room_left(p_room, v_opened.leased));
  final := final || v_inner.final;
  leased := v_opened.leased || v_inner.leased;
  waiting := v_opened.waiting || v_inner.waiting;
END $$;
