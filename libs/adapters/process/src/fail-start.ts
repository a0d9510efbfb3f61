import { ConfigError } from '@intermodal/config';
import { IntermodalError } from '@intermodal/contracts';

/** Ends a process that could not start, and says why: what whoever started it can mend in plain words, all else with its place in the code. */
export function failStart(error: unknown): never {
  const isTheirs =
    error instanceof ConfigError || (error instanceof IntermodalError && error.kind === 'user');
  process.stderr.write(`${isTheirs ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
}
