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
      INSERT INTO webhook_message (event_id, endpoint_id, origin)
      SELECT e.id, w.id, w.origin FROM happened e JOIN webhook_endpoint w ON w.job_id = e.job_id
    ), due AS (
      INSERT INTO usage_due (tenant_id, job_id) SELECT e.tenant_id, e.job_id FROM happened e
    )
    SELECT e.tenant_id, count(*) AS jobs FROM happened e GROUP BY e.tenant_id
  LOOP
    PERFORM count_open_jobs(v_ended.tenant_id, -v_ended.jobs);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION emit_batch_event(p_batch uuid) RETURNS void LANGUAGE sql AS $$
  WITH happened AS (
    INSERT INTO event (id, tenant_id, batch_id, type)
    SELECT new_id(), b.tenant_id, b.id, 'batch.' || b.state FROM batch b WHERE b.id = p_batch
    RETURNING id, batch_id
  )
  INSERT INTO webhook_message (event_id, endpoint_id, origin)
  SELECT e.id, w.id, w.origin FROM happened e JOIN webhook_endpoint w ON w.batch_id = e.batch_id
$$;

-- Somebody wants to be told of a job or batch that was made in this transaction; it may have ended in it already.
CREATE OR REPLACE FUNCTION add_webhook(p_id uuid, p_tenant uuid, p_job uuid, p_batch uuid, p_url text, p_origin text, p_key_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_endpoint (id, tenant_id, job_id, batch_id, url, origin, key_id)
  VALUES (p_id, p_tenant, p_job, p_batch, p_url, p_origin, p_key_id);
  INSERT INTO webhook_message (event_id, endpoint_id, origin)
  SELECT e.id, p_id, p_origin FROM event e WHERE e.job_id = p_job
  UNION ALL
  SELECT e.id, p_id, p_origin FROM event e WHERE e.batch_id = p_batch;
END $$;
