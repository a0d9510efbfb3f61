-- The engine decides for many jobs in one statement. Functions whose signature changed go; their new text follows.
DROP FUNCTION IF EXISTS claim_tasks, settle_tasks, settle_task, sweep, expire_lease, propagate, decide_all, decide, open_scopes,
  submit_job, submit_batch, finish_job, end_job, put_back, emit_event, store_graph;

-- What became final and is not passed on yet. chain: paths of the scopes around it, the job's ("") first. failed: it ends its
-- scope. calm: see graph.
CREATE TYPE final_task AS (job_id uuid, graph text, path text, node text, chain text[], failed boolean, calm boolean);

-- calm: no join can be decided before all its items are final, so that the order of settlements does not matter.
ALTER TABLE graph ADD COLUMN calm boolean NOT NULL DEFAULT true,
  ADD COLUMN sinks int NOT NULL DEFAULT 0; -- nodes of the top scope that nothing waits for: when they are final, all are
UPDATE graph g SET sinks = (SELECT count(*) FROM graph_node n WHERE n.graph = g.sha256 AND n.scope = '' AND n.dependents = '{}');

ALTER TABLE graph_node ADD COLUMN sinks int NOT NULL DEFAULT 0, -- of an each: of its inside
  ADD COLUMN condition jsonb,
  ADD COLUMN fallback jsonb,
  ADD COLUMN join_kind text,
  ADD COLUMN join_count int;
UPDATE graph_node e SET join_kind = 'all',
  sinks = (SELECT count(*) FROM graph_node n WHERE n.graph = e.graph AND n.scope = e.id AND n.dependents = '{}') WHERE e.kind = 'each';

-- Lane 0 is interactive, 1 is batch. Higher priority first.
ALTER TABLE job ADD COLUMN sinks_left int NOT NULL DEFAULT 1,
  ADD COLUMN lane smallint NOT NULL DEFAULT 0,
  ADD COLUMN priority smallint NOT NULL DEFAULT 0,
  ADD COLUMN deadline_at timestamptz;
UPDATE job j SET sinks_left = (SELECT count(*) FROM task t JOIN graph_node n ON n.graph = j.graph AND n.id = t.node
  WHERE t.job_id = j.id AND n.scope = '' AND n.dependents = '{}' AND t.state IN ('waiting', 'ready', 'running')) WHERE j.state IN ('queued', 'running');
CREATE INDEX job_deadline ON job (deadline_at) WHERE deadline_at IS NOT NULL; -- null again when the job has ended

-- The scope of a job is the job; only items have rows.
ALTER TABLE scope ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'good', 'bad', 'cancelled'));
ALTER TABLE scope RENAME COLUMN tasks_left TO sinks_left;
ALTER TABLE scope ALTER COLUMN path TYPE text COLLATE "C";
UPDATE scope s SET state = CASE WHEN sinks_left = 0 THEN 'good' ELSE 'open' END, sinks_left = (SELECT count(*) FROM task t
  JOIN job j ON j.id = t.job_id JOIN graph_node n ON n.graph = j.graph AND n.id = t.node
  WHERE t.job_id = s.job_id AND t.chain[array_upper(t.chain, 1)] = s.path AND n.dependents = '{}' AND t.state IN ('waiting', 'ready', 'running'))
WHERE s.path <> '';
DELETE FROM scope WHERE path = '';

-- A ready task waits for admission, was sent to Redis, or waits for its next try.
ALTER TABLE task ADD COLUMN place text CHECK (place IN ('waiting', 'sent', 'later')),
  ADD COLUMN lane smallint NOT NULL DEFAULT 0,
  ADD COLUMN priority smallint NOT NULL DEFAULT 0,
  -- That a task with crashes began: told before it does. Others may have been held only, when their process ended.
  ADD COLUMN begun boolean NOT NULL DEFAULT false,
  ADD COLUMN items int NOT NULL DEFAULT 0,       -- of an each that is running
  ADD COLUMN items_good int NOT NULL DEFAULT 0,
  ADD COLUMN items_bad int NOT NULL DEFAULT 0,
  DROP COLUMN not_before,
  DROP COLUMN ready_at,
  ALTER COLUMN path TYPE text COLLATE "C"; -- what is inside an item is a range of paths
UPDATE task SET place = 'waiting' WHERE state = 'ready';
UPDATE task t SET items = c.items, items_good = c.good FROM (
  SELECT s.job_id, s.each_path, count(*) AS items, count(*) FILTER (WHERE s.state = 'good') AS good FROM scope s GROUP BY 1, 2) c
WHERE t.job_id = c.job_id AND t.path = c.each_path AND t.state = 'running';
ALTER TABLE task DROP COLUMN items_left;
DROP INDEX task_ready;
CREATE INDEX task_waiting ON task (stage, tenant_id, lane, priority DESC, seq) WHERE state = 'ready' AND place = 'waiting';
CREATE INDEX task_sent ON task (stage, tenant_id, lane) WHERE state = 'ready' AND place = 'sent';
CREATE INDEX task_check ON task (next_check_at) WHERE state = 'ready' AND place <> 'waiting';

ALTER TABLE worker ADD COLUMN slots int NOT NULL DEFAULT 1;

-- How long the tasks of a stage take, told by the workers: short tasks travel together, long ones alone.
CREATE TABLE stage_pace (
  stage text PRIMARY KEY,
  mean_ms real NOT NULL
);

ALTER TABLE tenant ADD COLUMN weight int NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 100),
  ADD COLUMN max_open_jobs int; -- null: no limit
DROP INDEX graph_node_scope; -- the primary key serves: a graph has few nodes

-- Rows that our functions alone make, in the transaction that makes the job: a look-up of the job for each would cost more than the row.
ALTER TABLE task DROP CONSTRAINT task_job_id_fkey;
ALTER TABLE scope DROP CONSTRAINT scope_job_id_fkey;
ALTER TABLE event DROP CONSTRAINT event_job_id_fkey, DROP CONSTRAINT event_batch_id_fkey, DROP CONSTRAINT event_tenant_id_fkey;
ALTER TABLE job DROP CONSTRAINT job_tenant_id_fkey, DROP CONSTRAINT job_graph_fkey, DROP CONSTRAINT job_batch_id_fkey;

-- Both indexes of scope began with the job, and without statistics PostgreSQL took the wrong one: items squared.
DROP INDEX scope_of_each;
CREATE INDEX scope_of_each ON scope (each_path, job_id, index);

CREATE INDEX batch_open ON batch (id) WHERE state = 'open';
