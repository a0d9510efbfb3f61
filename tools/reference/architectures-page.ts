import { TRANSFORMERS_ARCHETYPES } from '@intermodal/engines';
import { MODELS, type Model } from '@intermodal/models';
import { code, table } from './markdown.ts';

/** Tests of the engines that open any weights of their form; those of `onnx` are written for one network each. */
const ENGINE_TESTS: Readonly<Partial<Record<Model['engine'], string>>> = {
  llama: 'libs/adapters/engines/src/llama/llama.medium.test.ts',
};

export const architecturesPage = (): string =>
  [
    '# Architectures',
    'Which architectures the catalogue has, by which engine and for which task, and what has been run of it here. **Weights**: the test that has run the real ones of ' +
      'some model of it. **Way**: the test that runs a whole model of its kind through the same code and the same library, with weights that were made for the test; ' +
      'so the way is known to be right, and what the real weights answer is not. What has neither is not opened yet. Models: [models](models.md).',
    table(
      ['architecture', 'engine', 'task', 'weights', 'way', 'models'],
      rows().map(({ architecture, engine, task, models }) => [
        architecture,
        code(engine),
        code(task),
        testOf(models.find(({ tested }) => tested !== false)?.tested ?? false),
        testOf(wayOf(models[0]!, task)),
        models.map(({ id }) => code(id)).join(', '),
      ]),
    ),
    '## What the engine `transformers` opens',
    'By `model_type` in `config.json`; where models of one type are of several kinds, by `architectures` as well.',
    table(
      ['kind', '`model_type`', '`architectures`', 'tasks', 'test'],
      TRANSFORMERS_ARCHETYPES.map(({ archetype, tasks, test }) => [
        archetype.name,
        archetype.modelTypes.map(code).join(', '),
        archetype.classes ? code(archetype.classes.source) : 'any',
        tasks.map(code).join(', '),
        testOf(test),
      ]),
    ),
  ].join('\n\n');

interface Row {
  readonly architecture: string;
  readonly engine: Model['engine'];
  readonly task: Model['tasks'][number];
  readonly models: readonly Model[];
}

function rows(): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const model of MODELS)
    for (const task of model.tasks) {
      const { architecture, engine } = model;
      const key = `${architecture} ${engine} ${task}`;
      const models = [...(rows.get(key)?.models ?? []), model];
      rows.set(key, { architecture, engine, task, models });
    }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function wayOf({ engine, modelType, tested }: Model, task: Row['task']): string | false {
  if (engine !== 'transformers') return ENGINE_TESTS[engine] ?? tested;
  const known = TRANSFORMERS_ARCHETYPES.find(
    ({ archetype, tasks }) => archetype.modelTypes.includes(modelType ?? '') && tasks.includes(task),
  );
  return known?.test ?? false;
}

const testOf = (test: string | false): string =>
  test === false ? '`tested: false`' : `[${test.split('/').at(-1)!}](../../${test})`;
