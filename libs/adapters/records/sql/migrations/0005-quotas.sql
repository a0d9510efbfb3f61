-- Functions whose signature changed go; their new text follows.
DROP FUNCTION IF EXISTS submit_job, submit_batch, propagate, check_delay;

-- How many jobs of a tenant have not ended. A tenant's number is the sum of parts: every transaction changes one that nobody else is
-- changing, so that nobody waits.
CREATE TABLE open_jobs (
  tenant_id uuid NOT NULL,
  part int NOT NULL,
  jobs bigint NOT NULL,    -- below zero, too: jobs end in other parts than they began
  PRIMARY KEY (tenant_id, part)
) WITH (fillfactor = 50);
INSERT INTO open_jobs SELECT j.tenant_id, 0, count(*) FROM job j WHERE j.state IN ('queued', 'running') GROUP BY j.tenant_id;

-- null: as the setting says
ALTER TABLE tenant DROP COLUMN max_open_jobs, ADD COLUMN open_jobs_max bigint CHECK (open_jobs_max > 0);
