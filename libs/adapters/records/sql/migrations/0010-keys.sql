-- local: the key of local mode, a whole text that is looked up by its hash, and may do everything (scopes null). live: found by its id; its
-- secrets are in api_key_secret.
ALTER TABLE api_key ALTER COLUMN sha256 DROP NOT NULL,
  ADD COLUMN kind text NOT NULL DEFAULT 'local' CHECK (kind IN ('local', 'live')),
  ADD COLUMN scopes text[],
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN last_used_at timestamptz,
  ADD CONSTRAINT api_key_of_kind CHECK (CASE kind WHEN 'local' THEN sha256 IS NOT NULL ELSE sha256 IS NULL AND scopes IS NOT NULL END);
CREATE INDEX api_key_of_tenant ON api_key (tenant_id, id DESC);

-- The newest has no end of its own; older ones have one since the rotation that replaced them.
CREATE TABLE api_key_secret (
  key_id uuid NOT NULL REFERENCES api_key,
  sha256 bytea NOT NULL,
  valid_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (key_id, sha256)
);

-- null: as the settings say
ALTER TABLE tenant ADD COLUMN requests_per_second real CHECK (requests_per_second > 0),
  ADD COLUMN request_burst int CHECK (request_burst > 0),
  ADD COLUMN running_tasks_max int CHECK (running_tasks_max > 0),
  ADD COLUMN stored_bytes_max bigint CHECK (stored_bytes_max > 0),
  ADD COLUMN compute_seconds_max bigint CHECK (compute_seconds_max > 0);
CREATE INDEX tenant_limited ON tenant (id) WHERE running_tasks_max IS NOT NULL;
