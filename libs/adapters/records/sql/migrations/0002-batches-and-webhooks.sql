-- A user's bulk submission: up to 1,000 jobs of one pipeline, accepted in one transaction.
CREATE TABLE batch (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  graph text NOT NULL REFERENCES graph,
  pipeline text NOT NULL, -- the name; the version stands in graph
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'completed', 'failed', 'cancelled')),
  total int NOT NULL,
  invalid int NOT NULL,   -- rows that never became jobs
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz
);
CREATE INDEX batch_of_tenant ON batch (tenant_id, id DESC);

-- No index of job has its state: jobs change it twice, and would lose their cheap (HOT) updates.
ALTER TABLE job ADD COLUMN batch_id uuid REFERENCES batch ON DELETE CASCADE;
CREATE INDEX job_of_batch ON job (batch_id, id) WHERE batch_id IS NOT NULL;

-- One row as it was sent: a job, or what is wrong with it.
CREATE TABLE batch_row (
  batch_id uuid NOT NULL REFERENCES batch ON DELETE CASCADE,
  line int NOT NULL,
  custom_id text,
  job_id uuid REFERENCES job ON DELETE CASCADE,
  error jsonb,
  CHECK (num_nonnulls(job_id, error) = 1),
  PRIMARY KEY (batch_id, line)
);
CREATE INDEX batch_row_of_job ON batch_row (job_id) WHERE job_id IS NOT NULL;

ALTER TABLE idempotency ALTER COLUMN job_id DROP NOT NULL,
  ADD COLUMN batch_id uuid REFERENCES batch ON DELETE CASCADE,
  ADD CONSTRAINT idempotency_of_one CHECK (num_nonnulls(job_id, batch_id) = 1);

ALTER TABLE event ALTER COLUMN job_id DROP NOT NULL,
  ADD COLUMN batch_id uuid REFERENCES batch ON DELETE CASCADE,
  ADD CONSTRAINT event_of_one CHECK (num_nonnulls(job_id, batch_id) = 1),
  ADD CONSTRAINT event_of_batch UNIQUE (batch_id, type);

-- Where somebody wants to be told. The secret is not here: it is derived from a key of the settings, which key_id names.
CREATE TABLE webhook_endpoint (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  job_id uuid UNIQUE REFERENCES job ON DELETE CASCADE,
  batch_id uuid UNIQUE REFERENCES batch ON DELETE CASCADE,
  url text NOT NULL,
  origin text NOT NULL,    -- what shares a limit: https://example.com
  key_id text NOT NULL,
  disabled_at timestamptz, -- it said 410
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (num_nonnulls(job_id, batch_id) = 1)
);

-- An event on its way to an endpoint. Its id towards the receiver is that of the event, however often it is sent.
CREATE TABLE webhook_message (
  event_id uuid NOT NULL REFERENCES event ON DELETE CASCADE,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
  origin text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts int NOT NULL DEFAULT 0,
  -- When it is to be sent; while it is being sent, when that counts as lost.
  due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  token uuid,
  finished_at timestamptz,
  PRIMARY KEY (event_id, endpoint_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX webhook_message_due ON webhook_message (due_at) WHERE state = 'pending';
CREATE INDEX webhook_message_of_endpoint ON webhook_message (endpoint_id);

-- One attempt. Written when it begins, so that one whose dispatcher died is seen too.
CREATE TABLE webhook_delivery (
  event_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  attempt int NOT NULL,
  token uuid NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  status int,
  duration_ms int,
  error text,
  PRIMARY KEY (event_id, endpoint_id, attempt),
  FOREIGN KEY (event_id, endpoint_id) REFERENCES webhook_message ON DELETE CASCADE
);
