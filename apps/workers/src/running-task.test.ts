import { expect, it } from 'vitest';
import { duringTask, namingTask } from './running-task.ts';

it('names the task that a line is written for, also of tasks that run together', async () => {
  const lines: unknown[] = [];
  const note = (fields: object, message: string) => void lines.push({ ...fields, message });
  const log = namingTask({ info: note, warn: note });
  const task = { taskId: 't', node: 'translated', stage: 'text.translate@1', attempt: 1 };
  const gate = Promise.withResolvers<void>();
  const work = (name: string) =>
    duringTask({ jobId: name, ...task }, async () => {
      await gate.promise;
      log.info({ tokens: 1 }, 'called');
    });
  const both = [work('a'), work('b')];
  log.warn({}, 'nobody');
  gate.resolve();
  await Promise.all(both);
  const called = { ...task, tokens: 1, message: 'called' };
  expect(lines).toEqual([{ message: 'nobody' }, { jobId: 'a', ...called }, { jobId: 'b', ...called }]);
});
