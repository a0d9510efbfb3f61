-- A retry is another job: one that ended stays as it ended. Of each at most one, so that asking twice gives the same one.
ALTER TABLE job ADD COLUMN retry_of uuid,
  ADD COLUMN deadline_ms bigint; -- as it was asked for
CREATE UNIQUE INDEX job_retry_of ON job (retry_of) WHERE retry_of IS NOT NULL;
ALTER TABLE batch ADD COLUMN retry_of uuid;
CREATE UNIQUE INDEX batch_retry_of ON batch (retry_of) WHERE retry_of IS NOT NULL;

-- The task of the earlier job whose output this one has.
ALTER TABLE task ADD COLUMN kept_from uuid;
