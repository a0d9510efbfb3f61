import type { StageView, TaskView } from '@intermodal/contracts';
import { expect, test } from 'vitest';
import { learnProfile } from './learn-profile.ts';

const task = (stage: string, from: number, seconds: number, change: Partial<TaskView> = {}): TaskView => ({
  ...{ id: 'task_1', path: 'p', stage, status: 'completed', attempt: 1, progress: null },
  seconds,
  startedAt: new Date(from * 1_000).toISOString(),
  finishedAt: new Date((from + seconds) * 1_000).toISOString(),
  ...change,
});
const file = { 'x-media-type': 'audio/*' };
const stages = [
  {
    ...{ name: 'speech.hear', version: 1, pool: 'speech', summary: '', needs: [], params: {} },
    input: { properties: { audio: file, language: { type: 'string' } } },
    output: { properties: { parts: { type: 'array', items: file }, text: {} } },
  },
] as unknown as StageView[];

test('learns how many tasks, how long, and what comes after what', () => {
  const jobs = [
    [
      task('media.sound@1', 0, 1),
      task('speech.hear@1', 1, 2),
      task('speech.hear@1', 1.5, 4),
      task('text.say@1', 6, 1),
    ],
    [
      task('media.sound@1', 0, 3),
      task('speech.hear@1', 3, 3),
      task('text.say@1', 6, 1),
      task('vision.see@1', 0, 9),
    ],
  ].map((tasks) => ({ pipeline: 'p@1', fileBytes: 10, tasks }));
  const { steps, ...rest } = learnProfile(jobs, stages)!;
  expect(rest).toEqual({ pipeline: 'p@1', jobs: 2, fileBytesPerJob: 10 });
  expect(steps).toMatchObject([
    { stage: 'media.sound@1', pool: 'media', level: 0, tasksPerJob: 1, meanSeconds: 2, deviationSeconds: 1 },
    { stage: 'vision.see@1', pool: 'vision', level: 0, tasksPerJob: 0.5, meanSeconds: 9 },
    { stage: 'speech.hear@1', level: 1, tasksPerJob: 1.5, meanSeconds: 3, filesRead: 1, filesWritten: 1 },
    { stage: 'text.say@1', level: 2, tasksPerJob: 1, meanSeconds: 1, filesRead: 0 },
  ]);
});

test('learns nothing from what did not run: failed, skipped, kept of another job', () => {
  const tasks = [
    task('a.b@1', 0, 1, { status: 'failed' }),
    task('a.b@1', 0, 1, { kept: true }),
    task('a.b@1', 0, 1, { stage: null }),
  ];
  expect(learnProfile([{ pipeline: 'p@1', fileBytes: 0, tasks }], [])).toBeUndefined();
});
