-- Says in a store who keeps files there: see ArtifactStore.databases. Restored from a backup it is the same, made anew it is another.
CREATE TABLE database_id (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO database_id DEFAULT VALUES;
