-- How long a task that was sent may stay unclaimed until it is sent again: 5 s, doubling to 5 min.
CREATE OR REPLACE FUNCTION check_delay(p_checks int) RETURNS interval LANGUAGE sql IMMUTABLE AS $$
  SELECT least(interval '5 s' * power(2, least(p_checks, 10)), interval '5 min')
$$;

-- Lets tasks of a stage into Redis, up to a window that holds about half a second of work for the workers there are. Everything else
-- waits here, where it costs Redis nothing and can still be overtaken. Which come next: streams are the lanes of tenants; each has a
-- weight (an interactive lane four times that of a batch lane), and the next task comes from the stream that has least in
-- the window for its weight. Within a stream: higher priority, then first come. `chunk`: tasks that travel in one message.
-- A last row without a task says that more are waiting.
CREATE OR REPLACE FUNCTION admit_tasks(p_stage text, p_max int) RETURNS TABLE (task_id uuid, attempt int, chunk int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_mean real; v_slots int; v_window int; v_room int; v_travel int; v_count int;
BEGIN
  SELECT coalesce(sum(w.slots), 4) INTO v_slots FROM worker w WHERE p_stage = ANY (w.stages) AND w.seen_at > now() - interval '30 s';
  SELECT p.mean_ms INTO v_mean FROM stage_pace p WHERE p.stage = p_stage;
  v_mean := greatest(coalesce(v_mean, 1000), 0.05);
  v_window := greatest(2 * v_slots, least(p_max, v_slots * 500 / v_mean));
  v_travel := greatest(1, least(100, 20 / v_mean));
  v_room := v_window - (SELECT count(*) FROM (SELECT 1 FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'sent' LIMIT v_window) s);
  IF v_room <= 0 THEN
    RETURN QUERY SELECT NULL::uuid, NULL::int, NULL::int WHERE EXISTS (
      SELECT 1 FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'waiting');
    RETURN;
  END IF;
  RETURN QUERY
  WITH RECURSIVE stream AS (
    (SELECT t.tenant_id, t.lane FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'waiting' ORDER BY t.tenant_id, t.lane LIMIT 1)
    UNION ALL
    SELECT n.tenant_id, n.lane FROM stream s CROSS JOIN LATERAL (
      SELECT t.tenant_id, t.lane FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'waiting'
        AND (t.tenant_id, t.lane) > (s.tenant_id, s.lane) ORDER BY t.tenant_id, t.lane LIMIT 1) n
  ), head AS (
    SELECT h.id, (h.rank + i.inside) / (coalesce(n.weight, 1) * CASE WHEN s.lane = 0 THEN 4 ELSE 1 END)::real AS turn
    FROM stream s LEFT JOIN tenant n ON n.id = s.tenant_id
    CROSS JOIN LATERAL (SELECT count(*) AS inside FROM task t
      WHERE t.stage = p_stage AND t.tenant_id = s.tenant_id AND t.lane = s.lane AND t.state = 'ready' AND t.place = 'sent') i
    CROSS JOIN LATERAL (SELECT t.id, row_number() OVER (ORDER BY t.priority DESC, t.seq) AS rank FROM task t
      WHERE t.stage = p_stage AND t.tenant_id = s.tenant_id AND t.lane = s.lane AND t.state = 'ready' AND t.place = 'waiting'
      ORDER BY t.priority DESC, t.seq LIMIT v_room) h
  ), next AS (
    SELECT h.id, h.turn FROM head h ORDER BY h.turn, random() LIMIT v_room
  ), free AS (
    SELECT t.id, n.turn FROM next n JOIN task t ON t.id = n.id WHERE t.state = 'ready' AND t.place = 'waiting' FOR UPDATE OF t SKIP LOCKED
  ), sent AS (
    UPDATE task t SET place = 'sent', next_check_at = clock_timestamp() + check_delay(t.checks) FROM free f WHERE t.id = f.id
    RETURNING t.id, t.attempt, f.turn
  )
  SELECT s.id, s.attempt, ((row_number() OVER (ORDER BY s.turn, s.id) - 1) / v_travel)::int FROM sent s;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count = v_room THEN
    RETURN QUERY SELECT NULL::uuid, NULL::int, NULL::int WHERE EXISTS (
      SELECT 1 FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'waiting');
  END IF;
END $$;

-- What workers measured: a moving mean, so that one odd process does not decide.
CREATE OR REPLACE FUNCTION tell_pace(p_stages text[], p_mean_ms real[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO stage_pace AS p (stage, mean_ms) SELECT * FROM unnest(p_stages, p_mean_ms) n(stage, mean_ms) ORDER BY n.stage
  ON CONFLICT (stage) DO UPDATE SET mean_ms = 0.5 * p.mean_ms + 0.5 * excluded.mean_ms
$$;
