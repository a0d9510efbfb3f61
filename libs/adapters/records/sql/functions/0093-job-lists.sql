-- Lists of jobs, the newest first (decision 0043). Each looks at so many jobs at most, however many there are: found by the index that knows the most of what
-- is asked for.

-- The jobs with all of p_metadata, of whichever tenant; null when there are more than p_most. A GIN index can only be read as a bitmap, which connections
-- of the records refuse otherwise: see openDatabase. Never as the reader of 0083-wall.sql, for whom no index of @> may be used.
CREATE OR REPLACE FUNCTION jobs_by_metadata(p_metadata jsonb, p_most int) RETURNS uuid[] LANGUAGE plpgsql STABLE SET enable_bitmapscan = on
SET enable_indexscan = off AS $$
DECLARE v_found uuid[];
BEGIN
  v_found := ARRAY(SELECT j.id FROM job j WHERE j.metadata @> p_metadata AND j.metadata <> '{}' LIMIT p_most + 1);
  RETURN CASE WHEN cardinality(v_found) <= p_most THEN v_found END;
END $$;

-- The jobs of a tenant that have not ended, by their tasks, of which at least one is ready or leased; null when that are more than p_most.
CREATE OR REPLACE FUNCTION jobs_by_open_tasks(p_tenant uuid, p_most int) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
DECLARE v_found uuid[];
BEGIN
  v_found := ARRAY(
    SELECT o.job_id FROM (
      (WITH RECURSIVE s AS (
        (SELECT t.stage FROM task t WHERE t.state = 'ready' AND t.place = 'waiting' ORDER BY t.stage LIMIT 1)
        UNION ALL
        SELECT n.stage FROM s CROSS JOIN LATERAL (
          SELECT t.stage FROM task t WHERE t.state = 'ready' AND t.place = 'waiting' AND t.stage > s.stage ORDER BY t.stage LIMIT 1) n
      )
      SELECT w.job_id FROM s CROSS JOIN LATERAL (
        SELECT t.job_id FROM task t WHERE t.state = 'ready' AND t.place = 'waiting' AND t.stage = s.stage AND t.tenant_id = p_tenant LIMIT p_most + 1) w)
      UNION ALL
      (SELECT t.job_id FROM task t WHERE t.state = 'ready' AND t.place <> 'waiting' AND t.tenant_id = p_tenant)
      UNION ALL
      (SELECT t.job_id FROM task t WHERE t.state = 'running' AND t.lease_until IS NOT NULL AND t.tenant_id = p_tenant)) o
    LIMIT p_most + 1);
  RETURN CASE WHEN cardinality(v_found) <= p_most THEN v_found END;
END $$;

-- Ids of the newest jobs below p_before, from p_from on, that fit, p_limit at most. p_most jobs are looked at: where that was the end of it, the last row is
-- the last one that was looked at (stopped), whether it fits or not.
-- With the rights of the owner, who may use every index; for whoever reads in the name of a tenant, it is that tenant's. Ranges of rows in place of equalities,
-- so that each order is that of one index alone: PostgreSQL with statistics may go through all jobs ever made otherwise.
CREATE OR REPLACE FUNCTION list_jobs(p_tenant uuid, p_state text, p_pipeline text, p_batch uuid, p_metadata jsonb, p_from uuid, p_before uuid,
  p_made_from timestamptz, p_made_before timestamptz, p_limit int, p_most int) RETURNS TABLE (id uuid, fits boolean, stopped boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = intermodal, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_tenant uuid := CASE WHEN current_setting('role') = 'intermodal_reader' THEN reading_tenant() ELSE p_tenant END;
  v_from uuid := coalesce(p_from, '00000000-0000-0000-0000-000000000000');
  v_before uuid := coalesce(p_before, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_by text := CASE WHEN p_batch IS NOT NULL THEN 'batch' WHEN p_state IN ('failed', 'cancelled') THEN 'end' ELSE 'tenant' END;
  v_some uuid[];
BEGIN
  IF p_batch IS NULL AND p_state IN ('queued', 'running') THEN v_some := jobs_by_open_tasks(v_tenant, p_most); END IF;
  -- Where the newest fill the page, nobody needs to know how many more there are.
  IF p_batch IS NULL AND p_metadata IS NOT NULL AND v_some IS NULL AND (SELECT count(*) FROM (
      SELECT FROM (SELECT j.metadata FROM job j WHERE (j.tenant_id, j.id) >= (v_tenant, v_from) AND (j.tenant_id, j.id) < (v_tenant, v_before)
        ORDER BY j.tenant_id DESC, j.id DESC LIMIT p_most / 5) j WHERE j.metadata @> p_metadata LIMIT p_limit) n) < p_limit THEN
    v_some := jobs_by_metadata(p_metadata, p_most / 5);
  END IF;
  IF v_some IS NOT NULL THEN v_by := 'some'; END IF;
  RETURN QUERY
  SELECT w.id, w.fits, w.place = p_most FROM (
    SELECT j.id, row_number() OVER () AS place, j.tenant_id = v_tenant AND (p_state IS NULL OR j.state = p_state) AND (p_pipeline IS NULL OR j.pipeline = p_pipeline)
      AND (p_metadata IS NULL OR j.metadata @> p_metadata)
      AND (p_made_from IS NULL OR j.created_at >= p_made_from) AND (p_made_before IS NULL OR j.created_at < p_made_before) AS fits
    FROM (
      (SELECT j.id, j.tenant_id, j.state, j.pipeline, j.metadata, j.created_at FROM job j
        WHERE v_by = 'tenant' AND (j.tenant_id, j.id) >= (v_tenant, v_from) AND (j.tenant_id, j.id) < (v_tenant, v_before)
        ORDER BY j.tenant_id DESC, j.id DESC LIMIT p_most)
      UNION ALL
      (SELECT j.id, j.tenant_id, j.state, j.pipeline, j.metadata, j.created_at FROM job j
        WHERE v_by = 'batch' AND j.batch_id IS NOT NULL AND (j.batch_id, j.id) >= (p_batch, v_from) AND (j.batch_id, j.id) < (p_batch, v_before)
        ORDER BY j.batch_id DESC, j.id DESC LIMIT p_most)
      UNION ALL
      (SELECT j.id, j.tenant_id, j.state, j.pipeline, j.metadata, j.created_at FROM (
          SELECT e.job_id FROM event e WHERE v_by = 'end' AND e.type IN ('job.failed', 'job.cancelled')
            AND (e.tenant_id, e.type, e.job_id) >= (v_tenant, 'job.' || p_state, v_from)
            AND (e.tenant_id, e.type, e.job_id) < (v_tenant, 'job.' || p_state, v_before)
          ORDER BY e.tenant_id DESC, e.type DESC, e.job_id DESC LIMIT p_most) e JOIN job j ON j.id = e.job_id)
      UNION ALL
      (SELECT j.id, j.tenant_id, j.state, j.pipeline, j.metadata, j.created_at FROM job j
        WHERE v_by = 'some' AND j.id = ANY (v_some) AND j.id >= v_from AND j.id < v_before ORDER BY j.id DESC)) j) w
  WHERE w.fits OR w.place = p_most LIMIT p_limit;
END $$;
