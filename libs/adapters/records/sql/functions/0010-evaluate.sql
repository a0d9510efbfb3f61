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

-- dig for a path as plans have it. Most paths have one key, most values are there: they need no call.
CREATE OR REPLACE FUNCTION reach(p_value jsonb, p_path jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(CASE jsonb_array_length(p_path) WHEN 0 THEN p_value WHEN 1 THEN p_value -> (p_path ->> 0) END, dig(p_value, text_array(p_path)))
$$;

CREATE OR REPLACE FUNCTION join_path(p_scope text, p_name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_scope = '' THEN p_name ELSE p_scope || '.' || p_name END
$$;

-- value_of where an expression stands inside another.
CREATE OR REPLACE FUNCTION evaluate(p_job uuid, p_chain text[], p_expression jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_expression ? 'array' THEN
    RETURN coalesce((
      SELECT jsonb_agg(evaluate(p_job, p_chain, e.value) ORDER BY e.ordinality)
      FROM jsonb_array_elements(p_expression -> 'array') WITH ORDINALITY e
    ), '[]');
  ELSIF p_expression ? 'object' THEN
    RETURN coalesce((
      SELECT jsonb_object_agg(e.key, evaluate(p_job, p_chain, e.value)) FROM jsonb_each(p_expression -> 'object') e
    ), '{}');
  ELSIF p_expression ?| '{lit,node,item,input,params}' THEN
    RETURN (SELECT v.value FROM value_of(p_job, p_chain, p_expression) v);
  END IF;
  -- No expression at all; each of the two calls the other for what it does not know.
  RETURN 'null';
END $$;

-- The value of an expression (see PlanExpression in libs/pipeline) for a task whose scopes are p_chain. Missing is null.
-- One row; a table, so that PostgreSQL puts the text in the place of the call.
CREATE OR REPLACE FUNCTION value_of(p_job uuid, p_chain text[], p_expression jsonb) RETURNS TABLE (value jsonb) LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_expression ? 'node' THEN coalesce((
      SELECT reach(t.output, p_expression -> 'path') FROM task t
      WHERE t.job_id = p_job AND t.path = join_path(p_chain[(p_expression -> 'depth')::int + 1], p_expression ->> 'node')), 'null')
    WHEN p_expression ? 'lit' THEN p_expression -> 'lit'
    WHEN p_expression ? 'item' THEN coalesce((
      SELECT reach(s.item, p_expression -> 'item') FROM scope s
      WHERE s.job_id = p_job AND s.path = p_chain[(p_expression -> 'depth')::int + 1]), 'null')
    WHEN p_expression ? 'input' THEN (SELECT reach(j.input, p_expression -> 'input') FROM job j WHERE j.id = p_job)
    WHEN p_expression ? 'params' THEN (SELECT reach(j.params, p_expression -> 'params') FROM job j WHERE j.id = p_job)
    ELSE evaluate(p_job, p_chain, p_expression)
  END
$$;

-- Expressions by name: their values in one object.
CREATE OR REPLACE FUNCTION values_of(p_job uuid, p_chain text[], p_expressions jsonb) RETURNS TABLE (value jsonb) LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(e.key, v.value), '{}') FROM jsonb_each(p_expressions) e, value_of(p_job, p_chain, e.value) v
$$;

-- Whether a condition (see PlanCondition) holds.
CREATE OR REPLACE FUNCTION holds(p_job uuid, p_chain text[], p_condition jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE v_kind text := (SELECT k FROM jsonb_object_keys(p_condition) k); v_of jsonb := p_condition -> v_kind; v_left jsonb; v_right jsonb;
BEGIN
  CASE v_kind
    WHEN 'value' THEN RETURN evaluate(p_job, p_chain, v_of) NOT IN ('null', 'false', '0', '""', '[]');
    WHEN 'not' THEN RETURN NOT holds(p_job, p_chain, v_of);
    WHEN 'all' THEN RETURN coalesce((SELECT bool_and(holds(p_job, p_chain, c)) FROM jsonb_array_elements(v_of) c), true);
    WHEN 'any' THEN RETURN coalesce((SELECT bool_or(holds(p_job, p_chain, c)) FROM jsonb_array_elements(v_of) c), false);
    ELSE
      v_left := evaluate(p_job, p_chain, v_of -> 0);
      v_right := evaluate(p_job, p_chain, v_of -> 1);
  END CASE;
  CASE v_kind
    WHEN 'equals' THEN RETURN v_left = v_right;
    WHEN 'in' THEN RETURN jsonb_typeof(v_right) = 'array' AND EXISTS (SELECT 1 FROM jsonb_array_elements(v_right) e WHERE e = v_left);
    WHEN 'less' THEN RETURN jsonb_typeof(v_left) = 'number' AND jsonb_typeof(v_right) = 'number' AND v_left < v_right;
    WHEN 'greater' THEN RETURN jsonb_typeof(v_left) = 'number' AND jsonb_typeof(v_right) = 'number' AND v_left > v_right;
  END CASE;
END $$;
