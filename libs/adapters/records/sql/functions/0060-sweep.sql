-- A lease ended: the worker died or lost touch. Three times, and the input is taken for what kills it.
CREATE OR REPLACE FUNCTION expire_lease(p_task uuid, p_job uuid, OUT ready uuid[], OUT expired boolean) LANGUAGE plpgsql AS $$
DECLARE t task;
BEGIN
  ready := '{}';
  expired := false;
  PERFORM 1 FROM job WHERE id = p_job FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT * INTO t FROM task WHERE id = p_task AND state = 'running' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  expired := true;
  IF t.crashes + 1 < 3 THEN
    PERFORM put_back(t.id, interval '0');
    UPDATE task SET crashes = crashes + 1 WHERE id = t.id;
    ready := ARRAY[t.id];
    RETURN;
  END IF;
  UPDATE task SET state = 'failed', crashes = crashes + 1, lease_until = NULL, finished_at = clock_timestamp(),
    error = jsonb_build_object('code', 'stage.crashed', 'message',
      format('%s was given up: the process that ran it ended three times.', t.path)) WHERE id = t.id;
  ready := propagate(p_job, ARRAY[t.path]);
END $$;

-- Frees tasks whose lease ended and names ready tasks that nobody started in time. Any process may call it at any time.
-- kind: 'ready' (task_id, stage, attempt), 'changed' (job_id).
CREATE OR REPLACE FUNCTION sweep(p_limit int) RETURNS TABLE (kind text, task_id uuid, stage text, attempt int, job_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_lost record; v_result record; v_ready uuid[] := '{}'; v_jobs uuid[] := '{}';
BEGIN
  FOR v_lost IN
    SELECT t.id, t.job_id FROM task t WHERE t.state = 'running' AND t.lease_until < clock_timestamp() ORDER BY t.lease_until LIMIT p_limit
  LOOP
    SELECT e.ready, e.expired INTO v_result FROM expire_lease(v_lost.id, v_lost.job_id) e;
    v_ready := v_ready || v_result.ready;
    IF v_result.expired THEN v_jobs := v_jobs || v_lost.job_id; END IF;
  END LOOP;
  WITH unseen AS (
    SELECT t.id FROM task t WHERE t.state = 'ready' AND t.next_check_at < clock_timestamp() ORDER BY t.next_check_at LIMIT p_limit
    FOR UPDATE SKIP LOCKED
  ), again AS (
    UPDATE task t SET checks = t.checks + 1, next_check_at = clock_timestamp() + check_delay(t.checks + 1)
    FROM unseen u WHERE t.id = u.id RETURNING t.id
  )
  SELECT v_ready || coalesce(array_agg(a.id), '{}') INTO v_ready FROM again a;
  PERFORM end_batches(v_jobs);
  RETURN QUERY SELECT 'ready', t.id, t.stage, t.attempt, t.job_id FROM task t WHERE t.id = ANY (v_ready) AND t.state = 'ready';
  RETURN QUERY SELECT DISTINCT 'changed', NULL::uuid, NULL::text, NULL::int, j FROM unnest(v_jobs) j;
END $$;
