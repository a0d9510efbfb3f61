import { expect, it } from 'vitest';
import { overfull } from './shared-memory.ts';

const GIB = 1024 ** 3;
const pools = ['speech', 'text', 'vision'];

it('says when the workers of a machine may take more than it has, and what each may take', () => {
  expect(overfull({ machineBytes: 8 * GIB, workerBytes: 4 * GIB, pools })).toBe(
    'Models may take 4.0 GiB in each of 3 workers (speech, text, vision), 12.0 GiB together, and this machine has 8.0 GiB. ' +
      'Set INTERMODAL_MODEL_MEMORY_BYTES to 2863311530 at most, or be ready to see models ended by the kernel.',
  );
  expect(overfull({ machineBytes: 12 * GIB, workerBytes: 4 * GIB, pools })).toBeUndefined();
  expect(overfull({ machineBytes: 8 * GIB, workerBytes: 4 * GIB, pools: ['text'] })).toBeUndefined();
});
