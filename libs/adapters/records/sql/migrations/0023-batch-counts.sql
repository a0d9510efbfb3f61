-- What came of its jobs, and when the first of them began: null until the batch has ended, and of those that ended before there were these columns.
ALTER TABLE batch ADD COLUMN completed int, ADD COLUMN failed int, ADD COLUMN cancelled int, ADD COLUMN started_at timestamptz;
