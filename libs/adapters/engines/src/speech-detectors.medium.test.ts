import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedFolder } from '@intermodal/testing';
import { speechDetectorContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import energyGate from './energy-gate/energy-gate.engine.ts';
import { FolderModelStore } from './model-store/folder-model-store.ts';
import sileroVad from './silero-vad/silero-vad.engine.ts';

const shared = sharedFolder();
const folder = mkdtempSync(join(tmpdir(), 'intermodal-models-'));
afterAll(() => rmSync(folder, { recursive: true }));

speechDetectorContract('energy-gate', () => energyGate.open(testContext()));

describe('silero-vad without its model', () => {
  it('is not available, and says how to get it', async () => {
    expect(await sileroVad.probe(testContext())).toEqual({
      available: false,
      reason: expect.stringContaining('intermodal models pull silero-vad') as string,
    });
  });
});

describe.skipIf(!shared)('with weights from ../shared (skipped where that folder is absent)', () => {
  const store = new FolderModelStore({ folder, mirror: join(shared ?? '', 'models') });
  speechDetectorContract('silero-vad', () => sileroVad.open(testContext(store)));
});
