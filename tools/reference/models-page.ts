import { MODELS, PRESETS, variantName, type Model } from '@intermodal/models';
import { code, table } from './markdown.ts';

export const modelsPage = (): string =>
  [
    '# Models',
    'What is shipped in the catalogue, by architecture. A model that is not tested has never been run, nor fetched, by us: its files are named ' +
      'as its repository is known to have them. How to pull, and how to describe models of your own: [models](../models.md).',
    table(
      ['architecture', 'engine', 'task', 'model', 'variants', 'test that has run it', 'licence', 'source'],
      [...MODELS]
        .sort(byArchitecture)
        .map((model) => [
          model.architecture,
          code(model.engine),
          model.tasks.map(code).join(', '),
          code(model.id),
          model.variants.map((variant) => code(variantName(variant))).join(', '),
          model.tested === false ? 'not tested' : `[test](../../${model.tested})`,
          `${model.licence}${model.nonCommercial ? ', **not for commercial use**' : ''}`,
          sourceOf(model),
        ]),
    ),
    '## Presets',
    table(
      ['preset', 'what it is', 'models', 'variant'],
      Object.entries(PRESETS).map(([name, { summary, models, variant }]) => [
        code(name),
        summary,
        models.map(({ id, licence }) => `${code(id)} (${licence})`).join(', '),
        code(variant ?? ''),
      ]),
    ),
  ].join('\n\n');

/** Tested ones first. */
const byArchitecture = (a: Model, b: Model): number => (orderOf(a) < orderOf(b) ? -1 : 1);

const orderOf = ({ tested, architecture, id }: Model): string =>
  `${tested === false ? 'untested' : 'tested'} ${architecture} ${id}`;

function sourceOf({ source }: Model): string {
  if (source.kind !== 'hugging-face')
    return source.kind === 'web' ? new URL(source.address).host : source.kind;
  const { repository, revision } = source;
  return `${code(repository)} ${revision === undefined ? 'at no commit yet' : `at ${code(revision.slice(0, 7))}`}`;
}
