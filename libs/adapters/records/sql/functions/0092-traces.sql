-- The trace that tasks of a job are part of; null where its submission was not traced. Volatile, so that it also sees a job that was
-- committed after the statement around it began, and before the function there claimed a task of it.
CREATE OR REPLACE FUNCTION trace_of(p_job uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (SELECT j.trace FROM job j WHERE j.id = p_job);
END $$;

-- Within the transaction that made the job.
CREATE OR REPLACE FUNCTION trace_job(p_job uuid, p_trace text) RETURNS void LANGUAGE sql AS $$
  UPDATE job SET trace = p_trace WHERE id = p_job
$$;

-- submit_job of a traced request. Who submits under a known idempotency key is given the job of then, which stays in its own trace.
CREATE OR REPLACE FUNCTION submit_traced_job(p_id uuid, p_tenant uuid, p_graph text, p_input jsonb, p_params jsonb, p_metadata jsonb,
  p_key text, p_key_sha256 text, p_priority int, p_deadline_ms bigint, p_open_max bigint, p_trace text,
  OUT job_id uuid, OUT verdict text, OUT waiting text[]) LANGUAGE plpgsql AS $$
BEGIN
  SELECT * INTO job_id, verdict, waiting FROM submit_job(p_id, p_tenant, p_graph, p_input, p_params, p_metadata, p_key, p_key_sha256,
    p_priority, p_deadline_ms, p_open_max);
  IF verdict = 'created' THEN PERFORM trace_job(p_id, p_trace); END IF;
END $$;
