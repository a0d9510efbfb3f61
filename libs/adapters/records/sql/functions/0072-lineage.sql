-- How a file came about: the task that made it, with what that was given. Of an upload the task is null. No row: there is no such file.
CREATE OR REPLACE FUNCTION artifact_lineage(p_tenant uuid, p_artifact uuid) RETURNS TABLE (created_at timestamptz, task_id uuid, job_id uuid, pipeline text,
  path text, stage text, engine text, model text, device text, input jsonb, params jsonb) LANGUAGE sql STABLE AS $$
  SELECT a.created_at, t.id, t.job_id, j.pipeline || '@' || g.version, t.path, t.stage, t.engine, t.model, t.device, i.value, p.value
  FROM artifact a LEFT JOIN task t ON t.id = a.task_id LEFT JOIN job j ON j.id = t.job_id LEFT JOIN graph g ON g.sha256 = j.graph
  LEFT JOIN graph_node n ON n.graph = j.graph AND n.id = t.node
  LEFT JOIN LATERAL values_of(t.job_id, t.chain, n.input) i ON n.id IS NOT NULL
  LEFT JOIN LATERAL values_of(t.job_id, t.chain, n.params) p ON n.id IS NOT NULL
  WHERE a.id = p_artifact AND a.tenant_id = p_tenant
$$;
