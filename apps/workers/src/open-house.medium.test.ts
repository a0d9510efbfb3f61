import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProcesses } from '@intermodal/testing';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openHouse } from './open-house.ts';

const lines: Record<string, unknown>[] = [];
const log = pino(
  {},
  { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
);
const folder = join(tmpdir(), `intermodal-open-house-${process.pid}`);
const settings = {
  ...{ slots: 2, modelIdleMs: 1_000, modelMemoryBytes: 10 ** 9 },
  ...{ cudaMemoryBytes: undefined, modelsPinned: undefined },
};

// Whether this machine has a graphics card is not known here: either way, what is said must be true.
test('a worker says where its models run, and does not start where they cannot', async () => {
  await using house = await openHouse({ ...settings, device: 'auto' }, folder, log);
  const said = lines.find(({ msg }) => String(msg).startsWith('models run on'))!;
  if (said['device'] === 'cuda') {
    await using onCard = await openHouse({ ...settings, device: 'cuda' }, folder, log);
    expect(onCard.memoryBytes).toBe(10 ** 9);
  } else {
    expect(said).toMatchObject({
      device: 'cpu',
      reason: expect.stringMatching(/^The model probe could not be opened/),
    });
    await expect(openHouse({ ...settings, device: 'cuda' }, folder, log)).rejects.toThrow(
      /INTERMODAL_DEVICE is 'cuda', and no network can be opened there: .*Install the CUDA libraries/,
    );
  }
  expect(house.memoryBytes).toBe(10 ** 9);
  expect(childProcesses()).toEqual([]);
});
