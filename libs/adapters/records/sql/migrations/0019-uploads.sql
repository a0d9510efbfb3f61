-- A file on its way into the store, in parts, past the API. Its id is that of the artifact that it becomes.
CREATE TABLE upload (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'completed', 'aborted', 'expired', 'failed')),
  name text,
  media_type text NOT NULL,   -- as the sender says; empty when they do not
  bytes bigint NOT NULL,      -- promised
  sha256 text,                -- promised, if it was
  part_bytes bigint NOT NULL,
  handle text,                -- the store's name for it; null when there is nothing in the store to be removed
  secret bytea NOT NULL,      -- signs addresses of parts, where the API itself takes them
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX upload_open ON upload (expires_at) WHERE state = 'open';
CREATE INDEX upload_to_remove ON upload (id) WHERE state IN ('aborted', 'expired', 'failed') AND handle IS NOT NULL;
