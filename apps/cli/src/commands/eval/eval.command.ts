import type { BatchResult, IntermodalClient } from '@intermodal/client';
import { readFile } from 'node:fs/promises';
import type { PipelineDocument, SubmitBatch } from '@intermodal/contracts';
import { InvalidArgumentError, type Command } from 'commander';
import pMap from 'p-map';
import { parse } from 'yaml';
import { printJson, type CommandContext } from '../context.ts';
import { EXIT_CODES, UsageError } from '../exit-codes.ts';
import { pairs, typed } from '../read-inputs.ts';
import { batchScreen } from '../show-batch.ts';
import { uploadFile } from '../upload-file.ts';
import { readEvalRows, type EvalRow } from './eval-rows.ts';
import { reportOf, reportText } from './eval-report.ts';
import { MEASURES, type MeasureName } from './measures.ts';

interface EvalOptions {
  readonly param: readonly string[];
  readonly output?: string;
  readonly measure: MeasureName;
  readonly min?: number;
  readonly max?: number;
  readonly json?: true;
}

const UPLOADS_AT_ONCE = 4;

const HELP = `
Each line of the file is a row of a batch with what is expected of it, one answer or several that are right:
  {"custom_id": "dogs", "input": {"image": {"file": "dogs.jpg"}, "question": "How many dogs?"}, "expected": ["two", "2"]}
{"file": …} is a file beside the rows; it is uploaded first. The measure objects expects a list of all that is there, each a label or
{"label": "dog", "box": {"x": 0, "y": 0, "width": 9, "height": 9}}; {"label": "person", "crowd": true} says that some are, uncounted.

Measures:
${Object.entries(MEASURES)
  .map(([name, { says }]) => `  ${name.padEnd(9)} ${says}`)
  .join('\n')}
A row that did not complete counts as wrong.

Examples:
  $ intermodal eval visual-question-answering questions.jsonl --output answer --measure contains --min 0.8
  $ intermodal eval transcription recordings.jsonl --output 'lines.*.text' --measure words --max 0.25 --json > report.json
  $ intermodal eval things.yaml photographs.jsonl --output objects --measure objects --min 0.6
`;

/** `eval`: how good the answers of a pipeline are, measured on rows whose answers are known. */
export function registerEvalCommand(program: Command, context: CommandContext): void {
  program
    .command('eval')
    .description('run a pipeline over rows whose answers are known, and say how many it gets right')
    .argument('<pipeline>', 'name, name@version, or the path of a .yaml or .json document')
    .argument('<rows>', 'the path of a .jsonl file')
    .option(
      '-o, --output <port>',
      'the output that is the answer, e.g. text, or lines.*.text for the texts of a list',
    )
    .option('-m, --measure <name>', `${Object.keys(MEASURES).join(', ')}`, measure, 'exact')
    .option('-p, --param <name=value>', 'a param of every row; repeat it for each', collect, [])
    .option('--min <share>', 'end with 1 when less than this share is right, or F1 is less', share)
    .option('--max <share>', 'end with 1 when there are more word errors than this share', share)
    .option('--json', 'print one line of JSON with every row')
    .addHelpText('after', HELP)
    .action((pipeline: string, rows: string, options: EvalOptions) =>
      evaluate(pipeline, rows, options, context),
    );
}

async function evaluate(
  asked: string,
  path: string,
  options: EvalOptions,
  context: CommandContext,
): Promise<void> {
  const rows = await readEvalRows(path, MEASURES[options.measure]);
  const client = await context.client();
  const { signal } = context;
  const document = /[./\\]/.test(asked)
    ? (parse(await readFile(asked, 'utf8').catch(missing(asked))) as PipelineDocument)
    : asked;
  const params = Object.fromEntries(
    [...pairs(options.param, '--param')].map(([name, value]) => [name, typed(value, undefined)]),
  );
  const ready = await pMap(rows, (row) => withFiles(row, client, context), {
    concurrency: UPLOADS_AT_ONCE,
    signal,
  });
  const lines = new Blob(ready.map((row) => `${JSON.stringify(row)}\n`));
  const file = await client.artifacts.upload(lines, { mediaType: 'application/jsonl', signal });
  const batch: SubmitBatch = { pipeline: document, params, artifact: file.id };
  const { id, pipeline } = await client.batches.submit(batch, { signal });
  try {
    await client.batches.wait(id, { signal, onChange: batchScreen(context) });
  } catch (error) {
    // Ctrl-C: nobody waits for the rest of it.
    if (signal.aborted) await client.batches.cancel(id).catch(() => {});
    throw error;
  }
  const answers: BatchResult[] = [];
  for await (const one of client.batches.results(id, { signal })) answers.push(one);
  const report = reportOf({ pipeline, batch: id, measure: options.measure }, options.output, rows, answers);
  if (options.json) printJson(context, report);
  else for (const line of reportText(report)) context.print(line);
  const { min, max } = options;
  if ((min !== undefined && report.score < min) || (max !== undefined && report.score > max))
    context.exitCode = EXIT_CODES.failed;
}

async function withFiles(
  { row, files }: EvalRow,
  client: IntermodalClient,
  context: CommandContext,
): Promise<Record<string, unknown>> {
  const input = { ...row.input };
  for (const [port, path] of Object.entries(files)) {
    // Without bars: many are uploaded beside each other.
    const { id } = await uploadFile(path, { called: `input.${port}` }, client, {
      ...context,
      screen: undefined,
    });
    input[port] = { artifact: id };
  }
  return { ...row, input };
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

function measure(value: string): MeasureName {
  if (value in MEASURES) return value as MeasureName;
  throw new InvalidArgumentError(`There are ${Object.keys(MEASURES).join(', ')}.`);
}

function share(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError('Expected a number between 0 and 1.');
}

const missing = (path: string) => (): never => {
  throw new UsageError(`there is no file '${path}' that can be read.`);
};
