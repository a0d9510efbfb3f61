-- Whether leases that ended tell of workers that are gone. While the records cannot be reached nobody can extend a lease; after that,
-- all get one whole lease to show that they live. p_lost: the caller was out of touch. p_new: it has only just started, and knows nothing; then it
-- goes by whether others swept lately. Returns the database's clock, and whether leases that ended before it may be freed.
CREATE OR REPLACE FUNCTION sweep_clock(p_lost boolean, p_new boolean, p_lease_ms int) RETURNS TABLE (at text, trusted boolean) LANGUAGE sql AS $$
  UPDATE sweeper SET swept_at = clock_timestamp(), trusted_from = CASE
    WHEN p_lost OR p_new AND swept_at < clock_timestamp() - make_interval(secs => p_lease_ms / 2000.0)
    THEN clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0) ELSE trusted_from END
  RETURNING swept_at::text, trusted_from <= swept_at
$$;
