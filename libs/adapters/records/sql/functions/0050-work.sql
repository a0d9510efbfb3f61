-- Lock order everywhere: job rows by id, then tasks, then batches by id. Who takes task rows without the job's lock (admit, claim,
-- heartbeat) never waits for one: SKIP LOCKED.

-- Tasks that are running under these ids, as their worker is told.
CREATE OR REPLACE FUNCTION claimed_tasks(p_ids uuid[]) RETURNS TABLE (id uuid, job_id uuid, tenant_id uuid, path text, stage text,
  attempt int, token uuid, input jsonb, params jsonb, timeout_ms int, iterated text[], crashes int) LANGUAGE sql STABLE AS $$
  SELECT t.id, t.job_id, t.tenant_id, t.path, t.stage, t.attempt, t.token, i.value,
    CASE n.params WHEN '{}' THEN '{}' ELSE (SELECT p.value FROM values_of(t.job_id, t.chain, n.params) p) END, n.timeout_ms, n.iterated, t.crashes
  FROM task t JOIN job j ON j.id = t.job_id JOIN graph_node n ON n.graph = j.graph AND n.id = t.node
  CROSS JOIN LATERAL values_of(t.job_id, t.chain, n.input) i
  WHERE t.id = ANY (p_ids) AND t.state = 'running'
$$;

