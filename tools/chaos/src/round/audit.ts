import type { Client } from 'pg';

/**
 * A second record, which the engine does not write: every change of a task's state, and every write to a task that was
 * final. Made by a trigger, so that it says the same whatever the functions of the engine are.
 */
const SQL = `
CREATE SCHEMA audit;
CREATE TABLE audit.change (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id uuid NOT NULL, job_id uuid NOT NULL, path text NOT NULL, was text, became text NOT NULL, crashes int NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit.change (task_id, job_id, path, was, became, crashes)
    VALUES (NEW.id, NEW.job_id, NEW.path, NULL, NEW.state, NEW.crashes);
  ELSIF NEW.state IS DISTINCT FROM OLD.state
    OR OLD.state IN ('completed', 'failed', 'skipped', 'cancelled') AND NEW.output IS DISTINCT FROM OLD.output THEN
    INSERT INTO audit.change (task_id, job_id, path, was, became, crashes)
    VALUES (NEW.id, NEW.job_id, NEW.path, OLD.state, NEW.state, NEW.crashes);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON intermodal.task FOR EACH ROW EXECUTE FUNCTION audit.note();
`;

export const startAudit = async (database: Client): Promise<void> => void (await database.query(SQL));
