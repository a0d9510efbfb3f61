-- Every statement that changes the state of a task notes its transaction in changed_in, and no other does: the database that
-- the records are tested in refuses one that forgets it (test-records.testing.ts). A trigger that did it cost a tenth to a sixth of the speed of settlements.
DROP TRIGGER IF EXISTS task_changes ON task;
DROP FUNCTION IF EXISTS note_change;

-- Tasks that were started or are final, whose state became visible between two snapshots (p_seen null: before everything). One that has changed
-- again since p_now is left out: the next snapshot has it. p_after: the seq of the last that was given.
CREATE OR REPLACE FUNCTION task_changes(p_job uuid, p_seen pg_snapshot, p_now pg_snapshot, p_after bigint, p_limit int) RETURNS SETOF task
LANGUAGE sql STABLE AS $$
  SELECT t.* FROM task t WHERE t.job_id = p_job AND t.seq > p_after AND t.state <> 'waiting' AND (t.state <> 'ready' OR t.attempt > 0)
    AND (p_seen IS NULL OR NOT pg_visible_in_snapshot(coalesce(t.changed_in, '1'), p_seen))
    AND pg_visible_in_snapshot(coalesce(t.changed_in, '1'), p_now)
  ORDER BY t.seq LIMIT p_limit
$$;
