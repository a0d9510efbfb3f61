-- Their signatures changed; the new text follows.
DROP FUNCTION IF EXISTS claim_webhooks, settle_webhook;

-- An endpoint stands for all events of its tenant, or belongs to one job or batch. Deleted ones stay a while: a settlement that
-- has seen one must not fail because it is gone.
ALTER TABLE webhook_endpoint
  DROP CONSTRAINT webhook_endpoint_check,
  ADD CHECK (num_nonnulls(job_id, batch_id) <= 1),
  -- What shares a limit and a breaker: the endpoint itself; of those that belong to a job or batch, all to one origin. Spread evenly,
  -- so that whoever looks for work may begin anywhere.
  ADD COLUMN target uuid,
  ADD COLUMN types text[], -- null: all
  ADD COLUMN description text NOT NULL DEFAULT '',
  ADD COLUMN concurrency smallint NOT NULL DEFAULT 4 CHECK (concurrency BETWEEN 1 AND 5),
  ADD COLUMN disabled_because text CHECK (disabled_because IN ('asked', 'gone', 'failing')),
  ADD COLUMN deleted_at timestamptz,
  -- How often its secret was changed: the secret is derived from the id and this.
  ADD COLUMN rotations int NOT NULL DEFAULT 0,
  ADD COLUMN former_until timestamptz, -- the secret before signs, too
  -- Of the requests that made it and that changed its secret last: asked again they change nothing.
  ADD COLUMN request_key text,
  ADD COLUMN request_sha256 text,
  ADD COLUMN rotation_key text;
UPDATE webhook_endpoint SET target = md5(tenant_id::text || origin)::uuid, disabled_because = CASE WHEN disabled_at IS NOT NULL THEN 'gone' END;
ALTER TABLE webhook_endpoint ALTER COLUMN target SET NOT NULL, DROP COLUMN origin;
CREATE INDEX webhook_endpoint_standing ON webhook_endpoint (tenant_id, id) WHERE job_id IS NULL AND batch_id IS NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX webhook_endpoint_request ON webhook_endpoint (tenant_id, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX webhook_endpoint_deleted ON webhook_endpoint (deleted_at) WHERE deleted_at IS NOT NULL;

-- A test of an endpoint is an event, too.
ALTER TABLE event ADD COLUMN endpoint_id uuid,
  DROP CONSTRAINT event_of_one,
  ADD CONSTRAINT event_of_one CHECK (num_nonnulls(job_id, batch_id, endpoint_id) = 1);
CREATE INDEX event_of_endpoint ON event (endpoint_id, id) WHERE endpoint_id IS NOT NULL;

ALTER TABLE webhook_message
  ADD COLUMN target uuid,
  -- The schedule counts from here: the first attempt, or the one after somebody asked for it to be sent again.
  ADD COLUMN since timestamptz NOT NULL DEFAULT clock_timestamp(),
  ADD COLUMN attempts_before int NOT NULL DEFAULT 0;
UPDATE webhook_message m SET target = w.target FROM webhook_endpoint w WHERE w.id = m.endpoint_id;
ALTER TABLE webhook_message ALTER COLUMN target SET NOT NULL, DROP COLUMN origin;
DROP INDEX webhook_message_of_endpoint;
CREATE INDEX webhook_message_of_endpoint ON webhook_message (endpoint_id, event_id DESC);
CREATE INDEX webhook_message_of_target ON webhook_message (target, due_at) WHERE state = 'pending';
CREATE INDEX webhook_message_sent ON webhook_message (target) WHERE state = 'pending' AND token IS NOT NULL;

ALTER TABLE webhook_delivery ADD COLUMN request jsonb, ADD COLUMN answer text;

-- Only of targets whose last attempt failed or was slow.
CREATE TABLE webhook_breaker (
  target uuid PRIMARY KEY,
  failures int NOT NULL,       -- in a row
  failing_since timestamptz,
  open_until timestamptz       -- until then nothing is sent there; then one message, to see
) WITH (fillfactor = 70);
