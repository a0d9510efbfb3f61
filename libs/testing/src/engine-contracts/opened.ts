import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelHouse } from '@intermodal/engines';
import type { EngineContext, ModelStore, OpenedEngine } from '@intermodal/models';
import { afterAll, beforeAll, expect } from 'vitest';
import { childProcesses } from '../child-processes.ts';

export const signal: AbortSignal = new AbortController().signal;

/** What an engine is opened with in tests. Without a store there are no models. */
export const testContext = (
  models: ModelStore = { catalogue: [], find: async () => undefined },
): EngineContext => ({
  models,
  hosts: new ModelHouse({ device: 'cpu', threads: 1 }),
  remotes: {},
  threads: 1,
  log: { info() {}, warn() {} },
});

/** Opens an engine for a suite, with a folder for its files; closes it behind, and fails when it leaves a process. */
export function openedForSuite<Interface>(open: () => Promise<OpenedEngine<Interface>>) {
  let opened: OpenedEngine<Interface>;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'intermodal-contract-'));
    opened = await open();
  });
  afterAll(async () => {
    await opened.close();
    await rm(folder, { recursive: true });
    expect(childProcesses()).toEqual([]);
  });
  return { engine: () => opened.use, at: (name: string) => join(folder, name) };
}

/** An abort before the work begins ends it with the reason of the signal. */
export async function expectAborted(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const reason = new Error('told to stop');
  await expect(call(AbortSignal.abort(reason))).rejects.toBe(reason);
}
