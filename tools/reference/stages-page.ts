import { toJsonSchema, type PipelineDocument } from '@intermodal/contracts';
import { stageKey, type Stage } from '@intermodal/pipeline';
import { code, fieldRows, table } from './markdown.ts';

export const stagesPage = (stages: readonly Stage[], pipelines: readonly PipelineDocument[]): string =>
  [
    '# Stages and pipelines',
    '## Pipelines',
    table(
      ['pipeline', 'what it does', 'inputs', 'outputs'],
      pipelines.map((document) => [
        code(`${document.name}@${document.version}`),
        document.summary ?? '',
        Object.entries(document.input)
          .map(([name, port]) => code(typeof port.media === 'string' ? `${name}: ${port.media}` : name))
          .join(', '),
        Object.keys(document.output).map(code).join(', '),
      ]),
    ),
    '## Stages',
    ...stages.map(stageSection),
  ].join('\n\n');

function stageSection(stage: Stage): string {
  const needs = Object.values(stage.needs).map(({ name }) => code(name));
  const { timeoutMs, attempts } = stage.limits;
  return [
    `### ${stageKey(stage)}`,
    stage.summary,
    `Pool ${code(stage.pool)}; needs ${needs.join(', ') || 'nothing'}; at most ${timeoutMs / 1000} s; ${attempts} attempts.`,
    ...fields('Input', toJsonSchema(stage.input)),
    ...fields('Params', toJsonSchema(stage.params)),
    ...fields('Output', toJsonSchema(stage.output, 'output')),
  ].join('\n\n');
}

function fields(title: string, schema: Record<string, unknown>): string[] {
  const rows = fieldRows(schema);
  return rows.length === 0 ? [] : [`**${title}**`, table(['field', 'type', 'required', 'about'], rows)];
}
