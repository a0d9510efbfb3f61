-- What was changed by people, and by which key. Written before it is done, and finished afterwards: where outcome is null, its process ended in
-- between, and nobody knows.
CREATE TABLE audit (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  key_id uuid NOT NULL,
  operation text NOT NULL, -- revokeKey
  target text,             -- the id that it is about, as people see it
  request_id text NOT NULL,
  status int,              -- that of HTTP
  outcome text,            -- done, or the code of the error
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX audit_of_tenant ON audit (tenant_id, id DESC);
