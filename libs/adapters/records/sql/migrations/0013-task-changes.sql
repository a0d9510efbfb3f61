-- The transaction in which a task came into the state that it has. What a stream of events tells next is the difference of two snapshots
-- (decision 0020). Null: before there were streams.
ALTER TABLE task ADD COLUMN changed_in xid8;
ALTER TABLE task ALTER COLUMN changed_in SET DEFAULT pg_current_xact_id();
