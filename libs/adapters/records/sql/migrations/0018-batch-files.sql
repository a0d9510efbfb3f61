-- Functions whose signature changed go; their new text follows.
DROP FUNCTION IF EXISTS submit_batch;

-- validating: its file is still being read. error: why a batch failed as a whole.
ALTER TABLE batch DROP CONSTRAINT batch_state_check, ADD COLUMN error jsonb,
  ADD CONSTRAINT batch_state_check CHECK (state IN ('validating', 'open', 'completed', 'failed', 'cancelled'));

-- A batch whose file is being read: how far, and by whom. Gone when all of it was read, or the batch ended.
CREATE TABLE ingestion (
  batch_id uuid PRIMARY KEY REFERENCES batch ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  bytes bigint NOT NULL,               -- of the file
  plan jsonb NOT NULL,                 -- as it was at the submission, whatever is published since
  params jsonb NOT NULL,               -- of every row
  priority int NOT NULL,
  deadline_ms bigint,
  next_byte bigint NOT NULL DEFAULT 0, -- the first one that was not read
  line int NOT NULL DEFAULT 0,         -- the last one that was read
  tries int NOT NULL DEFAULT 0,        -- how often it was taken since it last got on
  token uuid,                          -- the fence
  due_at timestamptz NOT NULL DEFAULT clock_timestamp() -- when somebody may take it; while it is held, when that counts as lost
) WITH (fillfactor = 50);
CREATE INDEX ingestion_due ON ingestion (due_at);
CREATE INDEX ingestion_of_artifact ON ingestion (artifact_id);