-- Jobs of tasks that began are running. A job that is locked right now is being settled or cancelled; the next claim or beat sees to it.
CREATE OR REPLACE FUNCTION begin_jobs(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE job j SET state = 'running', started_at = first_start(j.id)
  FROM (SELECT q.id FROM job q WHERE q.id IN (SELECT t.job_id FROM task t WHERE t.id = ANY (p_tasks)) AND q.state = 'queued' FOR UPDATE SKIP LOCKED) q
  WHERE j.id = q.id;
END $$;

CREATE OR REPLACE FUNCTION first_start(p_job uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT min(t.started_at) FROM task t WHERE t.job_id = p_job
$$;

-- Who takes very many at once has short tasks: their jobs are mostly over before anybody could see that they run, and the row would
-- be written once for nothing. The next beat marks those that are not.
CREATE OR REPLACE FUNCTION begin_jobs_if_few(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_tasks) <= 50 THEN PERFORM begin_jobs(p_tasks); END IF;
END $$;

-- kind: 'claimed', or 'waiting' (stage: of those claimed, one with tasks that wait to be let in).
CREATE OR REPLACE FUNCTION claim_tasks(p_ids uuid[], p_worker uuid, p_lease_ms int)
RETURNS TABLE (kind text, id uuid, job_id uuid, tenant_id uuid, path text, stage text, attempt int, token uuid, input jsonb, params jsonb,
  timeout_ms int, iterated text[], crashes int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_taken uuid[];
BEGIN
  WITH free AS (
    SELECT t.id FROM task t WHERE t.id = ANY (p_ids) AND t.state = 'ready' AND t.place <> 'later' FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE task t SET state = 'running', changed_in = pg_current_xact_id(), place = NULL, token = gen_random_uuid(), worker_id = p_worker, attempt = t.attempt + 1, progress = NULL, begun = false,
      lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), started_at = clock_timestamp()
    FROM free WHERE t.id = free.id RETURNING t.id
  )
  SELECT array_agg(k.id) INTO v_taken FROM taken k;
  IF v_taken IS NULL THEN RETURN; END IF;
  PERFORM begin_jobs_if_few(v_taken);
  RETURN QUERY SELECT 'claimed', c.* FROM claimed_tasks(v_taken) c;
  kind := 'waiting';
  FOR stage IN SELECT DISTINCT t.stage FROM task t WHERE t.id = ANY (v_taken) LOOP
    IF has_waiting(stage) THEN RETURN NEXT; END IF;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION has_waiting(p_stage text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'waiting')
$$;

-- A row that is locked right now is being settled or cancelled: it counts as held, the next beat will know.
CREATE OR REPLACE FUNCTION beat_tasks(p_ids uuid[], p_tokens uuid[], p_progress real[], p_lease_ms int) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
BEGIN
  PERFORM begin_jobs(p_ids);
  RETURN QUERY
  WITH held AS (
    SELECT t.id FROM unnest(p_ids, p_tokens) l(id, token) JOIN task t ON t.id = l.id AND t.token = l.token AND t.state = 'running'
  ), free AS (
    SELECT t.id, l.progress FROM unnest(p_ids, p_tokens, p_progress) l(id, token, progress)
    JOIN task t ON t.id = l.id AND t.token = l.token AND t.state = 'running' FOR UPDATE OF t SKIP LOCKED
  ), extended AS (
    UPDATE task t SET lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), progress = coalesce(f.progress, t.progress)
    FROM free f WHERE t.id = f.id
  )
  SELECT h.id FROM held h;
END $$;

-- Waits 1 s, doubling to 30 s, between a half and one and a half of it.
CREATE OR REPLACE FUNCTION retry_delay(p_failures int) RETURNS interval LANGUAGE sql VOLATILE AS $$
  SELECT least(interval '1 s' * power(2, least(greatest(p_failures, 1), 10) - 1), interval '30 s') * (0.5 + random())
$$;

-- Puts a running task back, at once (p_delay null) or after a while. The job row is locked by the caller.
CREATE OR REPLACE FUNCTION put_back(p_id uuid, p_delay interval) RETURNS void LANGUAGE sql AS $$
  UPDATE task SET state = 'ready', changed_in = pg_current_xact_id(), token = NULL, lease_until = NULL, worker_id = NULL, progress = NULL, checks = 0,
    place = CASE WHEN p_delay IS NULL THEN 'waiting' ELSE 'later' END, next_check_at = clock_timestamp() + p_delay
  WHERE id = p_id
$$;

-- A settlement as a row (see Settlement in libs/pipeline).
CREATE OR REPLACE FUNCTION settlements_of(p_settlements jsonb) RETURNS TABLE (task_id uuid, token uuid, outcome text, output jsonb, artifacts jsonb,
  engine text, model text, device text, error jsonb, retry boolean, outage boolean) LANGUAGE plpgsql IMMUTABLE ROWS 1 AS $$
BEGIN
  -- Few rows, it is said: so that PostgreSQL looks up each of its tasks, instead of reading all tasks.
  RETURN QUERY SELECT * FROM jsonb_to_recordset(p_settlements) s("taskId" uuid, token uuid, outcome text, output jsonb, artifacts jsonb,
    engine text, model text, device text, error jsonb, retry boolean, outage boolean);
END $$;

-- Outputs become visible, with their files. The job rows are locked by the caller. Who does not hold its task changes nothing.
CREATE OR REPLACE FUNCTION complete_tasks(p_settlements jsonb) RETURNS final_task[] LANGUAGE plpgsql AS $$
DECLARE v_final final_task[];
BEGIN
  WITH settled AS (
    UPDATE task t SET state = 'completed', changed_in = pg_current_xact_id(), output = s.output, error = NULL, lease_until = NULL, progress = 1, engine = s.engine,
      model = s.model, device = s.device, commits = t.commits + 1, outage_since = NULL, finished_at = clock_timestamp()
    FROM settlements_of(p_settlements) s WHERE t.id = s.task_id AND t.token = s.token AND t.state = 'running'
    RETURNING t.id, t.job_id, t.tenant_id, t.path, t.node, t.chain, s.artifacts
  ), stored AS (
    INSERT INTO artifact (id, tenant_id, task_id, media_type, bytes, sha256, name)
    SELECT (a ->> 'uuid')::uuid, s.tenant_id, s.id, a ->> 'mediaType', (a ->> 'bytes')::bigint, a ->> 'sha256', a ->> 'name'
    FROM settled s CROSS JOIN LATERAL jsonb_array_elements(s.artifacts) a
  )
  SELECT coalesce(array_agg(ROW(s.job_id, j.graph, s.path, s.node, s.chain, false, g.calm)::final_task), '{}')
  INTO v_final FROM settled s JOIN job j ON j.id = s.job_id JOIN graph g ON g.sha256 = j.graph;
  RETURN v_final;
END $$;

-- A try that gave nothing. The job row is locked by the caller. waiting: it is ready again at once. final: it was the last try.
CREATE OR REPLACE FUNCTION give_up_try(p_settlement jsonb, OUT final final_task[], OUT waiting text[], OUT fenced boolean) LANGUAGE plpgsql AS $$
DECLARE t task; s record; n graph_node; v_graph text; v_budget boolean;
BEGIN
  final := '{}';
  waiting := '{}';
  SELECT * INTO s FROM settlements_of(jsonb_build_array(p_settlement));
  SELECT * INTO t FROM task WHERE id = s.task_id AND token = s.token AND state IN ('running', 'completed', 'failed');
  fenced := NOT FOUND;
  -- Fenced, or told before.
  IF t.state IS DISTINCT FROM 'running' THEN RETURN; END IF;
  IF s.outcome = 'released' THEN
    PERFORM put_back(t.id, NULL);
    waiting := ARRAY[t.stage];
    RETURN;
  END IF;
  v_budget := coalesce(t.outage_since, clock_timestamp()) > clock_timestamp() - interval '15 min';
  SELECT j.graph INTO v_graph FROM job j WHERE j.id = t.job_id;
  SELECT * INTO n FROM graph_node WHERE graph = v_graph AND id = t.node;
  UPDATE task SET error = s.error, engine = s.engine, model = s.model, device = s.device,
    -- A fault of ours costs the task no attempt, until the outage budget is spent.
    outage_since = CASE WHEN s.outage THEN coalesce(outage_since, clock_timestamp()) END,
    failures = failures + CASE WHEN s.outage AND v_budget THEN 0 ELSE 1 END
  WHERE id = t.id RETURNING failures INTO t.failures;
  IF s.outage AND v_budget THEN
    PERFORM put_back(t.id, retry_delay(t.attempt));
  ELSIF s.retry AND t.failures < n.attempts THEN
    PERFORM put_back(t.id, retry_delay(t.failures));
  ELSE
    UPDATE task SET commits = commits + 1 WHERE id = t.id;
    final := fail_task(t.id, s.error);
  END IF;
END $$;

-- A task failed for good: its outputs are null, or what its node falls back to. The job row is locked by the caller.
CREATE OR REPLACE FUNCTION fail_task(p_id uuid, p_error jsonb) RETURNS final_task[] LANGUAGE sql AS $$
  WITH failed AS (
    UPDATE task t SET state = 'failed', changed_in = pg_current_xact_id(), place = NULL, lease_until = NULL, error = p_error, finished_at = clock_timestamp(),
      output = CASE WHEN n.on_error = 'default' THEN n.fallback END
    FROM job j JOIN graph g ON g.sha256 = j.graph JOIN graph_node n ON n.graph = j.graph
    WHERE t.id = p_id AND j.id = t.job_id AND n.id = t.node
    RETURNING t.job_id, j.graph, t.path, t.node, t.chain, n.on_error = 'fail' AS failed, g.calm
  )
  SELECT array_agg(ROW(f.*)::final_task) FROM failed f
$$;

-- Commits what became of tasks, in one transaction. p_tasks: their ids. p_room: see propagate. kind: 'fenced' (id), 'claimed' (a task
-- that the caller may run now), 'waiting' (stage: has work that nobody took), 'changed' (job_id: ended, or a task of it became final).
CREATE OR REPLACE FUNCTION settle_tasks(p_tasks uuid[], p_settlements jsonb, p_worker uuid, p_lease_ms int, p_room jsonb)
RETURNS TABLE (kind text, id uuid, job_id uuid, tenant_id uuid, path text, stage text, attempt int, token uuid, input jsonb, params jsonb,
  timeout_ms int, iterated text[], crashes int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_jobs uuid[]; v_calm boolean; v_ended boolean := false; v_plain jsonb; v_count int; v_single jsonb; v_one jsonb; v_result record; v_final final_task[];
  v_leased uuid[] := '{}'; v_waiting text[] := '{}'; v_fenced uuid[] := '{}';
BEGIN
  SELECT coalesce(array_agg(l.id), '{}'), bool_and(l.calm) INTO v_jobs, v_calm FROM (
    SELECT j.id, g.calm FROM job j JOIN graph g ON g.sha256 = j.graph
    WHERE j.id IN (SELECT t.job_id FROM task t WHERE t.id = ANY (p_tasks)) ORDER BY j.id FOR UPDATE OF j) l;
  IF p_room IS NOT NULL AND any_limited(v_jobs) THEN p_room := NULL; END IF;
  -- Where the order matters, one at a time: failures, and jobs with joins that may be decided early. Completions go first.
  IF NOT v_calm OR p_settlements @? '$[*] ? (@.outcome != "completed")' THEN
    SELECT coalesce(jsonb_agg(s.value) FILTER (WHERE s.plain), '[]'),
      coalesce(jsonb_agg(s.value ORDER BY s.value ->> 'outcome' <> 'completed', s.ordinality) FILTER (WHERE NOT s.plain), '[]')
    INTO v_plain, v_single FROM (
      SELECT e.value, e.ordinality, coalesce(g.calm, true) AND e.value ->> 'outcome' = 'completed' AS plain
      FROM jsonb_array_elements(p_settlements) WITH ORDINALITY e LEFT JOIN task t ON t.id = (e.value ->> 'taskId')::uuid
      LEFT JOIN job j ON j.id = t.job_id LEFT JOIN graph g ON g.sha256 = j.graph) s;
  ELSE
    v_plain := p_settlements;
    v_single := '[]';
  END IF;

  v_count := jsonb_array_length(v_plain);
  IF v_count > 0 THEN
    v_final := complete_tasks(v_plain);
    IF cardinality(v_final) < v_count THEN v_fenced := fenced_tasks(v_plain); END IF;
    SELECT * INTO v_result FROM propagate(v_final, p_worker, p_lease_ms, p_room);
    v_leased := v_result.leased;
    v_waiting := v_result.waiting;
    v_ended := v_result.ended;
  END IF;
  FOR v_one IN SELECT e.value FROM jsonb_array_elements(v_single) WITH ORDINALITY e ORDER BY e.ordinality LOOP
    IF v_one ->> 'outcome' = 'completed' THEN
      v_final := complete_tasks(jsonb_build_array(v_one));
      IF cardinality(v_final) = 0 THEN v_fenced := v_fenced || fenced_tasks(jsonb_build_array(v_one)); END IF;
    ELSE
      SELECT * INTO v_result FROM give_up_try(v_one);
      v_final := v_result.final;
      v_waiting := v_waiting || v_result.waiting;
      IF v_result.fenced THEN v_fenced := v_fenced || (v_one ->> 'taskId')::uuid; END IF;
    END IF;
    SELECT * INTO v_result FROM propagate(v_final, p_worker, p_lease_ms, room_left(p_room, v_leased));
    v_leased := v_leased || v_result.leased;
    v_waiting := v_waiting || v_result.waiting;
    v_ended := v_ended OR v_result.ended;
  END LOOP;
  IF v_ended THEN PERFORM end_batches(v_jobs); END IF;

  IF v_leased <> '{}' THEN
    RETURN QUERY SELECT 'claimed', c.* FROM claimed_tasks(v_leased) c;
  END IF;
  FOREACH id IN ARRAY v_fenced LOOP
    kind := 'fenced';
    RETURN NEXT;
  END LOOP;
  id := NULL;
  FOR stage IN SELECT DISTINCT w FROM unnest(v_waiting) w LOOP
    kind := 'waiting';
    RETURN NEXT;
  END LOOP;
  stage := NULL;
  FOREACH job_id IN ARRAY v_jobs LOOP
    kind := 'changed';
    RETURN NEXT;
  END LOOP;
END $$;

-- Those that were not the caller's to settle, and that it had not settled before either.
CREATE OR REPLACE FUNCTION fenced_tasks(p_settlements jsonb) RETURNS uuid[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(s.task_id), '{}') FROM settlements_of(p_settlements) s
  LEFT JOIN task t ON t.id = s.task_id AND t.token = s.token AND t.state IN ('completed', 'failed') WHERE t.id IS NULL
$$;
