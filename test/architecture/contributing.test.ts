import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadStages } from '@intermodal/pipeline';
import { runStage } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedExamples } from '../documented-example.ts';

let folder: string;
beforeAll(async () => {
  // Inside the repository, so that the example's imports resolve as they would in libs/stages.
  folder = await mkdtemp(join(resolve(import.meta.dirname), '.example-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.for([
  ['shout', { text: 'HELLO!' }],
  ['measure', { letters: 5 }],
] as const)('the stage text.%s of CONTRIBUTING is a stage by being one file', async ([name, output]) => {
  const examples = documentedExamples('CONTRIBUTING.md', 'test/architecture/contributing.test.ts');
  const { code } = examples.find((example) => example.code.includes(`'text.${name}'`))!;
  await mkdir(join(folder, 'text'), { recursive: true });
  await writeFile(join(folder, `text/${name}.stage.ts`), code);
  const stage = (await loadStages(folder)).get(`text.${name}@1`)!;
  await using run = await runStage(stage, { text: 'hello' }, { needs: {} });
  expect(run.output).toEqual(output);
});

test('a stage in the wrong place is refused with the cure', async () => {
  await mkdir(join(folder, 'sound'));
  await writeFile(join(folder, 'sound/shout.stage.ts'), `export default { name: 'text.shout', version: 1 };`);
  await expect(loadStages(folder)).rejects.toThrow(
    /sound.shout\.stage\.ts must export by default a stage named 'sound\.shout'.*'text\.shout': rename the file or the stage/,
  );
});
