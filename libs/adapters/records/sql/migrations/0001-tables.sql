-- Every table carries its tenant. Ids are UUIDv7 made by the application, or by new_id() where SQL makes rows.

CREATE TABLE tenant (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO tenant (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'local');

CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  name text NOT NULL,
  sha256 bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

-- A resolved pipeline document. Immutable, shared by every job that runs it.
CREATE TABLE graph (
  sha256 text PRIMARY KEY,
  name text NOT NULL,
  version int NOT NULL,
  document jsonb NOT NULL,
  output jsonb NOT NULL, -- [{name, required, value}]
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE graph_node (
  graph text NOT NULL REFERENCES graph,
  id text NOT NULL,        -- lines.heard
  scope text NOT NULL,     -- lines
  name text NOT NULL,      -- heard
  position int NOT NULL,   -- in the document: the order in which dependents are looked at
  kind text NOT NULL CHECK (kind IN ('stage', 'each')),
  depends_on int NOT NULL,
  dependents text[] NOT NULL,
  stage text,              -- speech.transcribe@1
  pool text,
  input jsonb,             -- port -> expression
  required text[],
  params jsonb,            -- param -> expression
  on_error text NOT NULL DEFAULT 'fail',
  timeout_ms int,
  attempts int,
  iterated text[],
  list jsonb,
  collect jsonb,
  PRIMARY KEY (graph, id)
);
CREATE INDEX graph_node_scope ON graph_node (graph, scope, position);

CREATE TABLE published_pipeline (
  tenant_id uuid REFERENCES tenant, -- null: shipped, for everybody
  name text NOT NULL,
  version int NOT NULL,
  graph text NOT NULL REFERENCES graph,
  published_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (tenant_id, name, version)
);

CREATE TABLE job (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  graph text NOT NULL REFERENCES graph,
  pipeline text NOT NULL, -- the name; the version stands in graph
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
  input jsonb NOT NULL,
  params jsonb NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  output jsonb,
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX job_of_tenant ON job (tenant_id, id DESC);

-- One row per use of a stage, and one per each. deps_left counts nodes of the same scope that are not final yet.
CREATE TABLE task (
  id uuid PRIMARY KEY,
  job_id uuid NOT NULL REFERENCES job ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  path text NOT NULL,       -- lines[3].heard
  node text NOT NULL,       -- lines.heard
  chain text[] NOT NULL,    -- paths of the scopes around it, the job's first: {"", "lines[3]"}
  seq bigint GENERATED ALWAYS AS IDENTITY,
  stage text,               -- null for an each
  state text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'ready', 'running', 'completed', 'failed', 'skipped', 'cancelled')),
  deps_left int NOT NULL,
  items_left int NOT NULL DEFAULT 0,
  attempt int NOT NULL DEFAULT 0,   -- claims
  failures int NOT NULL DEFAULT 0,  -- tries that failed and count
  crashes int NOT NULL DEFAULT 0,   -- leases that ended
  outage_since timestamptz,         -- first of a row of faults that are ours
  token uuid,                       -- the fence; kept when final, so that a repeated settlement is recognised
  lease_until timestamptz,
  worker_id uuid,
  not_before timestamptz,           -- earliest next start, after a failed try
  next_check_at timestamptz,        -- when the sweeper sends a ready task again
  checks int NOT NULL DEFAULT 0,
  commits int NOT NULL DEFAULT 0,   -- settlements that became final: more than one would be a fault
  progress real,
  output jsonb,
  error jsonb,
  engine text,
  model text,
  device text,
  ready_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (job_id, path)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX task_ready ON task (next_check_at) WHERE state = 'ready';
CREATE INDEX task_leased ON task (lease_until) WHERE state = 'running' AND lease_until IS NOT NULL;

-- The inside of a job (path '') or of one item of an each.
CREATE TABLE scope (
  job_id uuid NOT NULL REFERENCES job ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  path text NOT NULL,      -- '' or lines[3]
  each_path text,          -- the each it belongs to
  index int,
  item jsonb,
  tasks_left int NOT NULL,
  PRIMARY KEY (job_id, path)
) WITH (fillfactor = 70);
CREATE INDEX scope_of_each ON scope (job_id, each_path, index);

CREATE TABLE idempotency (
  tenant_id uuid NOT NULL REFERENCES tenant,
  key text NOT NULL,
  sha256 text NOT NULL,
  job_id uuid NOT NULL REFERENCES job ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, key)
);

CREATE TABLE artifact (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  task_id uuid,            -- null for an upload
  media_type text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  name text,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- What happened, written in the transaction in which it happened. Webhooks will be told from here.
CREATE TABLE event (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  job_id uuid NOT NULL REFERENCES job ON DELETE CASCADE,
  type text NOT NULL,      -- job.completed
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (job_id, type)
);

CREATE TABLE worker (
  id uuid PRIMARY KEY,
  pool text NOT NULL,
  stages text[] NOT NULL,
  engines jsonb NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now()
);
