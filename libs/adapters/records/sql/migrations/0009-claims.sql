-- Their signatures changed; the new text follows.
DROP FUNCTION IF EXISTS claim_tasks, admit_tasks;
