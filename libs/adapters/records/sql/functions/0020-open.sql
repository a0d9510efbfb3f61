-- A UUIDv7: milliseconds, then random bits. (PostgreSQL 18 has one built in; this serves 15.)
CREATE OR REPLACE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

-- How long after a task became ready the sweeper looks whether anybody started it: 5 s, doubling to 5 min.
CREATE OR REPLACE FUNCTION check_delay(p_checks int) RETURNS interval LANGUAGE sql IMMUTABLE AS $$
  SELECT least(interval '5 s' * power(2, least(p_checks, 10)), interval '5 min')
$$;

-- Makes the tasks of scopes that were just inserted. p_scope is the static scope ('' or lines.words).
CREATE OR REPLACE FUNCTION open_scopes(p_job uuid, p_tenant uuid, p_graph text, p_scope text, p_outer text[], p_paths text[])
RETURNS void LANGUAGE sql AS $$
  INSERT INTO task (id, job_id, tenant_id, path, node, chain, stage, deps_left)
  SELECT new_id(), p_job, p_tenant, join_path(s.path, n.name), n.id, p_outer || s.path, n.stage, n.depends_on
  FROM unnest(p_paths) WITH ORDINALITY s(path, ordinality)
  CROSS JOIN graph_node n
  WHERE n.graph = p_graph AND n.scope = p_scope
  ORDER BY s.ordinality, n.position
$$;

-- All that a task waited for is final: it becomes ready, is skipped, or opens its items. The job row is locked by the caller.
-- Returns 'ready', 'final' or 'open'.
CREATE OR REPLACE FUNCTION decide(p_job uuid, p_graph text, p_path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t task; n graph_node; v_list jsonb; v_count int; v_port text; v_paths text[]; v_error jsonb;
BEGIN
  SELECT * INTO t FROM task WHERE job_id = p_job AND path = p_path;
  SELECT * INTO n FROM graph_node WHERE graph = p_graph AND id = t.node;
  IF n.kind = 'stage' THEN
    SELECT r.port INTO v_port FROM unnest(n.required) WITH ORDINALITY r(port, ordinality)
    WHERE NOT n.input ? r.port OR evaluate(p_job, t.chain, n.input -> r.port) = 'null'
    ORDER BY r.ordinality LIMIT 1;
    IF NOT FOUND THEN
      UPDATE task SET state = 'ready', ready_at = clock_timestamp(), not_before = clock_timestamp(),
        next_check_at = clock_timestamp() + check_delay(0) WHERE id = t.id;
      RETURN 'ready';
    END IF;
    UPDATE task SET state = 'skipped', finished_at = clock_timestamp(), error = jsonb_build_object(
      'code', 'input.absent', 'message', format('%s was skipped: its input ''%s'' has no value.', t.path, v_port)) WHERE id = t.id;
    RETURN 'final';
  END IF;
  v_list := evaluate(p_job, t.chain, n.list);
  v_count := CASE WHEN jsonb_typeof(v_list) = 'array' THEN jsonb_array_length(v_list) END;
  IF v_list = 'null' THEN
    UPDATE task SET state = 'skipped', finished_at = clock_timestamp(), error = jsonb_build_object(
      'code', 'input.absent', 'message', format('%s was skipped: there is no list to walk over.', t.path)) WHERE id = t.id;
    RETURN 'final';
  ELSIF v_count IS NULL OR v_count > 10000 THEN
    v_error := CASE WHEN v_count IS NULL
      THEN jsonb_build_object('code', 'input.invalid', 'message', format('%s cannot walk over a value that is no list.', t.path))
      ELSE jsonb_build_object('code', 'input.too_large', 'message', format('%s would walk over %s items; 10000 is the limit.', t.path, v_count))
    END;
    UPDATE task SET state = 'failed', finished_at = clock_timestamp(), error = v_error WHERE id = t.id;
    RETURN 'final';
  ELSIF v_count = 0 THEN
    UPDATE task SET state = 'completed', output = '[]', started_at = clock_timestamp(), finished_at = clock_timestamp() WHERE id = t.id;
    RETURN 'final';
  END IF;
  UPDATE task SET state = 'running', items_left = v_count, started_at = clock_timestamp() WHERE id = t.id;
  INSERT INTO scope (job_id, tenant_id, path, each_path, index, item, tasks_left)
  SELECT p_job, t.tenant_id, format('%s[%s]', t.path, e.ordinality - 1), t.path, e.ordinality - 1, e.value,
    (SELECT count(*) FROM graph_node i WHERE i.graph = p_graph AND i.scope = n.id)
  FROM jsonb_array_elements(v_list) WITH ORDINALITY e;
  v_paths := ARRAY(SELECT format('%s[%s]', t.path, i) FROM generate_series(0, v_count - 1) i ORDER BY i);
  PERFORM open_scopes(p_job, t.tenant_id, p_graph, n.id, t.chain, v_paths);
  RETURN 'open';
END $$;
