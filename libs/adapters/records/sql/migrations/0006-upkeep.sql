-- Functions whose signature changed go; their new text follows.
DROP FUNCTION IF EXISTS sweep(int);

-- A number that is kept here and in Redis, and only grows: see queue_forgot.
CREATE TABLE queue_mark (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  issued int NOT NULL DEFAULT 0,
  confirmed int NOT NULL DEFAULT 0, -- Redis had it
  losses int NOT NULL DEFAULT 0,    -- how often Redis was found without it
  asked_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);
INSERT INTO queue_mark DEFAULT VALUES;

-- When somebody last swept, and from when on it counts that a lease has ended: see sweep_clock.
CREATE TABLE sweeper (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  swept_at timestamptz NOT NULL DEFAULT '-infinity',
  trusted_from timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);
INSERT INTO sweeper DEFAULT VALUES;
