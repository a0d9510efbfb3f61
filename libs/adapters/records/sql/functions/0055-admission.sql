-- How long a task that was sent may stay unclaimed until it is sent again: 2 s, doubling to 5 min; from 1 s where processes end, and take
-- with them what they were sent.
CREATE OR REPLACE FUNCTION check_delay(p_checks int, p_crashes int) RETURNS interval LANGUAGE sql IMMUTABLE AS $$
  SELECT least(CASE p_crashes WHEN 0 THEN interval '2 s' ELSE interval '1 s' END * power(2, least(p_checks, 10)), interval '5 min')
$$;

-- Which tasks of a stage are next. A worker that asks takes up to p_take of them at once (kind 'claimed'); more go into Redis ('send'), up to
-- a window of two for every slot that there is, which wakes whoever is idle. Everything else waits here, where it costs Redis nothing, can still be
-- overtaken, and is taken by workers that have room; then a last row says 'more'. Streams are the lanes of tenants; each has a weight (an interactive lane
-- four times that of a batch lane), and the next task comes from the stream that has least in the window for its weight. Within a
-- stream: higher priority, then first come. chunk: tasks that travel in one message.
CREATE OR REPLACE FUNCTION admit_tasks(p_stage text, p_take int, p_worker uuid, p_lease_ms int)
RETURNS TABLE (kind text, chunk int, id uuid, job_id uuid, tenant_id uuid, path text, stage text, attempt int, token uuid, input jsonb,
  params jsonb, timeout_ms int, iterated text[], crashes int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_mean real; v_slots int; v_workers int; v_window int; v_room int; v_travel int; v_next uuid[]; v_sent uuid[]; v_taken uuid[]; v_attempts int[];
BEGIN
  IF p_take > 0 THEN
    -- Workers that look at once would lock each other's tasks, and go away with few.
    PERFORM pg_advisory_xact_lock(4646002, hashtext(p_stage));
  ELSE
    -- Nobody waits for the disk here: should a crash forget it, these tasks wait again, and their messages are as good as before. What
    -- is written later, a claim above all, takes it to the disk.
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
  SELECT coalesce(sum(w.slots), 4), greatest(count(*), 1) INTO v_slots, v_workers FROM worker w WHERE p_stage = ANY (w.stages) AND w.seen_at > now() - interval '30 s';
  SELECT p.mean_ms INTO v_mean FROM stage_pace p WHERE p.stage = p_stage;
  v_window := 2 * v_slots;
  v_travel := greatest(1, least(v_slots / v_workers, 20 / greatest(coalesce(v_mean, 1000), 0.05)));
  v_room := greatest(0, v_window - (
    SELECT count(*) FROM (SELECT 1 FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'sent' LIMIT v_window) s));
  IF v_room + p_take > 0 THEN
    v_next := ARRAY(SELECT n.id FROM next_tasks(p_stage, v_room + p_take) n ORDER BY n.turn);
    -- Found by id alone: with what is asked of them in the same place, PostgreSQL would go through all that wait for each.
    WITH locked AS (
      SELECT t.id, t.state, t.place, n.turn FROM unnest(v_next) WITH ORDINALITY n(id, turn) JOIN task t ON t.id = n.id FOR UPDATE OF t SKIP LOCKED
    ), ranked AS (
      SELECT l.id, l.turn, row_number() OVER (ORDER BY l.turn) <= p_take AS take FROM locked l WHERE l.state = 'ready' AND l.place = 'waiting'
    ), moved AS (
      UPDATE task t SET state = CASE WHEN r.take THEN 'running' ELSE 'ready' END,
        changed_in = CASE WHEN r.take THEN pg_current_xact_id() ELSE t.changed_in END, place = CASE WHEN NOT r.take THEN 'sent' END,
        next_check_at = CASE WHEN NOT r.take THEN clock_timestamp() + check_delay(t.checks, t.crashes) END,
        attempt = t.attempt + r.take::int, token = CASE WHEN r.take THEN gen_random_uuid() END, worker_id = CASE WHEN r.take THEN p_worker END,
        progress = NULL, begun = false, lease_until = CASE WHEN r.take THEN clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0) END,
        started_at = CASE WHEN r.take THEN clock_timestamp() END
      -- A message that was sent before may still lie with a worker that died, and its id would keep this one out.
      FROM ranked r WHERE t.id = r.id RETURNING t.id, t.attempt + t.checks AS attempt, r.turn, r.take
    )
    SELECT array_agg(m.id ORDER BY m.turn) FILTER (WHERE m.take), array_agg(m.id ORDER BY m.turn) FILTER (WHERE NOT m.take),
      array_agg(m.attempt ORDER BY m.turn) FILTER (WHERE NOT m.take)
    INTO v_taken, v_sent, v_attempts FROM moved m;
  END IF;
  IF v_taken IS NOT NULL THEN
    PERFORM begin_jobs_if_few(v_taken);
    -- In their turns: whoever takes more than it can begin at once begins with the first.
    RETURN QUERY SELECT 'claimed', NULL::int, c.* FROM claimed_tasks(v_taken) c JOIN unnest(v_taken) WITH ORDINALITY o(id, at) ON o.id = c.id ORDER BY o.at;
  END IF;
  FOR i IN 1..coalesce(cardinality(v_sent), 0) LOOP
    kind := 'send';
    chunk := (i - 1) / v_travel;
    id := v_sent[i];
    attempt := v_attempts[i];
    RETURN NEXT;
  END LOOP;
  IF has_waiting(p_stage) THEN
    kind := 'more';
    RETURN NEXT;
  END IF;
