-- A lease ended: the worker died or lost touch. Three times, and the input is taken for what kills it. Once may be company: a
-- process holds tasks that it has not begun. So it only counts again once it has begun, and after the second time
-- the task runs alone.
-- False: somebody else has it.
CREATE OR REPLACE FUNCTION expire_lease(p_task uuid, p_job uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE t task;
BEGIN
  PERFORM 1 FROM job WHERE id = p_job FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT * INTO t FROM task WHERE id = p_task AND state = 'running' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN false; END IF;
  IF t.crashes = 0 OR t.begun THEN
    UPDATE task SET crashes = crashes + 1 WHERE id = t.id RETURNING crashes INTO t.crashes;
  END IF;
  IF t.crashes < 3 THEN
    PERFORM put_back(t.id, NULL);
  ELSE
    PERFORM propagate(fail_task(t.id, jsonb_build_object('code', 'stage.crashed', 'message',
      format('%s was given up: the process that ran it ended three times.', t.path))), NULL, 0, NULL);
  END IF;
  RETURN true;
END $$;

-- The clock is read in a SELECT of its own, here and wherever an index is to be used: as it is VOLATILE, it would be asked again at every entry of the index,
-- to its end.

-- Jobs whose time is over end, whatever they do. In the order of the index of deadlines: by id, PostgreSQL without statistics reads all jobs ever made.
CREATE OR REPLACE FUNCTION end_late_jobs(p_limit int) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE v_late uuid[];
BEGIN
  v_late := ARRAY(SELECT j.id FROM job j WHERE j.deadline_at < (SELECT clock_timestamp()) AND j.finished_at IS NULL
    ORDER BY j.deadline_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
  IF v_late <> '{}' THEN
    PERFORM end_jobs(v_late, 'failed', '{"code": "job.deadline", "message": "The job did not end before its deadline."}');
  END IF;
  RETURN v_late;
END $$;

-- Frees tasks whose lease ended, takes back what was sent and not claimed in time and what waited for its next try, ends late
-- jobs. Any process may call it at any time. kind: 'waiting' (stage: has work), 'again' (stage, tasks: were sent and not claimed),
-- 'expired' (tasks: leases that ended), 'changed' (job_id).
-- p_ended_before: leases that ended later are let be; null lets all be.
CREATE OR REPLACE FUNCTION sweep(p_limit int, p_ended_before timestamptz) RETURNS TABLE (kind text, stage text, tasks int, job_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_lost record; v_jobs uuid[] := '{}'; v_late uuid[];
BEGIN
  FOR v_lost IN
    SELECT t.id, t.job_id FROM task t WHERE t.state = 'running' AND t.lease_until < (SELECT least(clock_timestamp(), p_ended_before)) AND p_ended_before IS NOT NULL
    ORDER BY t.job_id, t.lease_until LIMIT p_limit
  LOOP
    IF expire_lease(v_lost.id, v_lost.job_id) THEN v_jobs := v_jobs || v_lost.job_id; END IF;
  END LOOP;
  IF v_jobs <> '{}' THEN RETURN QUERY SELECT 'expired', NULL::text, cardinality(v_jobs), NULL::uuid; END IF;
  v_late := end_late_jobs(p_limit);
  PERFORM end_batches(v_jobs || v_late);
  -- A look at the newest that is open, batch by batch: as NOT EXISTS, PostgreSQL with statistics joins the index of all jobs ever made.
  PERFORM end_batch(b.id) FROM batch b WHERE b.state = 'open'
    AND (SELECT j.id FROM job j WHERE j.batch_id BETWEEN b.id AND b.id AND j.state IN ('queued', 'running')
      ORDER BY j.batch_id DESC, j.id DESC LIMIT 1) IS NULL;

  RETURN QUERY
  WITH due AS (
    SELECT t.id, t.place FROM task t WHERE t.state = 'ready' AND t.place <> 'waiting' AND t.next_check_at < (SELECT clock_timestamp())
    ORDER BY t.next_check_at LIMIT p_limit FOR UPDATE SKIP LOCKED
  ), back AS (
    UPDATE task t SET place = 'waiting', checks = t.checks + CASE WHEN d.place = 'sent' THEN 1 ELSE 0 END FROM due d WHERE t.id = d.id
    RETURNING t.stage, d.place
  )
  SELECT 'again', b.stage, count(*)::int, NULL::uuid FROM back b WHERE b.place = 'sent' GROUP BY b.stage;
  -- Also what some process made ready and died before it could let it in.
  RETURN QUERY
  WITH RECURSIVE s AS (
    (SELECT t.stage FROM task t WHERE t.state = 'ready' AND t.place = 'waiting' ORDER BY t.stage LIMIT 1)
    UNION ALL
    SELECT n.stage FROM s CROSS JOIN LATERAL (
      SELECT t.stage FROM task t WHERE t.state = 'ready' AND t.place = 'waiting' AND t.stage > s.stage ORDER BY t.stage LIMIT 1) n
  )
  SELECT 'waiting', s.stage, NULL::int, NULL::uuid FROM s;
  RETURN QUERY SELECT DISTINCT 'changed', NULL::text, NULL::int, j FROM unnest(v_jobs || v_late) j;
END $$;
