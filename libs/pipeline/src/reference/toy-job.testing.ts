import { z } from 'zod';
import { compile } from '../compile/compile.ts';
import { catalogueOf } from '../stage-catalogue.ts';
import { defineStage } from '../stage.ts';
import { settleTask, startJob } from './executor.ts';
import type { ReferenceJob } from './job.ts';

const stages = catalogueOf([
  defineStage({
    name: 'toy.make',
    version: 1,
    pool: 'text',
    summary: 'Needs a, may have b, gives a value.',
    input: z.object({ a: z.json().refine((value) => value !== null), b: z.json().optional() }),
    output: z.object({ value: z.json(), more: z.json() }),
    async run() {
      throw new Error('never run');
    },
  }),
]);

/** A node that needs what the reference refers to. */
export const make = (a: unknown, more: object = {}) => ({ stage: 'toy.make@1', in: { a }, ...more });

export function start(nodes: object, input: Record<string, unknown> = {}, output: object = {}): ReferenceJob {
  const ports = Object.fromEntries(Object.keys(input).map((port) => [port, {}]));
  return startJob(compile({ name: 'test', version: 1, input: ports, nodes, output }, stages), input, {});
}

export const succeed = (job: ReferenceJob, path: string, value: unknown = path) =>
  settleTask(job, path, { state: 'completed', output: { value, more: null } });
export const fail = (job: ReferenceJob, path: string) =>
  settleTask(job, path, { state: 'failed', code: 'media.unreadable' });
export const states = (job: ReferenceJob) =>
  Object.fromEntries([...job.tasks].map(([path, { state }]) => [path, state]));
