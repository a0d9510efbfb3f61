-- Which files the input of a job names: kept for as long as the job. Files that its own tasks made are found by their task.
CREATE TABLE artifact_use (
  job_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  PRIMARY KEY (job_id, artifact_id)
);
CREATE INDEX artifact_use_of ON artifact_use (artifact_id);
-- Of the jobs there are: ids as people see them, in Crockford's base32.
CREATE FUNCTION pg_temp.uuid_of(p_shown text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE v_value numeric := 0; v_hex text := '';
BEGIN
  FOR i IN 1..26 LOOP v_value := v_value * 32 + strpos('0123456789abcdefghjkmnpqrstvwxyz', substr(p_shown, i, 1)) - 1; END LOOP;
  FOR i IN 1..32 LOOP
    v_hex := substr('0123456789abcdef', (v_value % 16)::int + 1, 1) || v_hex;
    v_value := div(v_value, 16);
  END LOOP;
  RETURN v_hex::uuid;
END $$;
INSERT INTO artifact_use SELECT DISTINCT j.id, a.id FROM job j
CROSS JOIN LATERAL regexp_matches(j.input::text, 'art_([0-7][0-9a-hjkmnp-tv-z]{25})', 'g') m JOIN artifact a ON a.id = pg_temp.uuid_of(m[1]);

CREATE INDEX artifact_of_task ON artifact (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX artifact_upload ON artifact (id) WHERE task_id IS NULL; -- ids begin with the time

-- Keys are deleted at their age, which is never more than that of their job: nothing needs to find them by it.
ALTER TABLE idempotency DROP CONSTRAINT idempotency_job_id_fkey, DROP CONSTRAINT idempotency_batch_id_fkey;
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Work that is done bit by bit, by one process at a time: how far it is, and when the next bit is due.
CREATE TABLE upkeep (
  work text PRIMARY KEY,
  position text,
  due_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);
INSERT INTO upkeep (work) VALUES ('jobs'), ('uploads'), ('objects');

-- Rows that change two or three times and are then only deleted. A fifth of a large table is too much to leave dead.
ALTER TABLE job SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE scope SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE event SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE artifact SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE webhook_delivery SET (autovacuum_vacuum_scale_factor = 0.05);
