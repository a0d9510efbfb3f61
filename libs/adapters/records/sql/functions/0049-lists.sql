-- The newest jobs of a tenant by what their sender wrote on them, below p_before, from p_from on. A GIN index can only be read as a bitmap, which
-- connections of the records refuse otherwise: see openDatabase.
CREATE OR REPLACE FUNCTION jobs_with_metadata(p_tenant uuid, p_metadata jsonb, p_state text, p_pipeline text, p_batch uuid, p_from uuid, p_before uuid,
  p_made_from timestamptz, p_made_before timestamptz, p_limit int)
RETURNS SETOF uuid LANGUAGE sql STABLE SET enable_bitmapscan = on AS $$
  SELECT j.id FROM job j
  WHERE j.metadata @> p_metadata AND j.metadata <> '{}' AND j.tenant_id = p_tenant AND (p_state IS NULL OR j.state = p_state)
    AND (p_pipeline IS NULL OR j.pipeline = p_pipeline) AND (p_batch IS NULL OR j.batch_id = p_batch)
    AND (p_from IS NULL OR j.id >= p_from) AND (p_before IS NULL OR j.id < p_before)
    AND (p_made_from IS NULL OR j.created_at >= p_made_from) AND (p_made_before IS NULL OR j.created_at < p_made_before)
  -- Not by the index of ids alone, which would be read to its end where few have it.
  ORDER BY (j.id::text) DESC LIMIT p_limit
$$;
