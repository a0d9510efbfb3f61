-- These jobs have ended. Writes what happened, and a message for whoever wants to be told: in the transaction in which it happened.
CREATE OR REPLACE FUNCTION emit_job_events(p_jobs uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_ended record;
BEGIN
  FOR v_ended IN
    WITH happened AS (
      INSERT INTO event (id, tenant_id, job_id, type)
      SELECT new_id(), j.tenant_id, j.id, 'job.' || j.state FROM job j WHERE j.id = ANY (p_jobs)
      RETURNING id, tenant_id, job_id
    ), told AS (
      INSERT INTO webhook_message (event_id, endpoint_id, target)
      SELECT e.id, w.id, w.target FROM happened e JOIN webhook_endpoint w ON w.job_id = e.job_id
    ), due AS (
      INSERT INTO usage_due (tenant_id, job_id) SELECT e.tenant_id, e.job_id FROM happened e
    )
    SELECT e.tenant_id, count(*) AS jobs FROM happened e GROUP BY e.tenant_id
  LOOP
    PERFORM count_open_jobs(v_ended.tenant_id, -v_ended.jobs);
    -- Asked once for all of them: most tenants have none.
    PERFORM 1 FROM webhook_endpoint w
    WHERE w.tenant_id = v_ended.tenant_id AND w.job_id IS NULL AND w.batch_id IS NULL AND w.deleted_at IS NULL AND w.disabled_at IS NULL LIMIT 1;
    IF FOUND THEN
      INSERT INTO webhook_message (event_id, endpoint_id, target)
      SELECT e.id, w.id, w.target FROM event e JOIN webhook_endpoint w ON w.tenant_id = e.tenant_id AND w.job_id IS NULL AND w.batch_id IS NULL
        AND w.deleted_at IS NULL AND w.disabled_at IS NULL AND (w.types IS NULL OR e.type = ANY (w.types))
      WHERE e.job_id = ANY (p_jobs) AND e.tenant_id = v_ended.tenant_id ON CONFLICT DO NOTHING;
    END IF;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION emit_batch_event(p_batch uuid) RETURNS void LANGUAGE sql AS $$
  WITH happened AS (
    INSERT INTO event (id, tenant_id, batch_id, type)
    SELECT new_id(), b.tenant_id, b.id, 'batch.' || b.state FROM batch b WHERE b.id = p_batch
    RETURNING id, tenant_id, batch_id, type
  )
  INSERT INTO webhook_message (event_id, endpoint_id, target)
  SELECT e.id, w.id, w.target FROM happened e JOIN webhook_endpoint w ON w.batch_id = e.batch_id
  UNION ALL
  SELECT e.id, w.id, w.target FROM happened e JOIN webhook_endpoint w ON w.tenant_id = e.tenant_id AND w.job_id IS NULL AND w.batch_id IS NULL
    AND w.deleted_at IS NULL AND w.disabled_at IS NULL AND (w.types IS NULL OR e.type = ANY (w.types))
$$;

-- Somebody wants to be told of a job or batch that was made in this transaction; it may have ended in it already.
CREATE OR REPLACE FUNCTION add_webhook(p_id uuid, p_tenant uuid, p_job uuid, p_batch uuid, p_url text, p_origin text, p_key_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_target uuid := md5(p_tenant::text || p_origin)::uuid;
BEGIN
  INSERT INTO webhook_endpoint (id, tenant_id, job_id, batch_id, url, target, key_id)
  VALUES (p_id, p_tenant, p_job, p_batch, p_url, v_target, p_key_id);
  INSERT INTO webhook_message (event_id, endpoint_id, target)
  SELECT e.id, p_id, v_target FROM event e WHERE e.job_id = p_job
  UNION ALL
  SELECT e.id, p_id, v_target FROM event e WHERE e.batch_id = p_batch;
END $$;
