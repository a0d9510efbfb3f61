CREATE OR REPLACE FUNCTION note_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO usage_due (tenant_id, stored, uploaded, made)
    SELECT f.tenant_id, sum(f.bytes), coalesce(sum(f.bytes) FILTER (WHERE f.task_id IS NULL), 0), coalesce(sum(f.bytes) FILTER (WHERE f.task_id IS NOT NULL), 0)
    FROM changed f GROUP BY f.tenant_id;
  ELSE
    INSERT INTO usage_due (tenant_id, stored) SELECT f.tenant_id, -sum(f.bytes) FROM changed f GROUP BY f.tenant_id;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER files_came AFTER INSERT ON artifact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_files();
CREATE OR REPLACE TRIGGER files_went AFTER DELETE ON artifact REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_files();

-- Where the output of a task says how many.
CREATE OR REPLACE FUNCTION tokens_of(p_output jsonb, p_name text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(p_output -> p_name) = 'number' THEN (p_output -> p_name)::numeric::bigint END
$$;

-- Counts a chunk of what is due; returns how many. One process at a time: the others have something else to do. A task's time is that of its last
-- try; what was kept of another job was counted there.
CREATE OR REPLACE FUNCTION count_usage(p_limit int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE v_due usage_due[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(4646004) THEN RETURN 0; END IF;
  WITH taken AS (
    DELETE FROM usage_due d WHERE d.ctid = ANY (ARRAY(SELECT q.ctid FROM usage_due q LIMIT p_limit)) RETURNING d.*
  ) SELECT array_agg(t::usage_due) INTO v_due FROM taken t;
  IF v_due IS NULL THEN RETURN 0; END IF;

  INSERT INTO usage_task AS u (tenant_id, day, pipeline, stage, engine, model, tasks, failed, seconds, prompt_tokens, completion_tokens)
  SELECT j.tenant_id, (t.finished_at AT TIME ZONE 'UTC')::date, j.pipeline, t.stage, coalesce(t.engine, ''), coalesce(t.model, ''), count(*),
    count(*) FILTER (WHERE t.state <> 'completed'), sum(greatest(0, extract(epoch FROM t.finished_at - t.started_at))),
    coalesce(sum(tokens_of(t.output, 'promptTokens')), 0), coalesce(sum(tokens_of(t.output, 'completionTokens')), 0)
  FROM unnest(v_due) d JOIN job j ON j.id = d.job_id JOIN task t ON t.job_id = j.id
  WHERE t.stage IS NOT NULL AND t.started_at IS NOT NULL AND t.finished_at IS NOT NULL AND t.kept_from IS NULL
    -- What waited when its job was cancelled may have begun long ago: its time is not known.
    AND (t.state IN ('completed', 'failed') OR t.state = 'cancelled' AND t.worker_id IS NOT NULL)
  GROUP BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (tenant_id, day, pipeline, stage, engine, model) DO UPDATE SET tasks = u.tasks + excluded.tasks, failed = u.failed + excluded.failed,
    seconds = u.seconds + excluded.seconds, prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = u.completion_tokens + excluded.completion_tokens;

  INSERT INTO usage_day AS u (tenant_id, day, completed, failed, cancelled, uploaded, made)
  SELECT d.tenant_id, (d.at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE j.state = 'completed'), count(*) FILTER (WHERE j.state = 'failed'),
    count(*) FILTER (WHERE j.state = 'cancelled'), sum(d.uploaded), sum(d.made)
  FROM unnest(v_due) d LEFT JOIN job j ON j.id = d.job_id WHERE d.job_id IS NOT NULL OR d.uploaded + d.made > 0 GROUP BY 1, 2
  ON CONFLICT (tenant_id, day) DO UPDATE SET completed = u.completed + excluded.completed, failed = u.failed + excluded.failed,
    cancelled = u.cancelled + excluded.cancelled, uploaded = u.uploaded + excluded.uploaded, made = u.made + excluded.made;

  INSERT INTO tenant_storage AS s (tenant_id, bytes) SELECT d.tenant_id, sum(d.stored) FROM unnest(v_due) d GROUP BY 1 HAVING sum(d.stored) <> 0
  ON CONFLICT (tenant_id) DO UPDATE SET bytes = s.bytes + excluded.bytes;
  RETURN cardinality(v_due);
END $$;

-- What a tenant has and has used, against its limits (null: none of its own). Seconds are of this month.
CREATE OR REPLACE FUNCTION standing_of(p_tenant uuid) RETURNS TABLE (stored_bytes bigint, compute_seconds double precision, stored_bytes_max bigint,
  compute_seconds_max bigint) LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT s.bytes FROM tenant_storage s WHERE s.tenant_id = p_tenant), 0)::bigint
      + coalesce((SELECT sum(d.stored) FROM usage_due d WHERE d.tenant_id = p_tenant), 0)::bigint,
    coalesce((SELECT sum(u.seconds) FROM usage_task u
      WHERE u.tenant_id = p_tenant AND u.day >= date_trunc('month', now() AT TIME ZONE 'UTC')::date), 0),
    n.stored_bytes_max, n.compute_seconds_max
  FROM tenant n WHERE n.id = p_tenant
$$;
