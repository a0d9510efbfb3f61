-- Lock order everywhere: job rows by id, then tasks, then batches by id. Who takes task rows without the job's lock (claim, heartbeat) never
-- waits for one: SKIP LOCKED.

CREATE OR REPLACE FUNCTION claim_tasks(p_ids uuid[], p_worker uuid, p_lease_ms int)
RETURNS TABLE (id uuid, job_id uuid, tenant_id uuid, path text, stage text, attempt int, token uuid, input jsonb, params jsonb,
  timeout_ms int, iterated text[]) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_queued uuid[];
BEGIN
  v_queued := ARRAY(SELECT j.id FROM job j WHERE j.state = 'queued' AND j.id IN (SELECT t.job_id FROM task t WHERE t.id = ANY (p_ids))
    ORDER BY j.id FOR UPDATE);
  IF v_queued <> '{}' THEN
    UPDATE job j SET state = 'running', started_at = clock_timestamp() WHERE j.id = ANY (v_queued) AND j.state = 'queued';
  END IF;
  RETURN QUERY
  WITH free AS (
    SELECT t.id FROM task t WHERE t.id = ANY (p_ids) AND t.state = 'ready' AND t.not_before <= clock_timestamp()
    FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE task t SET state = 'running', token = gen_random_uuid(), worker_id = p_worker, attempt = t.attempt + 1, progress = NULL,
      lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), started_at = clock_timestamp()
    FROM free WHERE t.id = free.id RETURNING t.*
  )
  SELECT k.id, k.job_id, k.tenant_id, k.path, k.stage, k.attempt, k.token, evaluate_object(k.job_id, k.chain, n.input),
    evaluate_object(k.job_id, k.chain, n.params), n.timeout_ms, n.iterated
  FROM taken k JOIN job j ON j.id = k.job_id JOIN graph_node n ON n.graph = j.graph AND n.id = k.node;
END $$;

-- A row that is locked right now is being settled or cancelled: it counts as held, the next beat will know.
CREATE OR REPLACE FUNCTION beat_tasks(p_ids uuid[], p_tokens uuid[], p_progress real[], p_lease_ms int) RETURNS SETOF uuid LANGUAGE sql AS $$
  WITH held AS (
    SELECT t.id, l.progress FROM unnest(p_ids, p_tokens, p_progress) l(id, token, progress)
    JOIN task t ON t.id = l.id AND t.token = l.token AND t.state = 'running'
  ), free AS (
    SELECT t.id FROM task t WHERE t.id IN (SELECT h.id FROM held h) AND t.state = 'running' FOR UPDATE SKIP LOCKED
  ), extended AS (
    UPDATE task t SET lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), progress = coalesce(h.progress, t.progress)
    FROM free f JOIN held h ON h.id = f.id WHERE t.id = f.id
  )
  SELECT h.id FROM held h
$$;

-- Waits 1 s, doubling to 30 s, between a half and one and a half of it.
CREATE OR REPLACE FUNCTION retry_delay(p_failures int) RETURNS interval LANGUAGE sql VOLATILE AS $$
  SELECT least(interval '1 s' * power(2, least(greatest(p_failures, 1), 10) - 1), interval '30 s') * (0.5 + random())
$$;

-- Puts a running task back. The job row is locked by the caller.
CREATE OR REPLACE FUNCTION put_back(p_id uuid, p_delay interval) RETURNS void LANGUAGE sql AS $$
  UPDATE task SET state = 'ready', token = NULL, lease_until = NULL, worker_id = NULL, progress = NULL, checks = 0,
    not_before = clock_timestamp() + p_delay,
    next_check_at = clock_timestamp() + CASE WHEN p_delay = interval '0' THEN check_delay(0) ELSE p_delay END
  WHERE id = p_id
$$;

