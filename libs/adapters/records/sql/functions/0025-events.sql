-- Writes what happened, and a message for whoever wants to be told: in the transaction in which it happened.
CREATE OR REPLACE FUNCTION emit_event(p_tenant uuid, p_job uuid, p_batch uuid, p_type text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_id uuid := new_id();
BEGIN
  INSERT INTO event (id, tenant_id, job_id, batch_id, type) VALUES (v_id, p_tenant, p_job, p_batch, p_type);
  INSERT INTO webhook_message (event_id, endpoint_id, origin)
  SELECT v_id, w.id, w.origin FROM webhook_endpoint w WHERE w.job_id = p_job
  UNION ALL
  SELECT v_id, w.id, w.origin FROM webhook_endpoint w WHERE w.batch_id = p_batch;
END $$;

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
