-- A key with what a request needs to know of it. secrets: those that are valid now, the newest first.
CREATE OR REPLACE VIEW known_key AS
  SELECT k.id, k.tenant_id, k.kind, k.name, k.sha256, k.scopes, k.created_at, k.expires_at, k.last_used_at, k.revoked_at,
    s.secrets, s.old_until, n.requests_per_second, n.request_burst
  FROM api_key k JOIN tenant n ON n.id = k.tenant_id
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(s.sha256 ORDER BY s.created_at DESC), '{}') AS secrets, max(s.valid_until) AS old_until
    FROM api_key_secret s WHERE s.key_id = k.id AND coalesce(s.valid_until, 'infinity') > clock_timestamp()) s;

-- A new secret for a key that has not ended; those of before end after a while, each counted from when it was replaced. False: it has ended.
CREATE OR REPLACE FUNCTION rotate_key(p_id uuid, p_sha256 bytea, p_grace_s int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM api_key k WHERE k.id = p_id AND k.kind = 'live' AND k.revoked_at IS NULL AND coalesce(k.expires_at, 'infinity') > clock_timestamp() FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  DELETE FROM api_key_secret s WHERE s.key_id = p_id AND s.valid_until <= clock_timestamp();
  -- An end that was said before is never moved away, only nearer.
  UPDATE api_key_secret s SET valid_until = least(s.valid_until, clock_timestamp() + make_interval(secs => p_grace_s)) WHERE s.key_id = p_id;
  INSERT INTO api_key_secret (key_id, sha256) VALUES (p_id, p_sha256);
  RETURN true;
END $$;
