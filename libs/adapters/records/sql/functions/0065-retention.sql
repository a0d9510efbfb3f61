-- What is old is deleted in small chunks, by whichever process comes first; the others go on (SKIP LOCKED). Lock order as in 0050. Nothing
-- deletes rows of task, scope, event and artifact_use by itself: they carry no foreign key (decision 0011).

-- Smaller than every id made at that moment or later: ids are UUIDv7, so that the primary key finds what is old.
CREATE OR REPLACE FUNCTION first_id(p_at timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- How far the work is, when it is due and nobody else is at it. The row stays locked until the transaction ends.
CREATE OR REPLACE FUNCTION take_upkeep(p_work text) RETURNS SETOF upkeep LANGUAGE sql AS $$
  SELECT u.* FROM upkeep u WHERE u.work = p_work AND u.due_at <= clock_timestamp() FOR UPDATE SKIP LOCKED
$$;

-- Somebody is still to be told of this job or batch.
CREATE OR REPLACE FUNCTION is_to_be_told(p_job uuid, p_batch uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM event e JOIN webhook_message m ON m.event_id = e.id AND m.state = 'pending' WHERE e.job_id = p_job)
    OR EXISTS (SELECT 1 FROM event e JOIN webhook_message m ON m.event_id = e.id AND m.state = 'pending' WHERE e.batch_id = p_batch)
$$;

-- Of these files, those that no job names, that no batch is read from and whose task is gone; uploads when they are older than a day. A job that is just being
-- accepted holds a lock on what it names: such a file is skipped, or seen as used, because the second statement begins after the locks.
CREATE OR REPLACE FUNCTION drop_artifacts(p_ids uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE v_locked uuid[];
BEGIN
  v_locked := ARRAY(SELECT a.id FROM artifact a WHERE a.id = ANY (p_ids) FOR UPDATE SKIP LOCKED);
  RETURN QUERY
  DELETE FROM artifact a WHERE a.id = ANY (v_locked)
    AND NOT EXISTS (SELECT 1 FROM artifact_use u WHERE u.artifact_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM ingestion i WHERE i.artifact_id = a.id)
    AND CASE WHEN a.task_id IS NULL THEN a.created_at < clock_timestamp() - interval '24 h'
      ELSE NOT EXISTS (SELECT 1 FROM task t WHERE t.id = a.task_id) END
  RETURNING a.id;
END $$;

-- A job with all that belongs to it. Its row is locked by the caller. Returns how many tasks it had, and files that it made or named.
CREATE OR REPLACE FUNCTION delete_job(p_id uuid, OUT tasks int, OUT files uuid[]) LANGUAGE plpgsql AS $$
BEGIN
  files := ARRAY(
    -- Not as a join: PostgreSQL without statistics begins it with all files there are.
    SELECT a.id FROM artifact a WHERE a.task_id = ANY (ARRAY(SELECT t.id FROM task t WHERE t.job_id = p_id))
    UNION ALL
    SELECT u.artifact_id FROM artifact_use u WHERE u.job_id = p_id);
  DELETE FROM artifact_use WHERE job_id = p_id;
  DELETE FROM event WHERE job_id = p_id; -- and its messages, and their deliveries
  DELETE FROM scope WHERE job_id = p_id;
  DELETE FROM task WHERE job_id = p_id;
  GET DIAGNOSTICS tasks = ROW_COUNT;
  DELETE FROM job WHERE id = p_id; -- and its row in a batch, and its webhook
END $$;

-- Deletes a chunk of jobs that ended long ago, when what they used is counted; those of a batch only when the batch ended long ago. p_limit: jobs looked at. Having been
-- through all, it rests for p_pause_ms, after batches that have no job any more. Returns files whose bytes nobody needs.
CREATE OR REPLACE FUNCTION delete_old_jobs(p_keep_ms bigint, p_limit int, p_pause_ms int) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE u upkeep; v_before timestamptz; v_seen uuid[]; v_job uuid; v_gone record; v_tasks int := 0; v_files uuid[] := '{}'; v_batches uuid[];
BEGIN
  SELECT * INTO u FROM take_upkeep('jobs');
  IF NOT FOUND THEN RETURN; END IF;
  v_before := clock_timestamp() - make_interval(secs => p_keep_ms / 1000.0);
  PERFORM count_usage(1000);
  -- Somebody else is counting, or there is more: the next round will do.
  IF EXISTS (SELECT FROM usage_due d WHERE d.job_id IS NOT NULL AND d.at < v_before + interval '1 min') THEN RETURN; END IF;
  v_seen := ARRAY(SELECT j.id FROM job j WHERE j.id > coalesce(u.position::uuid, '00000000-0000-0000-0000-000000000000') AND j.id < first_id(v_before)
    ORDER BY j.id LIMIT p_limit);
  u.position := CASE WHEN cardinality(v_seen) = p_limit THEN v_seen[p_limit]::text END;
  FOR v_job IN
    SELECT j.id FROM job j WHERE j.id = ANY (v_seen) AND j.finished_at < v_before AND NOT is_to_be_told(j.id, NULL)
      AND NOT EXISTS (SELECT 1 FROM batch_row r JOIN batch b ON b.id = r.batch_id WHERE r.job_id = j.id AND (b.finished_at < v_before) IS NOT true)
    ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
  LOOP
    SELECT * INTO v_gone FROM delete_job(v_job);
    v_tasks := v_tasks + v_gone.tasks;
    v_files := v_files || v_gone.files;
    IF v_tasks > 10000 THEN
      u.position := v_job::text;
      EXIT;
    END IF;
  END LOOP;
  IF u.position IS NULL THEN
    v_batches := ARRAY(SELECT b.id FROM batch b WHERE b.id < first_id(v_before) AND b.finished_at < v_before
      AND NOT EXISTS (SELECT 1 FROM job j WHERE j.batch_id = b.id) AND NOT is_to_be_told(NULL, b.id) ORDER BY b.id LIMIT p_limit FOR UPDATE OF b SKIP LOCKED);
    DELETE FROM event e WHERE e.batch_id = ANY (v_batches);
    DELETE FROM batch b WHERE b.id = ANY (v_batches);
  END IF;
  UPDATE upkeep SET position = u.position,
    due_at = clock_timestamp() + CASE WHEN u.position IS NULL THEN make_interval(secs => p_pause_ms / 1000.0) ELSE interval '0' END WHERE work = 'jobs';
  RETURN QUERY SELECT drop_artifacts(v_files);
END $$;

-- Uploads that no job named within a day. Returns files whose bytes nobody needs.
CREATE OR REPLACE FUNCTION delete_unused_uploads(p_limit int, p_pause_ms int) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE u upkeep; v_seen uuid[];
BEGIN
  SELECT * INTO u FROM take_upkeep('uploads');
  IF NOT FOUND THEN RETURN; END IF;
  v_seen := ARRAY(SELECT a.id FROM artifact a WHERE a.task_id IS NULL AND a.id > coalesce(u.position::uuid, '00000000-0000-0000-0000-000000000000')
    AND a.id < (SELECT first_id(clock_timestamp() - interval '24 h')) ORDER BY a.id LIMIT p_limit);
  u.position := CASE WHEN cardinality(v_seen) = p_limit THEN v_seen[p_limit]::text END;
  UPDATE upkeep SET position = u.position,
    due_at = clock_timestamp() + CASE WHEN u.position IS NULL THEN make_interval(secs => p_pause_ms / 1000.0) ELSE interval '0' END WHERE work = 'uploads';
  RETURN QUERY SELECT drop_artifacts(v_seen);
END $$;

-- Idempotency keys after a day, or earlier where jobs are kept for less (p_keep_ms null: for ever): a key must not outlive what it names. Rows
-- of workers that were killed.
CREATE OR REPLACE FUNCTION delete_old_keys(p_keep_ms bigint, p_limit int) RETURNS void LANGUAGE sql AS $$
  DELETE FROM idempotency i USING (
    SELECT k.tenant_id, k.key FROM idempotency k
    WHERE k.created_at < (SELECT clock_timestamp() - least(interval '24 h', make_interval(secs => p_keep_ms / 1000.0)))
    ORDER BY k.created_at LIMIT p_limit FOR UPDATE SKIP LOCKED) old
  WHERE i.tenant_id = old.tenant_id AND i.key = old.key;
  DELETE FROM worker w WHERE w.seen_at < clock_timestamp() - interval '24 h';
$$;

-- The next stretch of the store to look through for bytes that no row knows. Whoever takes it and dies keeps it for five minutes.
CREATE OR REPLACE FUNCTION take_objects() RETURNS TABLE ("position" text) LANGUAGE sql AS $$
  UPDATE upkeep SET due_at = clock_timestamp() + interval '5 min' WHERE work = 'objects' AND due_at <= clock_timestamp() RETURNING coalesce(position, '')
$$;
