import type { IntermodalClient } from '@intermodal/client';

export type Job = Awaited<ReturnType<IntermodalClient['jobs']['get']>>;
export type Task = NonNullable<Job['tasks']>[number];

/** `ArtifactRef`, as it stands in a job's output. */
export interface FileInOutput {
  readonly id: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly name?: string;
}

export const isFile = (value: unknown): value is FileInOutput =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as FileInOutput).id === 'string' &&
  (value as FileInOutput).id.startsWith('art_') &&
  typeof (value as FileInOutput).mediaType === 'string';

export function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 1_000;
}

/** Which engine, model and device, in one phrase. */
export const ranBy = (task: Task): string =>
  [task.engine, task.model, task.device].filter((part) => part !== undefined && part !== null).join(' · ');
