import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IntermodalClient } from '@intermodal/client';
import type { CliConfig } from '@intermodal/config';
import { UsageError } from './exit-codes.ts';

/** The API that INTERMODAL_URL names; without it, the stack that runs in the data folder. */
export async function findApi(config: CliConfig): Promise<IntermodalClient> {
  const url = config.url ?? (await urlOfStack(config.dataDir));
  if (url === undefined)
    throw new UsageError(
      `No stack runs in ${config.dataDir}, and INTERMODAL_URL is not set. Start one with: intermodal local`,
    );
  const key = config.key ?? (await keyOfStack(config.dataDir));
  if (key === undefined)
    throw new UsageError(`INTERMODAL_KEY is not set, and there is no key in ${join(config.dataDir, 'key')}.`);
  return new IntermodalClient({ url, key });
}

async function urlOfStack(dataDir: string): Promise<string | undefined> {
  const text = await readOrNothing(join(dataDir, 'run.json'));
  if (text === undefined) return undefined;
  const { url } = JSON.parse(text) as { url?: unknown };
  return typeof url === 'string' ? url : undefined;
}

const keyOfStack = async (dataDir: string): Promise<string | undefined> =>
  (await readOrNothing(join(dataDir, 'key')))?.trim();

async function readOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
