import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  hasCeph,
  memoryLogged,
  readMemoryLog,
  Receiver,
  startCeph,
  type MemorySample,
} from '@intermodal/trial';
import type { BenchStack } from '../bench-stack.ts';
import type { BenchmarkContext } from '../benchmark.ts';

const WORKERS = 2;
export const SLOTS = 8;
/** Of what a receiver is told, one in so many it refuses at first. */
const REFUSED = 10;
/** Where a process writes its heap when it is told `kill -USR2`. */
const SNAPSHOTS = resolve(import.meta.dirname, '../../../../test-results/soak');

export interface SoakStack {
  readonly stack: BenchStack;
  readonly receiver: Receiver;
  readonly store: string;
  /** By process: `api`, `worker 1`. */
  memory(): Map<string, MemorySample[]>;
}

/** One API and two workers that tell what they hold, artifacts in a real S3 where there is one, and somebody who wants to be told. */
export async function startSoakStack(context: BenchmarkContext, sampleMs: number): Promise<SoakStack> {
  const { open } = context;
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-soak-'));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  await mkdir(SNAPSHOTS, { recursive: true });
  const ceph = hasCeph() ? await startCeph() : undefined;
  if (ceph) open.defer(() => ceph.stop());
  let told = 0;
  const receiver = await Receiver.listen(() => told++ % REFUSED === 0);
  open.defer(() => receiver.close());
  const files = new Map([
    ['api', join(folder, 'api')],
    ...Array.from({ length: WORKERS }, (_, i) => [`worker ${i + 1}`, join(folder, `worker-${i}`)] as const),
  ]);
  const stack = await context.startStack({
    workers: WORKERS,
    environment: {
      INTERMODAL_SLOTS: String(SLOTS),
      INTERMODAL_WEBHOOK_SCHEDULE_MS: '0,1000,2000,5000,5000,5000',
      ...ceph?.environment,
      ...(ceph && { S3_BUCKET: 'soak' }),
    },
    apiEnvironment: () => memoryLogged(files.get('api')!, sampleMs, SNAPSHOTS),
    workerEnvironment: (i) => memoryLogged(files.get(`worker ${i + 1}`)!, sampleMs, SNAPSHOTS),
  });
  return {
    ...{ stack, receiver },
    store: ceph ? 'S3 (Ceph RGW)' : 'a folder',
    memory: () => new Map([...files].map(([name, file]) => [name, readMemoryLog(file)])),
  };
}
