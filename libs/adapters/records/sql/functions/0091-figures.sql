-- What metrics tell of the whole installation. Read again and again, so everything here is bounded, and found by an index.

-- Tasks of these stages by lane. p_most: ready tasks of a stage are counted so far; capped: there may be more, of any lane. later, leased: of all there are.
CREATE OR REPLACE FUNCTION lane_figures(p_stages text[], p_most int)
RETURNS TABLE (stage text, lane smallint, ready int, capped boolean, later int, leased int) LANGUAGE sql STABLE AS $$
  WITH counted AS (
    SELECT s.stage, c.lane FROM unnest(p_stages) s (stage) CROSS JOIN LATERAL (
      (SELECT t.lane FROM task t WHERE t.stage = s.stage AND t.state = 'ready' AND t.place = 'waiting' LIMIT p_most)
      UNION ALL
      (SELECT t.lane FROM task t WHERE t.stage = s.stage AND t.state = 'ready' AND t.place = 'sent' LIMIT p_most)) c
  ), ready AS (
    SELECT c.stage, c.lane, count(*)::int AS tasks FROM counted c GROUP BY 1, 2
  ), totals AS (
    SELECT c.stage, count(*) >= p_most AS capped FROM counted c GROUP BY 1
  ), later AS (
    SELECT t.stage, t.lane, count(*)::int AS tasks FROM task t WHERE t.state = 'ready' AND t.place = 'later' GROUP BY 1, 2
  ), leased AS (
    SELECT t.stage, t.lane, count(*)::int AS tasks FROM task t WHERE t.state = 'running' AND t.lease_until IS NOT NULL GROUP BY 1, 2
  )
  SELECT s.stage, l.lane, coalesce(r.tasks, 0), coalesce(o.capped, false), coalesce(a.tasks, 0), coalesce(e.tasks, 0)
  FROM unnest(p_stages) s (stage) CROSS JOIN (VALUES (0::smallint), (1::smallint)) l (lane)
  LEFT JOIN totals o ON o.stage = s.stage
  LEFT JOIN ready r ON r.stage = s.stage AND r.lane = l.lane
  LEFT JOIN later a ON a.stage = s.stage AND a.lane = l.lane
  LEFT JOIN leased e ON e.stage = s.stage AND e.lane = l.lane
$$;

-- The first ready task of every tenant and lane of these stages, and how long ago its job was submitted. p_most: tenants and lanes of a stage that are
-- looked at. What was sent waits, too, for a worker that takes it.
CREATE OR REPLACE FUNCTION stream_heads(p_stages text[], p_most int) RETURNS TABLE (stage text, tenant_id uuid, lane smallint, age real) LANGUAGE sql STABLE AS $$
  SELECT s.stage, h.tenant_id, h.lane, greatest(0, extract(epoch FROM clock_timestamp() - j.created_at))::real
  FROM unnest(p_stages) s (stage) CROSS JOIN LATERAL (
    (WITH RECURSIVE stream AS (
      (SELECT t.tenant_id, t.lane, t.job_id FROM task t WHERE t.stage = s.stage AND t.state = 'ready' AND t.place = 'waiting'
        ORDER BY t.tenant_id, t.lane, t.priority DESC, t.seq LIMIT 1)
      UNION ALL
      SELECT n.tenant_id, n.lane, n.job_id FROM stream m CROSS JOIN LATERAL (
        SELECT t.tenant_id, t.lane, t.job_id FROM task t WHERE t.stage = s.stage AND t.state = 'ready' AND t.place = 'waiting'
          AND (t.tenant_id, t.lane) > (m.tenant_id, m.lane) ORDER BY t.tenant_id, t.lane, t.priority DESC, t.seq LIMIT 1) n
    ) SELECT * FROM stream LIMIT p_most)
    UNION ALL
    (SELECT t.tenant_id, t.lane, t.job_id FROM task t WHERE t.stage = s.stage AND t.state = 'ready' AND t.place = 'sent' LIMIT p_most)) h
  JOIN job j ON j.id = h.job_id
$$;

CREATE OR REPLACE FUNCTION stage_ages(p_stages text[], p_most int) RETURNS TABLE (stage text, age real) LANGUAGE sql STABLE AS $$
  SELECT s.stage, coalesce(max(h.age), 0) FROM unnest(p_stages) s (stage) LEFT JOIN stream_heads(p_stages, p_most) h ON h.stage = s.stage GROUP BY 1
$$;

-- How tenants wait, over all of them and for each its longest. Ages are null where nobody waits.
CREATE OR REPLACE FUNCTION tenant_figures(p_stages text[], p_most int) RETURNS TABLE (lane smallint, waiting int, ages real[]) LANGUAGE sql STABLE AS $$
  WITH waiting AS (
    SELECT h.tenant_id, h.lane, max(h.age) AS age FROM stream_heads(p_stages, p_most) h GROUP BY 1, 2
  )
  SELECT l.lane, count(w.age)::int, percentile_disc(ARRAY[0.5, 0.9, 1]) WITHIN GROUP (ORDER BY w.age)
  FROM (VALUES (0::smallint), (1::smallint)) l (lane) LEFT JOIN waiting w ON w.lane = l.lane GROUP BY 1
$$;

-- The part of what runs that is of one tenant, at most; null while nothing runs.
CREATE OR REPLACE FUNCTION tenant_share_max() RETURNS real LANGUAGE sql STABLE AS $$
  SELECT (max(r.tasks) / sum(r.tasks))::real FROM (
    SELECT count(*) AS tasks FROM task t WHERE t.state = 'running' AND t.lease_until IS NOT NULL GROUP BY t.tenant_id) r
$$;

-- late: how late the message is that is due longest, where its target is not left alone.
CREATE OR REPLACE FUNCTION webhook_figures(p_most int, OUT due int, OUT later int, OUT late real, OUT breakers int) LANGUAGE sql STABLE AS $$
  SELECT
    (SELECT count(*)::int FROM (SELECT FROM webhook_message m WHERE m.state = 'pending' AND m.due_at <= now() ORDER BY m.due_at LIMIT p_most) d),
    (SELECT count(*)::int FROM (SELECT FROM webhook_message m WHERE m.state = 'pending' AND m.due_at > now() ORDER BY m.due_at LIMIT p_most) l),
    coalesce((SELECT extract(epoch FROM now() - o.due_at)::real FROM (
      SELECT m.target, m.due_at FROM webhook_message m WHERE m.state = 'pending' AND m.due_at <= now() ORDER BY m.due_at LIMIT p_most) o
      WHERE NOT EXISTS (SELECT FROM webhook_breaker b WHERE b.target = o.target AND b.open_until > now()) ORDER BY o.due_at LIMIT 1), 0),
    (SELECT count(*)::int FROM webhook_breaker b WHERE b.open_until > now())
$$;
