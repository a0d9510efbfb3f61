-- What waits and runs of each of these stages. Counted up to p_most a stage, so that a million waiting tasks cost no more than that many: then there are
-- at least so many. later: that wait for their next try.
CREATE OR REPLACE FUNCTION stage_backlog(p_stages text[], p_most int)
RETURNS TABLE (stage text, waiting int, later int, running int, mean_ms real) LANGUAGE sql STABLE AS $$
  SELECT s.stage,
    (SELECT count(*)::int FROM (SELECT 1 FROM task t WHERE t.state = 'ready' AND t.place = 'waiting' AND t.stage = s.stage LIMIT p_most) w)
      + (SELECT count(*)::int FROM (SELECT 1 FROM task t WHERE t.state = 'ready' AND t.place = 'sent' AND t.stage = s.stage LIMIT p_most) w),
    coalesce(l.tasks, 0), coalesce(r.tasks, 0), p.mean_ms
  FROM unnest(p_stages) s (stage)
  LEFT JOIN (SELECT t.stage, count(*)::int AS tasks FROM task t WHERE t.state = 'ready' AND t.place = 'later' GROUP BY 1) l USING (stage)
  LEFT JOIN (SELECT t.stage, count(*)::int AS tasks FROM task t WHERE t.state = 'running' AND t.lease_until IS NOT NULL GROUP BY 1) r USING (stage)
  LEFT JOIN stage_pace p USING (stage)
$$;

-- Workers that were seen lately: one that beats is seen every few seconds.
CREATE OR REPLACE FUNCTION live_workers() RETURNS SETOF worker LANGUAGE sql STABLE AS $$
  SELECT * FROM worker w WHERE w.seen_at > now() - interval '30 s' ORDER BY w.pool, w.id
$$;
