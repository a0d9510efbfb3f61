-- Every function here is called with the rows of its jobs locked.

-- Ends jobs that have not ended: open tasks are cancelled, the events are written. The caller calls end_batches when it is done.
CREATE OR REPLACE FUNCTION end_jobs(p_jobs uuid[], p_state text, p_error jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_ended uuid[];
BEGIN
  WITH ended AS (
    UPDATE job SET state = p_state, error = p_error, finished_at = clock_timestamp(), deadline_at = NULL,
      started_at = coalesce(started_at, first_start(id), CASE WHEN p_state <> 'cancelled' THEN clock_timestamp() END)
    WHERE id = ANY (p_jobs) AND state IN ('queued', 'running') RETURNING id
  ) SELECT array_agg(id) INTO v_ended FROM ended;
  IF v_ended IS NULL THEN RETURN; END IF;
  UPDATE task SET state = 'cancelled', changed_in = pg_current_xact_id(), place = NULL, finished_at = clock_timestamp(), lease_until = NULL
  WHERE job_id = ANY (v_ended) AND state IN ('waiting', 'ready', 'running');
  PERFORM emit_job_events(v_ended);
END $$;

-- Every task of these jobs is final: the outputs are made. A required one without a value fails its job.
CREATE OR REPLACE FUNCTION finish_jobs(p_jobs uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_ended uuid[];
BEGIN
  WITH made AS (
    SELECT j.id, coalesce(jsonb_object_agg(o ->> 'name', v.value) FILTER (WHERE o IS NOT NULL), '{}') AS output,
      min(o ->> 'name') FILTER (WHERE (o -> 'required')::boolean AND v.value = 'null') AS missing
    FROM job j JOIN graph g ON g.sha256 = j.graph
    LEFT JOIN LATERAL jsonb_array_elements(g.output) o ON true
    LEFT JOIN LATERAL value_of(j.id, '{""}', o -> 'value') v ON o IS NOT NULL
    WHERE j.id = ANY (p_jobs) GROUP BY j.id
  ), ended AS (
    UPDATE job j SET state = CASE WHEN m.missing IS NULL THEN 'completed' ELSE 'failed' END,
      output = CASE WHEN m.missing IS NULL THEN m.output END,
      error = CASE WHEN m.missing IS NOT NULL THEN missing_output(j.id, m.missing) END,
      finished_at = clock_timestamp(), deadline_at = NULL, started_at = coalesce(j.started_at, first_start(j.id), clock_timestamp())
    FROM made m WHERE j.id = m.id AND j.state IN ('queued', 'running') RETURNING j.id
  ) SELECT array_agg(id) INTO v_ended FROM ended;
  PERFORM emit_job_events(v_ended);
END $$;

-- Why a required output has no value: the first task that failed, or else was skipped.
CREATE OR REPLACE FUNCTION missing_output(p_job uuid, p_name text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE v_cause jsonb;
BEGIN
  SELECT jsonb_build_object('path', t.path) || t.error INTO v_cause FROM task t
  WHERE t.job_id = p_job AND t.state IN ('failed', 'skipped') AND t.error IS NOT NULL ORDER BY t.state = 'skipped', t.seq LIMIT 1;
  RETURN coalesce(v_cause, '{"code": "input.absent"}') || jsonb_build_object('message',
    format('The output ''%s'' has no value. %s', p_name, coalesce(v_cause ->> 'message', '')));
END $$;

-- What is open below a path is cancelled: '.' and '[' are followed by '/' and '\' in the order of bytes.
CREATE OR REPLACE FUNCTION cancel_below(p_job uuid, p_path text, p_mark text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_from text := p_path || p_mark; v_to text := p_path || chr(ascii(p_mark) + 1);
BEGIN
  UPDATE task SET state = 'cancelled', changed_in = pg_current_xact_id(), place = NULL, finished_at = clock_timestamp(), lease_until = NULL
  WHERE job_id = p_job AND path >= v_from AND path < v_to AND state IN ('waiting', 'ready', 'running');
  UPDATE scope SET state = 'cancelled' WHERE job_id = p_job AND path >= v_from AND path < v_to AND state = 'open';
END $$;

-- What an each comes to with so many of its items good and bad (decision 0009): 'completed', 'failed', or null while it is open.
CREATE OR REPLACE FUNCTION join_verdict(p_kind text, p_count int, p_items int, p_good int, p_bad int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_kind
    WHEN 'all' THEN CASE WHEN p_bad > 0 THEN 'failed' WHEN p_good = p_items THEN 'completed' END
    WHEN 'any' THEN CASE WHEN p_good > 0 THEN 'completed' WHEN p_bad = p_items THEN 'failed' END
    WHEN 'quorum' THEN CASE WHEN p_good >= p_count THEN 'completed' WHEN p_items - p_bad < p_count THEN 'failed' END
    WHEN 'always' THEN CASE WHEN p_good + p_bad = p_items THEN 'completed' END
  END
$$;

-- Items of eaches became good or bad. Returns the eaches that this decides.
CREATE OR REPLACE FUNCTION count_items(p_jobs uuid[], p_eaches text[], p_good int[], p_bad int[], p_error jsonb) RETURNS final_task[]
LANGUAGE plpgsql AS $$
DECLARE v_decided final_task[]; v_open record;
BEGIN
  WITH counted AS (
    UPDATE task e SET items_good = e.items_good + c.good, items_bad = e.items_bad + c.bad
    FROM unnest(p_jobs, p_eaches, p_good, p_bad) c(job_id, path, good, bad)
    WHERE e.job_id = c.job_id AND e.path = c.path AND e.state = 'running' RETURNING e.*
  )
  SELECT array_agg(ROW(e.job_id, j.graph, e.path, e.node, e.chain, v.verdict = 'failed', g.calm)::final_task)
  INTO v_decided FROM counted e JOIN job j ON j.id = e.job_id JOIN graph g ON g.sha256 = j.graph
  JOIN graph_node n ON n.graph = j.graph AND n.id = e.node
  CROSS JOIN LATERAL (SELECT join_verdict(n.join_kind, n.join_count, e.items, e.items_good, e.items_bad) AS verdict) v
  WHERE v.verdict IS NOT NULL;
  IF v_decided IS NULL THEN RETURN '{}'; END IF;
  -- What is still open inside is of no use any more.
  FOR v_open IN
    SELECT d.job_id, d.path FROM unnest(v_decided) d JOIN task e ON e.job_id = d.job_id AND e.path = d.path
    WHERE e.items_good + e.items_bad < e.items
  LOOP
    PERFORM cancel_below(v_open.job_id, v_open.path, '[');
  END LOOP;
  UPDATE task e SET state = CASE WHEN d.failed THEN 'failed' ELSE 'completed' END, changed_in = pg_current_xact_id(), finished_at = clock_timestamp(),
    error = CASE WHEN d.failed THEN p_error END,
    output = CASE WHEN NOT d.failed THEN (
        SELECT jsonb_agg(CASE WHEN s.state = 'good' THEN v.value END ORDER BY s.index)
        FROM scope s CROSS JOIN LATERAL values_of(e.job_id, e.chain || s.path, n.collect -> 'object') v
        WHERE s.job_id = e.job_id AND s.each_path = e.path)
      WHEN n.on_error = 'default' THEN n.fallback END
  FROM unnest(v_decided) d JOIN graph_node n ON n.graph = d.graph AND n.id = d.node
  WHERE e.job_id = d.job_id AND e.path = d.path;
  -- Under skip and default a failure goes no further.
  RETURN ARRAY(SELECT ROW(d.job_id, d.graph, d.path, d.node, d.chain, d.failed AND n.on_error = 'fail', d.calm)::final_task
    FROM unnest(v_decided) d JOIN graph_node n ON n.graph = d.graph AND n.id = d.node);
END $$;

-- A task failed in a way that ends its scope: the job, or the item, which is bad then. Returns the each that this decides, if any.
CREATE OR REPLACE FUNCTION end_scope(p_failed final_task) RETURNS final_task[] LANGUAGE plpgsql AS $$
DECLARE v_scope text := p_failed.chain[array_upper(p_failed.chain, 1)]; v_error jsonb; v_each text;
BEGIN
  SELECT jsonb_build_object('path', t.path) || t.error INTO v_error FROM task t WHERE t.job_id = p_failed.job_id AND t.path = p_failed.path;
  IF v_scope = '' THEN
    PERFORM end_jobs(ARRAY[p_failed.job_id], 'failed', v_error);
    RETURN '{}';
  END IF;
  UPDATE scope SET state = 'bad' WHERE job_id = p_failed.job_id AND path = v_scope AND state = 'open' RETURNING each_path INTO v_each;
  IF NOT FOUND THEN RETURN '{}'; END IF;
  PERFORM cancel_below(p_failed.job_id, v_scope, '.');
  RETURN count_items(ARRAY[p_failed.job_id], ARRAY[v_each], '{0}', '{1}', v_error);
END $$;

-- p_final just became final. Counts down what waits for them and decides it, wave after wave, until nothing more follows.
-- p_room: stage -> how many tasks of it the caller takes at once; those are leased to it here and need no delivery.
-- waiting: stages of which tasks became ready that nobody has. ended: a job may have ended.
CREATE OR REPLACE FUNCTION propagate(p_final final_task[], p_worker uuid, p_lease_ms int, p_room jsonb,
  OUT leased uuid[], OUT waiting text[], OUT ended boolean)
LANGUAGE plpgsql AS $$
DECLARE
  v_queue final_task[] := p_final; v_take final_task[]; v_next final_task[]; v_kind record; v_failed record; v_found final_task[]; v_is_each boolean[];
  v_leased uuid[]; v_waiting text[]; v_opened record; v_over uuid[]; v_jobs uuid[]; v_eaches text[]; v_good int[];
BEGIN
  leased := '{}';
  waiting := '{}';
  ended := false;
  WHILE cardinality(v_queue) > 0 LOOP
    v_take := v_queue;
    v_next := '{}';
    v_queue := '{}';
    -- What there is to do at all: a statement for nothing costs as much as one for a task.
    SELECT bool_and(f.calm) AS calm, bool_or(f.failed) AS fails, bool_or(n.dependents <> '{}') AS leads_on,
      bool_or(n.dependents = '{}' AND f.depth = 1) AS ends_jobs, bool_or(n.dependents = '{}' AND f.depth > 1) AS ends_items INTO v_kind
    FROM (SELECT DISTINCT f.graph, f.node, f.calm, f.failed, cardinality(f.chain) AS depth FROM unnest(v_take) f) f
    JOIN graph_node n ON n.graph = f.graph AND n.id = f.node;
    IF NOT v_kind.calm THEN
      -- Where a join may be decided early the order matters: one at a time.
      SELECT coalesce(array_agg(r.task ORDER BY r.ordinality) FILTER (WHERE r.now), '{}'),
        coalesce(array_agg(r.task ORDER BY r.ordinality) FILTER (WHERE NOT r.now), '{}') INTO v_take, v_queue
      FROM (
        SELECT ROW(f.job_id, f.graph, f.path, f.node, f.chain, f.failed, f.calm)::final_task AS task, f.ordinality,
          f.calm OR row_number() OVER (PARTITION BY f.job_id ORDER BY f.ordinality) = 1 AS now
        FROM unnest(v_take) WITH ORDINALITY f) r;
    END IF;

    IF v_kind.fails THEN
      ended := true;
      FOR v_failed IN SELECT ROW(f.*)::final_task AS task FROM unnest(v_take) f WHERE f.failed LOOP
        v_next := v_next || end_scope(v_failed.task);
      END LOOP;
      v_take := ARRAY(SELECT ROW(f.*)::final_task FROM unnest(v_take) f WHERE NOT f.failed);
    END IF;

    v_leased := '{}';
    IF v_kind.leads_on THEN
      WITH hit AS (
        SELECT f.job_id, f.graph, f.calm, join_path(f.chain[array_upper(f.chain, 1)], d.name) AS path, count(*) AS by,
          min(f.ordinality * 100 + d.ordinality) AS position
        FROM unnest(v_take) WITH ORDINALITY f JOIN graph_node n ON n.graph = f.graph AND n.id = f.node
        CROSS JOIN LATERAL unnest(n.dependents) WITH ORDINALITY d(name, ordinality)
        GROUP BY 1, 2, 3, 4
      ), looked AS (
        SELECT t.id, h.graph, h.calm, h.position, n.stage, t.deps_left - h.by AS deps_left, v.verdict, v.port,
          v.verdict = 'ready' AND coalesce(row_number() OVER (PARTITION BY n.stage, v.verdict ORDER BY h.position)
            <= (p_room ->> n.stage)::int, false) AS lease
        FROM hit h JOIN task t ON t.job_id = h.job_id AND t.path = h.path AND t.state = 'waiting'
        JOIN graph_node n ON n.graph = h.graph AND n.id = t.node
        CROSS JOIN LATERAL verdict_of(t.deps_left = h.by, t.job_id, t.chain, n.kind, n.condition, n.input, n.required) v
      ), changed AS (
        UPDATE task t SET deps_left = l.deps_left, changed_in = pg_current_xact_id(),
          state = CASE WHEN l.lease THEN 'running' WHEN l.verdict = 'ready' THEN 'ready' WHEN l.verdict IN ('unmet', 'absent') THEN 'skipped' ELSE 'waiting' END,
          place = CASE WHEN l.verdict = 'ready' AND NOT l.lease THEN 'waiting' END,
          error = CASE WHEN l.verdict = 'absent' THEN absent_input(t.path, l.port) END,
          finished_at = CASE WHEN l.verdict IN ('unmet', 'absent') THEN clock_timestamp() END,
          attempt = l.lease::int, token = CASE WHEN l.lease THEN gen_random_uuid() END, worker_id = CASE WHEN l.lease THEN p_worker END,
          lease_until = CASE WHEN l.lease THEN clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0) END,
          started_at = CASE WHEN l.lease THEN clock_timestamp() END
        FROM looked l WHERE t.id = l.id
        RETURNING t.id, t.job_id, t.path, t.node, t.chain, l.graph, l.calm, l.position, l.stage, l.verdict, l.lease
      )
      SELECT coalesce(array_agg(ROW(c.job_id, c.graph, c.path, c.node, c.chain, false, c.calm)::final_task ORDER BY c.position)
          FILTER (WHERE c.verdict IN ('unmet', 'absent', 'each')), '{}'),
        coalesce(array_agg(c.verdict = 'each' ORDER BY c.position) FILTER (WHERE c.verdict IN ('unmet', 'absent', 'each')), '{}'),
        coalesce(array_agg(c.id) FILTER (WHERE c.lease), '{}'),
        coalesce(array_agg(DISTINCT c.stage) FILTER (WHERE c.verdict = 'ready' AND NOT c.lease), '{}')
      INTO v_found, v_is_each, v_leased, v_waiting FROM changed c;
      waiting := waiting || v_waiting;
      leased := leased || v_leased;
      IF cardinality(v_found) > 0 THEN
        p_room := room_left(p_room, v_leased);
        SELECT * INTO v_opened FROM open_eaches(v_found, v_is_each, p_worker, p_lease_ms, p_room);
        v_next := v_next || v_opened.final;
        waiting := waiting || v_opened.waiting;
        leased := leased || v_opened.leased;
        v_leased := v_opened.leased;
      END IF;
    END IF;

    -- Scopes whose last sink is final now.
    IF v_kind.ends_jobs THEN
      WITH sunk AS (
        SELECT f.job_id, f.graph, count(*) AS by FROM unnest(v_take) f JOIN graph_node n ON n.graph = f.graph AND n.id = f.node
        WHERE n.dependents = '{}' AND cardinality(f.chain) = 1 GROUP BY 1, 2
      ), counted AS (
        UPDATE job j SET sinks_left = j.sinks_left - s.by FROM sunk s JOIN graph g ON g.sha256 = s.graph
        WHERE j.id = s.job_id AND g.sinks > 1 RETURNING j.id, j.sinks_left
      )
      SELECT coalesce(array_agg(o.id), '{}') INTO v_over FROM (
        SELECT c.id FROM counted c WHERE c.sinks_left = 0
        UNION ALL SELECT s.job_id FROM sunk s JOIN graph g ON g.sha256 = s.graph WHERE g.sinks = 1) o;
      IF cardinality(v_over) > 0 THEN
        PERFORM finish_jobs(v_over);
        ended := true;
      END IF;
    END IF;

    IF v_kind.ends_items THEN
      WITH sunk AS (
        SELECT f.job_id, f.chain[array_upper(f.chain, 1)] AS path, count(*) AS by
        FROM unnest(v_take) f JOIN graph_node n ON n.graph = f.graph AND n.id = f.node
        WHERE n.dependents = '{}' AND cardinality(f.chain) > 1 GROUP BY 1, 2
      ), counted AS (
        UPDATE scope i SET sinks_left = i.sinks_left - s.by, state = CASE WHEN i.sinks_left = s.by THEN 'good' ELSE 'open' END
        FROM sunk s WHERE i.job_id = s.job_id AND i.path = s.path AND i.state = 'open' RETURNING i.job_id, i.each_path, i.state
      ), good AS (
        SELECT c.job_id, c.each_path, count(*)::int AS items FROM counted c WHERE c.state = 'good' GROUP BY 1, 2
      )
      SELECT array_agg(g.job_id), array_agg(g.each_path), array_agg(g.items) INTO v_jobs, v_eaches, v_good FROM good g;
      IF v_jobs IS NOT NULL THEN
        v_next := v_next || count_items(v_jobs, v_eaches, v_good, array_fill(0, ARRAY[cardinality(v_jobs)]), NULL);
      END IF;
    END IF;
    v_queue := v_queue || v_next;
    IF cardinality(v_queue) > 0 THEN p_room := room_left(p_room, v_leased); END IF;
  END LOOP;
END $$;
