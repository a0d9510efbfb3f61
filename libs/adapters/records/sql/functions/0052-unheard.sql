-- What was leased to a worker by a statement whose reply never arrived: the worker is alive, beats, and does not know. p_named: all that it
-- does know. p_before: by the database's clock, a moment from which on whatever had been asked before has been answered or has failed;
-- so a lease from before it that is not named is nobody's. No crash: nothing began. The fence makes a mistake harmless. A lease that nobody
-- extends tells by its end when it was given; those of others were extended since, so that this range of the index is nearly empty.
CREATE OR REPLACE FUNCTION put_back_unheard(p_worker uuid, p_named uuid[], p_before timestamptz, p_lease_ms int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE v_lost record;
BEGIN
  FOR v_lost IN
    SELECT t.id, t.job_id, t.stage, t.token FROM task t
    WHERE t.state = 'running' AND t.lease_until IS NOT NULL AND t.lease_until < p_before + make_interval(secs => p_lease_ms / 1000.0)
      AND t.worker_id = p_worker AND NOT (t.id = ANY (p_named))
    ORDER BY t.job_id
  LOOP
    -- Whatever is locked right now is being settled or cancelled; the next beat sees to it.
    PERFORM 1 FROM job j WHERE j.id = v_lost.job_id FOR UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    PERFORM 1 FROM task t WHERE t.id = v_lost.id AND t.state = 'running' AND t.token = v_lost.token FOR UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    PERFORM put_back(v_lost.id, NULL);
    RETURN NEXT v_lost.stage;
  END LOOP;
END $$;
