-- What is to be counted: appended in the transaction in which it happened, taken away in the one that counts it. So nothing is counted twice or
-- forgotten, whoever dies. No index, no key: rows live for seconds.
CREATE TABLE usage_due (
  tenant_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  job_id uuid,             -- it ended
  stored bigint NOT NULL DEFAULT 0,   -- bytes that came, or (below zero) went
  uploaded bigint NOT NULL DEFAULT 0,
  made bigint NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- By days of UTC. Outlives the jobs.
CREATE TABLE usage_task (
  tenant_id uuid NOT NULL REFERENCES tenant,
  day date NOT NULL,
  pipeline text NOT NULL,
  stage text NOT NULL,
  engine text NOT NULL,    -- empty: none, or not known
  model text NOT NULL,
  tasks bigint NOT NULL,
  failed bigint NOT NULL,
  seconds double precision NOT NULL,
  prompt_tokens bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  PRIMARY KEY (tenant_id, day, pipeline, stage, engine, model)
) WITH (fillfactor = 70);

CREATE TABLE usage_day (
  tenant_id uuid NOT NULL REFERENCES tenant,
  day date NOT NULL,
  completed bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0,
  cancelled bigint NOT NULL DEFAULT 0,
  uploaded bigint NOT NULL DEFAULT 0,
  made bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, day)
) WITH (fillfactor = 70);

-- Bytes of the files there are; what is due comes on top.
CREATE TABLE tenant_storage (
  tenant_id uuid PRIMARY KEY,
  bytes bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO tenant_storage SELECT a.tenant_id, sum(a.bytes) FROM artifact a GROUP BY a.tenant_id;
