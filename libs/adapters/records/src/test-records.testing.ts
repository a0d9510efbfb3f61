import { createDatabase } from '@intermodal/testing';
import pg from 'pg';
import { openRecords, type Records } from './index.ts';

export interface TestRecords extends AsyncDisposable {
  readonly records: Records;
  readonly url: string;
  /** Beside the records, in their schema: to look at what they did, and to make what lies in the future due. */
  readonly sql: pg.Client;
  /** What the first migration applied. */
  readonly applied: readonly string[];
}

/** The records in a database of their own. */
export async function openTestRecords(): Promise<TestRecords> {
  const database = await createDatabase();
  const records = openRecords({ databaseUrl: database.url, connections: 8 });
  const applied = await records.migrate();
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await sql.query('SET search_path = intermodal');
  await sql.query(CHANGES_ARE_NOTED);
  return {
    ...{ records, sql, applied, url: database.url },
    async [Symbol.asyncDispose]() {
      await sql.end();
      await records.close();
      await database.drop();
    },
  };
}

/** Streams of events rely on it (decision 0020): a state never changes without a note of the transaction, nor the note without the state. */
const CHANGES_ARE_NOTED = `
  CREATE FUNCTION refuse_unnoted() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    -- Tests may do as they like.
    IF current_setting('application_name') <> 'intermodal' THEN RETURN NEW; END IF;
    IF NEW.state <> OLD.state AND NEW.changed_in IS DISTINCT FROM pg_current_xact_id() THEN
      RAISE EXCEPTION 'task % became % unnoted', OLD.path, NEW.state;
    END IF;
    IF NEW.state = OLD.state AND NEW.state <> 'waiting' AND NEW.changed_in IS DISTINCT FROM OLD.changed_in THEN
      RAISE EXCEPTION 'task % stayed %, and a change was noted', OLD.path, NEW.state;
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER changes_are_noted BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION refuse_unnoted()`;