END $$;

-- How many more tasks of a tenant may run, where it may not run any number: those that run or were sent count. Whoever asks has the others
-- wait until it has committed, so that all together stay within the limit. Not STABLE: what they committed meanwhile must be seen.
-- The batch lane gets what the interactive one leaves.
CREATE OR REPLACE FUNCTION tasks_free(p_tenant uuid, p_max int, p_stage text, p_lane smallint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE v_free bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(4646003, hashtext(p_tenant::text));
  v_free := p_max
    - (SELECT count(*) FROM task t WHERE t.state = 'running' AND t.lease_until IS NOT NULL AND t.tenant_id = p_tenant)
    - (SELECT count(*) FROM task t WHERE t.state = 'ready' AND t.place = 'sent' AND t.tenant_id = p_tenant);
  IF p_lane > 0 AND v_free > 0 THEN
    v_free := v_free - (SELECT count(*) FROM (SELECT FROM task t
      WHERE t.stage = p_stage AND t.tenant_id = p_tenant AND t.lane < p_lane AND t.state = 'ready' AND t.place = 'waiting' LIMIT v_free) w);
  END IF;
  RETURN greatest(0, v_free);
END $$;

-- Tasks of these jobs do not run as many as there is room for: they are let in one by one, where they are counted.
CREATE OR REPLACE FUNCTION any_limited(p_jobs uuid[]) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM tenant n WHERE n.running_tasks_max IS NOT NULL) THEN RETURN false; END IF;
  RETURN EXISTS (SELECT FROM job j JOIN tenant n ON n.id = j.tenant_id WHERE j.id = ANY (p_jobs) AND n.running_tasks_max IS NOT NULL);
END $$;

-- The first p_limit waiting tasks of a stage in the order of their turns.
CREATE OR REPLACE FUNCTION next_tasks(p_stage text, p_limit int) RETURNS TABLE (id uuid, turn real) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE stream AS (
    (SELECT t.tenant_id, t.lane FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'waiting' ORDER BY t.tenant_id, t.lane LIMIT 1)
    UNION ALL
    SELECT n.tenant_id, n.lane FROM stream s CROSS JOIN LATERAL (
      SELECT t.tenant_id, t.lane FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'waiting'
        AND (t.tenant_id, t.lane) > (s.tenant_id, s.lane) ORDER BY t.tenant_id, t.lane LIMIT 1) n
  )
  SELECT h.id, ((h.rank + i.inside) / (coalesce(n.weight, 1) * CASE WHEN s.lane = 0 THEN 4 ELSE 1 END))::real AS turn
  FROM stream s LEFT JOIN tenant n ON n.id = s.tenant_id
  CROSS JOIN LATERAL (SELECT count(*) AS inside FROM task t
    WHERE t.stage = p_stage AND t.tenant_id = s.tenant_id AND t.lane = s.lane AND t.state = 'ready' AND t.place = 'sent') i
  CROSS JOIN LATERAL (
    SELECT w.id, row_number() OVER (ORDER BY w.priority DESC, w.seq)::real AS rank FROM (
      SELECT t.id, t.priority, t.seq FROM task t
      WHERE t.stage = p_stage AND t.tenant_id = s.tenant_id AND t.lane = s.lane AND t.state = 'ready' AND t.place = 'waiting'
      ORDER BY t.stage, t.tenant_id, t.lane, t.priority DESC, t.seq
      LIMIT CASE WHEN n.running_tasks_max IS NULL THEN p_limit ELSE least(p_limit, tasks_free(s.tenant_id, n.running_tasks_max, p_stage, s.lane)) END) w) h
  ORDER BY turn, random() LIMIT p_limit
$$;

-- What workers measured: a moving mean, so that one odd process does not decide.
CREATE OR REPLACE FUNCTION tell_pace(p_stages text[], p_mean_ms real[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO stage_pace AS p (stage, mean_ms) SELECT * FROM unnest(p_stages, p_mean_ms) n(stage, mean_ms) ORDER BY n.stage
  ON CONFLICT (stage) DO UPDATE SET mean_ms = 0.5 * p.mean_ms + 0.5 * excluded.mean_ms
$$;
