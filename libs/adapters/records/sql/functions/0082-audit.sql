-- Ids begin with the time: the primary key finds what is old. As an array: with IN, all entries are gone through, to see that none is old.
CREATE OR REPLACE FUNCTION delete_old_audit(p_keep_ms bigint, p_limit int) RETURNS void LANGUAGE sql AS $$
  DELETE FROM audit a WHERE a.id = ANY (ARRAY(
    SELECT o.id FROM audit o WHERE o.id < (SELECT first_id(clock_timestamp() - make_interval(secs => p_keep_ms / 1000.0))) ORDER BY o.id LIMIT p_limit))
$$;
