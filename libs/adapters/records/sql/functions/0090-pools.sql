-- Goes from tenant to tenant, as admission does, until there are p_most of those that may run any number.
CREATE OR REPLACE FUNCTION waiting_of_stage(p_stage text, p_most int, OUT open bigint, OUT limited jsonb, OUT limited_tasks bigint) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE tenants AS (
    (SELECT f.tenant_id, 0::bigint AS before, 0::bigint AS tasks, NULL::int AS most FROM (VALUES ('00000000-0000-0000-0000-000000000000'::uuid)) f (tenant_id))
    UNION ALL
    SELECT n.tenant_id, s.before + CASE WHEN s.most IS NULL THEN s.tasks ELSE 0 END, c.tasks, k.running_tasks_max
    FROM tenants s
    CROSS JOIN LATERAL (SELECT t.tenant_id FROM task t WHERE t.stage = p_stage AND t.state = 'ready' AND t.place = 'waiting' AND t.tenant_id > s.tenant_id
      ORDER BY t.tenant_id LIMIT 1) n
    CROSS JOIN LATERAL (SELECT count(*) AS tasks FROM (SELECT 1 FROM task t
      WHERE t.stage = p_stage AND t.tenant_id = n.tenant_id AND t.state = 'ready' AND t.place = 'waiting' LIMIT p_most) w) c
    LEFT JOIN tenant k ON k.id = n.tenant_id
    WHERE s.before + CASE WHEN s.most IS NULL THEN s.tasks ELSE 0 END < p_most
  )
  , busy AS (
    SELECT t.tenant_id, count(*) AS tasks FROM (
      SELECT r.tenant_id FROM task r WHERE r.state = 'running' AND r.lease_until IS NOT NULL
      UNION ALL SELECT s.tenant_id FROM task s WHERE s.state = 'ready' AND s.place = 'sent') t GROUP BY 1
  )
  SELECT coalesce(sum(n.tasks) FILTER (WHERE n.most IS NULL), 0)::bigint,
    coalesce(jsonb_agg(jsonb_build_object('waiting', n.tasks, 'free', greatest(0, n.most - coalesce(b.tasks, 0)))) FILTER (WHERE n.most IS NOT NULL), '[]'),
    coalesce(sum(n.tasks) FILTER (WHERE n.most IS NOT NULL), 0)::bigint
  FROM tenants n LEFT JOIN busy b ON b.tenant_id = n.tenant_id AND n.most IS NOT NULL
$$;

-- How many tasks of a stage wait, as PostgreSQL takes it to be from its statistics and the size of the table now. VOLATILE because EXPLAIN asks for it.
CREATE OR REPLACE FUNCTION estimated_waiting(p_stage text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE v_plan json;
BEGIN
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM task t WHERE t.state = ''ready'' AND t.place = ''waiting'' AND t.stage = %L', p_stage) INTO v_plan;
  RETURN (v_plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
END $$;

-- What waits and runs of each of these stages (decision 0033). Counted up to p_most a stage, so that a million waiting tasks cost no more than that many;
-- estimated: where there are more. later: that wait for their next try. limited: of tenants that may not run any number of tasks, how many wait, counted
-- up to p_most each, and how many more they may run; these are among waiting, and not in open.
CREATE OR REPLACE FUNCTION stage_backlog(p_stages text[], p_most int)
RETURNS TABLE (stage text, waiting int, later int, running int, mean_ms real, running_ms real, open double precision, estimated boolean, limited jsonb)
LANGUAGE sql VOLATILE AS $$
  WITH running AS (
    SELECT t.stage, count(*)::int AS tasks, avg(extract(epoch FROM clock_timestamp() - t.started_at) * 1000)::real AS age_ms
    FROM task t WHERE t.state = 'running' AND t.lease_until IS NOT NULL GROUP BY 1
  ), later AS (
    SELECT t.stage, count(*)::int AS tasks FROM task t WHERE t.state = 'ready' AND t.place = 'later' GROUP BY 1
  ), counted AS (
    SELECT s.stage, w.open, w.limited, w.limited_tasks,
      (SELECT count(*) FROM (SELECT 1 FROM task t WHERE t.state = 'ready' AND t.place = 'sent' AND t.stage = s.stage LIMIT p_most) c) AS sent
    FROM unnest(p_stages) s (stage) CROSS JOIN LATERAL waiting_of_stage(s.stage, p_most) w
  )
  SELECT c.stage, (least(c.open + c.limited_tasks, p_most) + c.sent)::int, coalesce(l.tasks, 0), coalesce(r.tasks, 0), p.mean_ms, r.age_ms,
    CASE WHEN c.open < p_most THEN c.open ELSE greatest(c.open, estimated_waiting(c.stage) - c.limited_tasks) END + c.sent::double precision, c.open >= p_most, c.limited
  FROM counted c LEFT JOIN running r USING (stage) LEFT JOIN later l USING (stage) LEFT JOIN stage_pace p USING (stage)
$$;

-- Workers that were seen lately, one that beats is seen every few seconds, and how many tasks each runs.
CREATE OR REPLACE FUNCTION live_workers() RETURNS TABLE (id uuid, pool text, host text, stages text[], slots int, engines jsonb, started_at timestamptz,
  seen_at timestamptz, running int) LANGUAGE sql STABLE AS $$
  SELECT w.id, w.pool, w.host, w.stages, w.slots, w.engines, w.started_at, w.seen_at, coalesce(r.tasks, 0)
  FROM worker w LEFT JOIN (
    SELECT t.worker_id, count(*)::int AS tasks FROM task t WHERE t.state = 'running' AND t.lease_until IS NOT NULL GROUP BY 1) r ON r.worker_id = w.id
  WHERE w.seen_at > now() - interval '30 s' ORDER BY w.pool, w.id
$$;
