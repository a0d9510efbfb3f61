-- All of it was there, and as promised: the file exists from now on. Returns the state: 'completed' also when somebody was faster.
CREATE OR REPLACE FUNCTION complete_upload(p_id uuid, p_tenant uuid, p_media_type text, p_sha256 text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE u upload;
BEGIN
  SELECT * INTO u FROM upload WHERE id = p_id AND tenant_id = p_tenant FOR UPDATE;
  IF u.state = 'open' THEN
    INSERT INTO artifact (id, tenant_id, media_type, bytes, sha256, name) VALUES (p_id, p_tenant, p_media_type, u.bytes, p_sha256, u.name);
    UPDATE upload SET state = 'completed', handle = NULL WHERE id = p_id;
    RETURN 'completed';
  END IF;
  RETURN u.state;
END $$;

-- Uploads whose parts nobody needs: those that ended otherwise, and those whose time is over. Rows of all are kept for two days, so that who comes
-- late hears why.
CREATE OR REPLACE FUNCTION ended_uploads(p_limit int) RETURNS TABLE (id uuid, handle text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  UPDATE upload u SET state = 'expired' FROM (
    SELECT o.id FROM upload o WHERE o.state = 'open' AND o.expires_at < (SELECT clock_timestamp()) ORDER BY o.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED) o
  WHERE u.id = o.id;
  DELETE FROM upload u USING (
    SELECT o.id FROM upload o WHERE o.id < (SELECT first_id(clock_timestamp() - interval '48 h')) AND o.state <> 'open' AND o.handle IS NULL
    ORDER BY o.id LIMIT p_limit FOR UPDATE SKIP LOCKED) o
  WHERE u.id = o.id;
  RETURN QUERY SELECT u.id, u.handle FROM upload u
    WHERE u.state IN ('aborted', 'expired', 'failed') AND u.handle IS NOT NULL ORDER BY u.id LIMIT p_limit;
END $$;
