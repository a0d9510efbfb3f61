import {
  compile,
  given,
  pipelinesOf,
  readyPaths,
  settleTask,
  startJob,
  type Outcome,
  type Plan,
  type PlanStageNode,
  type ReferenceJob,
} from '@intermodal/pipeline';
import { loadShippedPipelines, loadShippedStages } from '@intermodal/stages';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { documentedExamples } from '../documented-example.ts';

const stages = await loadShippedStages();
const published = pipelinesOf(await loadShippedPipelines());
const examples = documentedExamples('docs/pipelines.md', 'test/architecture/pipeline-language.test.ts');
const plans = new Map<string, Plan>(
  examples.map(({ code }) => {
    const plan = compile(parse(code), stages, published);
    return [plan.document.name, plan];
  }),
);

type Settle = (stage: string, given: { input: unknown; params: unknown }) => Outcome;

/** Runs an example by the reference executor; what each stage gives is said by the test. */
function run(name: string, job: { input: object; params?: object }, settle: Settle): ReferenceJob {
  const running = startJob(plans.get(name)!, job.input, job.params ?? {});
  for (let [path] = readyPaths(running); path !== undefined; [path] = readyPaths(running)) {
    const { stage } = running.tasks.get(path)!.node as PlanStageNode;
    settleTask(running, path, settle(stage, given(running, path)));
  }
  return running;
}

const gives = (output: Record<string, unknown>): Outcome => ({ state: 'completed', output });
const UNSUPPORTED: Outcome = { state: 'failed', code: 'language.unsupported' };

test('every example is looked at', () => {
  expect([...plans.keys()]).toEqual(['three-languages', 'translate-if-needed', 'told-and-dubbed']);
});

test('a language without an engine is null, and the others are there', () => {
  const job = run('three-languages', { input: { text: 'hello' } }, (_stage, { params }) => {
    const { to } = params as { to: string };
    return to === 'fr' ? UNSUPPORTED : gives({ text: `hello in ${to}` });
  });
  expect(job.output).toEqual({
    said: [{ language: 'es', text: 'hello in es' }, null, { language: 'pt', text: 'hello in pt' }],
  });
});

test('a translation that is not needed is skipped, and one that failed has its default', () => {
  const translate = (params: object, outcome: Outcome) =>
    run('translate-if-needed', { input: { text: 'hello' }, params }, () => outcome);
  expect(translate({ from: 'en', to: 'es' }, gives({ text: 'hola' })).output).toEqual({ text: 'hola' });
  expect(translate({ from: 'en', to: 'en' }, gives({ text: 'never' })).output).toEqual({ text: null });
  expect(translate({ from: 'en', to: 'xx' }, UNSUPPORTED).output).toEqual({ text: '(no translation)' });
});

test('a pipeline put in runs, or is skipped whole', () => {
  const file = { id: 'file' };
  const outputs: Record<string, Record<string, unknown>> = {
    'media.probe@1': { durationMs: 1000 },
    'media.sample-frames@1': { frames: [] },
    'media.extract-audio@1': { audio: file, durationMs: 1000 },
    'speech.detect-activity@1': { segments: [{ audio: file, startMs: 0, endMs: 9 }], durationMs: 1000 },
    'speech.transcribe@1': { text: 'hello' },
    'text.translate@1': { text: 'hola' },
    'text.subtitles@1': { transcript: null, translation: null },
    'speech.synthesize@1': { audio: { id: 'spoken' } },
    'video.timeline@1': { prose: 'Nothing.' },
  };
  const told = (dub: boolean) =>
    run('told-and-dubbed', { input: { film: file }, params: { dub } }, (stage) => gives(outputs[stage]!));
  expect(told(true)).toMatchObject({
    state: 'completed',
    output: { prose: 'Nothing.', audio: { id: 'spoken' } },
  });
  const without = told(false);
  expect(without.output).toEqual({ prose: 'Nothing.', audio: null });
  const dubbed = [...without.tasks.values()].filter(({ path }) => path.startsWith('dubbed.'));
  expect(dubbed.map(({ path }) => path.replace('dubbed.', ''))).toEqual([
    ...['sound', 'speech', 'lines', 'subtitles', 'spoken'],
  ]);
  expect(dubbed.every(({ state, error }) => state === 'skipped' && error === null)).toBe(true);
});
