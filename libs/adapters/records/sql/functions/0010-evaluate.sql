-- The value at a path. A value that was too large for the records is a marker {"$spilled": artifact}; a path into it is
-- kept in the marker, for whoever opens the artifact.
CREATE OR REPLACE FUNCTION dig(p_value jsonb, p_path text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  v_at jsonb := p_value;
  v_depth int := coalesce(array_length(p_path, 1), 0);
BEGIN
  FOR i IN 1..v_depth LOOP
    IF jsonb_typeof(v_at) = 'object' AND v_at ? '$spilled' THEN
      RETURN v_at || jsonb_build_object('path', coalesce(v_at -> 'path', '[]') || to_jsonb(p_path[i:]));
    END IF;
    v_at := CASE jsonb_typeof(v_at)
      WHEN 'object' THEN v_at -> p_path[i]
      WHEN 'array' THEN CASE WHEN p_path[i] ~ '^[0-9]{1,6}$' THEN v_at -> p_path[i]::int END
    END;
    IF v_at IS NULL THEN RETURN 'null'; END IF;
  END LOOP;
  RETURN coalesce(v_at, 'null');
END $$;

CREATE OR REPLACE FUNCTION text_array(p_list jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(e.value ORDER BY e.ordinality), '{}') FROM jsonb_array_elements_text(p_list) WITH ORDINALITY e
$$;

CREATE OR REPLACE FUNCTION join_path(p_scope text, p_name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_scope = '' THEN p_name ELSE p_scope || '.' || p_name END
$$;

-- The value of an expression (see PlanExpression in libs/pipeline) for a task whose scopes are p_chain. Missing is null.
CREATE OR REPLACE FUNCTION evaluate(p_job uuid, p_chain text[], p_expression jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_expression ? 'lit' THEN RETURN p_expression -> 'lit'; END IF;
  IF p_expression ? 'node' THEN
    RETURN coalesce((
      SELECT dig(t.output, text_array(p_expression -> 'path')) FROM task t
      WHERE t.job_id = p_job AND t.path = join_path(p_chain[(p_expression ->> 'depth')::int + 1], p_expression ->> 'node')
    ), 'null');
  END IF;
  IF p_expression ? 'item' THEN
    RETURN coalesce((
      SELECT dig(s.item, text_array(p_expression -> 'item')) FROM scope s
      WHERE s.job_id = p_job AND s.path = p_chain[(p_expression ->> 'depth')::int + 1]
    ), 'null');
  END IF;
  IF p_expression ? 'input' THEN
    RETURN (SELECT dig(j.input, text_array(p_expression -> 'input')) FROM job j WHERE j.id = p_job);
  END IF;
  IF p_expression ? 'params' THEN
    RETURN (SELECT dig(j.params, text_array(p_expression -> 'params')) FROM job j WHERE j.id = p_job);
  END IF;
  IF p_expression ? 'array' THEN
    RETURN coalesce((
      SELECT jsonb_agg(evaluate(p_job, p_chain, e.value) ORDER BY e.ordinality)
      FROM jsonb_array_elements(p_expression -> 'array') WITH ORDINALITY e
    ), '[]');
  END IF;
  RETURN evaluate_object(p_job, p_chain, p_expression -> 'object');
END $$;

CREATE OR REPLACE FUNCTION evaluate_object(p_job uuid, p_chain text[], p_expressions jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(e.key, evaluate(p_job, p_chain, e.value)), '{}') FROM jsonb_each(p_expressions) e
$$;
