-- Decision 0012. New jobs, each the retry of another, begin with what that one has: a task is final at once when the same task
-- completed there and all that it depends on was kept too. So its input is the same. Returns the stages that have work now.
CREATE OR REPLACE FUNCTION start_retries(p_graph text, p_jobs uuid[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE v_kept final_task[];
BEGIN
  PERFORM start_jobs(p_graph, p_jobs);
  LOOP
    WITH kept AS (
      UPDATE task n SET state = 'completed', changed_in = pg_current_xact_id(), place = NULL, kept_from = o.id, output = o.output, engine = o.engine, model = o.model, device = o.device,
        progress = 1, commits = 1, finished_at = clock_timestamp()
      FROM unnest(p_jobs) r(id) JOIN job j ON j.id = r.id JOIN task w ON w.job_id = j.id AND w.state = 'ready'
      JOIN task o ON o.job_id = j.retry_of AND o.path = w.path AND o.state = 'completed'
      WHERE n.id = w.id RETURNING n.job_id, n.path, n.node, n.chain, n.seq
    )
    SELECT array_agg(ROW(k.job_id, p_graph, k.path, k.node, k.chain, false, g.calm)::final_task ORDER BY k.seq)
    INTO v_kept FROM kept k CROSS JOIN graph g WHERE g.sha256 = p_graph;
    EXIT WHEN v_kept IS NULL;
    PERFORM propagate(v_kept, NULL, 0, NULL);
  END LOOP;
  -- Files that the new jobs have from the old ones, whose rows are locked: they stay when those are deleted.
  INSERT INTO artifact_use (job_id, artifact_id)
  SELECT j.id, u.artifact_id FROM unnest(p_jobs) r(id) JOIN job j ON j.id = r.id JOIN artifact_use u ON u.job_id = j.retry_of
  UNION
  -- Job by job: PostgreSQL without statistics begins with all tasks there are.
  SELECT r.id, a.id FROM unnest(p_jobs) r(id) CROSS JOIN LATERAL (
    SELECT f.id FROM artifact f WHERE f.task_id = ANY (ARRAY(SELECT t.kept_from FROM task t WHERE t.job_id = r.id)) OFFSET 0) a;
  RETURN ARRAY(SELECT DISTINCT t.stage FROM unnest(p_jobs) r(id) JOIN task t ON t.job_id = r.id AND t.state = 'ready');
END $$;

-- verdict: 'created', 'known' (it was retried before: job_id is that retry), 'refused' (not failed or cancelled, or a row of a batch: batch_id),
-- null: there is no such job.
CREATE OR REPLACE FUNCTION retry_job(p_tenant uuid, p_old uuid, p_new uuid, p_open_max bigint, OUT job_id uuid, OUT verdict text, OUT waiting text[], OUT batch_id uuid)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_old job;
BEGIN
  waiting := '{}';
  SELECT * INTO v_old FROM job WHERE id = p_old AND tenant_id = p_tenant FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  batch_id := v_old.batch_id;
  IF v_old.state NOT IN ('failed', 'cancelled') OR batch_id IS NOT NULL THEN
    verdict := 'refused';
    RETURN;
  END IF;
  SELECT j.id INTO job_id FROM job j WHERE j.retry_of = p_old;
  IF FOUND THEN
    verdict := 'known';
    RETURN;
  END IF;
  job_id := p_new;
  verdict := 'created';
  PERFORM take_quota(p_tenant, 1, p_open_max);
  PERFORM copy_jobs(ARRAY[p_old], ARRAY[p_new], NULL);
  waiting := start_retries(v_old.graph, ARRAY[p_new]);
END $$;

CREATE OR REPLACE FUNCTION copy_jobs(p_old uuid[], p_new uuid[], p_batch uuid) RETURNS void LANGUAGE sql AS $$
  INSERT INTO job (id, tenant_id, graph, pipeline, input, params, metadata, batch_id, lane, priority, sinks_left, deadline_ms, deadline_at, retry_of)
  SELECT c.new, o.tenant_id, o.graph, o.pipeline, o.input, o.params, o.metadata, p_batch, o.lane, o.priority, g.sinks, o.deadline_ms,
    clock_timestamp() + make_interval(secs => o.deadline_ms / 1000.0), o.id
  FROM unnest(p_old, p_new) c(old, new) JOIN job o ON o.id = c.old JOIN graph g ON g.sha256 = o.graph
$$;

-- A batch with the rows of one that has ended: what completed is shared, what failed or was cancelled is retried, what was no job is none.
-- verdict as of retry_job; 'refused': it has not ended, or nothing failed.
CREATE OR REPLACE FUNCTION retry_batch(p_tenant uuid, p_old uuid, p_new uuid, p_open_max bigint, OUT batch_id uuid, OUT verdict text, OUT waiting text[]) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_old batch; v_failed uuid[]; v_again uuid[]; v_rows int; v_some record;
BEGIN
  waiting := '{}';
  SELECT * INTO v_old FROM batch WHERE id = p_old AND tenant_id = p_tenant FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT b.id INTO batch_id FROM batch b WHERE b.retry_of = p_old;
  IF FOUND THEN
    verdict := 'known';
    RETURN;
  END IF;
  v_failed := ARRAY(SELECT j.id FROM batch_row r JOIN job j ON j.id = r.job_id AND j.state IN ('failed', 'cancelled')
    WHERE r.batch_id = p_old ORDER BY j.id FOR UPDATE OF j);
  IF v_old.state IN ('validating', 'open') OR v_failed = '{}' THEN
    verdict := 'refused';
    RETURN;
  END IF;
  v_again := ARRAY(SELECT new_id() FROM unnest(v_failed));
  -- Fewer than its total when it was cancelled while its file was being read.
  SELECT count(*) INTO v_rows FROM batch_row r WHERE r.batch_id = p_old;
  batch_id := p_new;
  verdict := 'created';
  PERFORM take_quota(p_tenant, cardinality(v_failed), p_open_max);
  INSERT INTO batch (id, tenant_id, graph, pipeline, total, invalid, metadata, retry_of)
  VALUES (p_new, p_tenant, v_old.graph, v_old.pipeline, v_rows, v_old.invalid, v_old.metadata, p_old);
  PERFORM copy_jobs(v_failed, v_again, p_new);
  INSERT INTO batch_row (batch_id, line, custom_id, job_id, error)
  SELECT p_new, r.line, r.custom_id, coalesce(a.id, r.job_id), r.error FROM batch_row r LEFT JOIN job a ON a.retry_of = r.job_id AND a.batch_id = p_new
  WHERE r.batch_id = p_old;
  FOR v_some IN SELECT j.graph, array_agg(j.id ORDER BY j.id) AS jobs FROM job j WHERE j.id = ANY (v_again) GROUP BY j.graph LOOP
    waiting := waiting || start_retries(v_some.graph, v_some.jobs);
  END LOOP;
  PERFORM end_batch(p_new);
END $$;
