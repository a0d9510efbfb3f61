-- Redis is asked now and then for a number that was confirmed to be in it before. A smaller one, or none, means that Redis went back
-- in time, and that deliveries are gone with it. What is read here is read first, so that a number on its way to Redis misleads nobody.

-- A new number, and the one that Redis must have. No row when somebody asked a moment ago.
CREATE OR REPLACE FUNCTION next_queue_mark(p_every_ms int) RETURNS TABLE (mark int, confirmed int, losses int) LANGUAGE sql AS $$
  UPDATE queue_mark SET issued = issued + 1, asked_at = clock_timestamp()
  WHERE asked_at <= clock_timestamp() - make_interval(secs => p_every_ms / 1000.0) RETURNING issued, confirmed, losses
$$;

-- Redis has this number. It may have a greater one than was ever issued here, when it is Postgres that went back in time.
CREATE OR REPLACE FUNCTION confirm_queue_mark(p_mark int) RETURNS void LANGUAGE sql AS $$
  UPDATE queue_mark SET issued = greatest(issued, p_mark), confirmed = greatest(confirmed, p_mark)
$$;

-- Redis does not have what it must have. Everything that was sent and that nobody claimed waits again, to be sent at once; from now on Redis
-- need have nothing. p_losses: as read before Redis was asked, so that of all who notice one loss only the first does anything. Returns the stages.
CREATE OR REPLACE FUNCTION queue_forgot(p_losses int) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  UPDATE queue_mark SET confirmed = 0, losses = losses + 1 WHERE losses = p_losses;
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY
  WITH sent AS (
    SELECT t.id FROM task t WHERE t.state = 'ready' AND t.place = 'sent' FOR UPDATE SKIP LOCKED
  ), back AS (
    UPDATE task t SET place = 'waiting' FROM sent s WHERE t.id = s.id RETURNING t.stage
  )
  SELECT DISTINCT b.stage FROM back b;
END $$;
