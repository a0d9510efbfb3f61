import { setTimeout as sleep } from 'node:timers/promises';
import { parseId } from '@intermodal/contracts';
import pg from 'pg';
import type { ContractStack } from '../stack/start-contract-stack.ts';

/** At most so long after a file was seen to get on. */
const LONGEST_MS = 60;
const APIS = ['api-a', 'api-b'];

/**
 * Kills both API processes, whichever of them is reading, at random moments while the file of a batch is being read.
 * @returns how often that was in the middle of the file
 */
export async function killReaders(stack: ContractStack, batch: string, times: number): Promise<number> {
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  const line = async (): Promise<number | undefined> => {
    const { rows } = await database.query<{ line: number }>(
      'SELECT line FROM intermodal.ingestion WHERE batch_id = $1',
      [parseId('batch', batch)],
    );
    return rows[0]?.line;
  };
  let killed = 0;
  try {
    while (killed < times) {
      const before = await line();
      let now = before;
      while (now !== undefined && now === before) {
        await sleep(5);
        now = await line();
      }
      if (now === undefined) break;
      await sleep(Math.random() * LONGEST_MS);
      await Promise.all(APIS.map((name) => stack.process(name).kill()));
      if ((await line()) !== undefined) killed += 1;
    }
    // Not before: whoever is up first reads on while the other one starts.
    await Promise.all(APIS.map((name) => stack.process(name).ready()));
  } finally {
    await database.end();
  }
  return killed;
}