-- One settlement (see Settlement in libs/pipeline) of a task whose job row is locked. Returns 'final', 'ready' (again, at
-- once), 'later' (again, after a while), 'done' (was settled by this token before) or 'fenced'.
CREATE OR REPLACE FUNCTION settle_task(p_settlement jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t task; v_token uuid := (p_settlement ->> 'token')::uuid; v_attempts int; v_error jsonb := p_settlement -> 'error';
BEGIN
  SELECT * INTO t FROM task WHERE id = (p_settlement ->> 'taskId')::uuid;
  IF NOT FOUND OR t.token IS DISTINCT FROM v_token THEN RETURN 'fenced'; END IF;
  IF t.state IN ('completed', 'failed') THEN RETURN 'done'; END IF;
  IF t.state <> 'running' THEN RETURN 'fenced'; END IF;
  UPDATE task SET engine = p_settlement ->> 'engine', model = p_settlement ->> 'model', device = p_settlement ->> 'device' WHERE id = t.id;

  IF p_settlement ->> 'outcome' = 'completed' THEN
    UPDATE task SET state = 'completed', output = p_settlement -> 'output', error = NULL, lease_until = NULL, progress = 1,
      commits = commits + 1, finished_at = clock_timestamp() WHERE id = t.id;
    INSERT INTO artifact (id, tenant_id, task_id, media_type, bytes, sha256, name)
    SELECT (a ->> 'uuid')::uuid, t.tenant_id, t.id, a ->> 'mediaType', (a ->> 'bytes')::bigint, a ->> 'sha256', a ->> 'name'
    FROM jsonb_array_elements(p_settlement -> 'artifacts') a;
    RETURN 'final';
  ELSIF p_settlement ->> 'outcome' = 'released' THEN
    PERFORM put_back(t.id, interval '0');
    RETURN 'ready';
  END IF;

  IF (p_settlement ->> 'outage')::boolean AND coalesce(t.outage_since, clock_timestamp()) > clock_timestamp() - interval '15 min' THEN
    -- A fault of ours costs the task no attempt, until the outage budget is spent.
    UPDATE task SET outage_since = coalesce(outage_since, clock_timestamp()), error = v_error WHERE id = t.id;
    PERFORM put_back(t.id, retry_delay(t.attempt));
    RETURN 'later';
  END IF;
  SELECT n.attempts INTO v_attempts FROM job j JOIN graph_node n ON n.graph = j.graph AND n.id = t.node WHERE j.id = t.job_id;
  UPDATE task SET failures = failures + 1, error = v_error WHERE id = t.id;
  IF (p_settlement ->> 'retry')::boolean AND t.failures + 1 < v_attempts THEN
    PERFORM put_back(t.id, retry_delay(t.failures + 1));
    RETURN 'later';
  END IF;
  UPDATE task SET state = 'failed', lease_until = NULL, commits = commits + 1, finished_at = clock_timestamp() WHERE id = t.id;
  RETURN 'final';
END $$;

-- Commits what became of tasks, in one transaction. kind: 'fenced' (task_id), 'ready' (task_id, stage, attempt),
-- 'changed' (job_id: ended, or a task of it became final).
CREATE OR REPLACE FUNCTION settle_tasks(p_settlements jsonb)
RETURNS TABLE (kind text, task_id uuid, stage text, attempt int, job_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_item record; v_verdict text; v_ready uuid[] := '{}'; v_jobs uuid[];
BEGIN
  v_jobs := ARRAY(SELECT j.id FROM job j WHERE j.id IN (
    SELECT t.job_id FROM jsonb_array_elements(p_settlements) s JOIN task t ON t.id = (s ->> 'taskId')::uuid) ORDER BY j.id FOR UPDATE);
  FOR v_item IN
    SELECT s.value AS settlement, t.id, t.job_id, t.path
    FROM jsonb_array_elements(p_settlements) WITH ORDINALITY s LEFT JOIN task t ON t.id = (s.value ->> 'taskId')::uuid
    ORDER BY t.job_id, s.ordinality
  LOOP
    v_verdict := settle_task(v_item.settlement);
    IF v_verdict = 'fenced' THEN
      RETURN QUERY SELECT 'fenced', (v_item.settlement ->> 'taskId')::uuid, NULL::text, NULL::int, NULL::uuid;
    ELSIF v_verdict = 'ready' THEN
      v_ready := v_ready || v_item.id;
    ELSIF v_verdict = 'final' THEN
      v_ready := v_ready || propagate(v_item.job_id, ARRAY[v_item.path]);
    END IF;
  END LOOP;
  PERFORM end_batches(v_jobs);
  RETURN QUERY SELECT 'ready', t.id, t.stage, t.attempt, t.job_id FROM task t WHERE t.id = ANY (v_ready) AND t.state = 'ready';
  RETURN QUERY SELECT 'changed', NULL::uuid, NULL::text, NULL::int, j FROM unnest(v_jobs) j;
END $$;
