import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ModelEntry } from '@intermodal/contracts';
import type { ModelFolder } from '@intermodal/testing';
import { startRunningStack, type RunningStack } from './running-stack.ts';

export interface StackOfOwnModels {
  readonly stack: RunningStack;
  /** Where tests may write, too. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** A stack with models of one's own: each is described in a catalogue, has these files as its source, and is pulled. */
export async function startStackOfOwnModels(
  models: readonly (readonly [ModelEntry, ModelFolder])[],
): Promise<StackOfOwnModels> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-own-models-'));
  const catalogue = join(folder, 'catalogue');
  await mkdir(catalogue);
  for (const [entry, files] of models) {
    const source = join(folder, 'source', entry.id);
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(source, name)), { recursive: true });
      await writeFile(join(source, name), bytes);
    }
    const here: ModelEntry = { ...entry, source: { kind: 'folder', folder: source } };
    await writeFile(join(catalogue, `${entry.id}.model.json`), JSON.stringify(here));
  }
  const environment = {
    INTERMODAL_MODEL_CATALOGUE: catalogue,
    INTERMODAL_MODEL_DIR: join(folder, 'models'),
    INTERMODAL_MODEL_MIRROR: '',
  };
  const main = resolve(import.meta.dirname, '../apps/cli/dist/main.js');
  const ids = models.map(([{ id }]) => id);
  execFileSync(process.execPath, [main, 'models', 'pull', ...ids], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
  const stack = await startRunningStack(environment);
  return {
    ...{ stack, folder },
    async stop() {
      await stack.stop();
      await rm(folder, { recursive: true });
    },
  };
}
