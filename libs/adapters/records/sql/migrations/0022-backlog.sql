-- Their signatures changed; the new text follows.
DROP FUNCTION IF EXISTS stage_backlog, live_workers;

-- What the machine or container of a worker is called: on Kubernetes its pod.
ALTER TABLE worker ADD COLUMN host text;

-- How many tasks of a stage wait follows from all three together: see estimated_waiting. 10,000,000 finished tasks are no reason to notice 200,000
-- new ones late.
CREATE STATISTICS task_backlog (mcv) ON stage, state, place FROM task;
ALTER TABLE task SET (autovacuum_analyze_scale_factor = 0.02);
