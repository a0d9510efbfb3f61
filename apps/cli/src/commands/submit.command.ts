import { readFile } from 'node:fs/promises';
import type { IntermodalClient } from '@intermodal/client';
import type { PipelineDocument } from '@intermodal/contracts';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { printJson, type CommandContext } from './context.ts';
import { UsageError } from './exit-codes.ts';
import { finishJob } from './finish-job.ts';
import { pairs, readInputs, typed } from './read-inputs.ts';
import { jobLine } from './show-job.ts';

interface Options {
  readonly input: readonly string[];
  readonly param: readonly string[];
  readonly metadata: readonly string[];
  readonly priority?: number;
  readonly deadline?: number;
  readonly idempotencyKey?: string;
  readonly wait?: true;
  readonly watch?: true;
  readonly out?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ intermodal submit speech-to-speech --input audio=talk.wav --param to=es --wait --out out/
  $ intermodal submit speech-to-speech --input audio=art_01k… --json
  $ intermodal submit speech-to-speech --input audio=talk.wav --watch
  $ intermodal submit my-pipeline.yaml --input text="Good morning" --wait
  $ intermodal submit summarize --input text=@notes.txt

A file input takes a path, or the id of an artifact. Any other takes its value as text or JSON, or @ and a path.
`;

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

export function registerSubmitCommand(program: Command, context: CommandContext): void {
  program
    .command('submit')
    .description('run a pipeline')
    .argument('<pipeline>', 'name, name@version, or the path of a .yaml or .json document')
    .option('-i, --input <port=value>', 'an input; repeat it for each', collect, [])
    .option('-p, --param <name=value>', 'a param; repeat it for each', collect, [])
    .option('--metadata <name=value>', 'yours, given back as it is; repeat it for each', collect, [])
    .option('--priority <n>', 'among your own single jobs: higher first, -10 to 10', Number)
    .option('--deadline <seconds>', 'fail when it has not ended by then', Number)
    .option('--idempotency-key <key>', 'the same key with the same request gives the same job')
    .option('-w, --wait', 'show the job until it ends, then print its output')
    .option('--watch', 'the same; with --json each event is a line of JSON')
    .option('-o, --out <folder>', 'save the files of the output there; waits')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action((pipeline: string, options: Options) => submit(pipeline, options, context));
}

async function submit(asked: string, options: Options, context: CommandContext): Promise<void> {
  const client = await context.client();
  const { pipeline, document } = await find(asked, client);
  const schemas = (document.params?.properties ?? {}) as Record<string, { type?: unknown }>;
  const params = Object.fromEntries(
    [...pairs(options.param, '--param')].map(([name, value]) => [name, typed(value, schemas[name])]),
  );
  const input = await readInputs(pairs(options.input, '--input'), document.input, client, context);
  const metadata = Object.fromEntries(pairs(options.metadata, '--metadata'));
  const job = await client.jobs.submit(
    {
      ...{ pipeline, input, params, metadata },
      ...(options.priority !== undefined && { priority: options.priority }),
      ...(options.deadline !== undefined && { deadlineMs: options.deadline * 1_000 }),
    },
    {
      signal: context.signal,
      ...(options.idempotencyKey !== undefined && { idempotencyKey: options.idempotencyKey }),
    },
  );
  const { json, out, watch = false } = options;
  if (options.wait || watch || out !== undefined)
    return finishJob(
      job.id,
      { ...(json && { json }), events: watch && json === true, ...(out !== undefined && { out }) },
      client,
      context,
    );
  if (options.json) printJson(context, job);
  else context.print(jobLine(job));
}

/** What to submit, and the document behind it, whose ports say what the inputs are. */
async function find(
  asked: string,
  client: IntermodalClient,
): Promise<{ pipeline: string | PipelineDocument; document: PipelineDocument }> {
  if (!/[./\\]/.test(asked)) {
    const { document } = await client.pipelines.get(asked);
    return { pipeline: asked, document };
  }
  const text = await readFile(asked, 'utf8').catch((error: Error) => {
    throw new UsageError(`${asked}: the document cannot be read (${error.message}).`);
  });
  const document = parse(text) as PipelineDocument | null;
  if (document === null || typeof document !== 'object' || typeof document.input !== 'object')
    throw new UsageError(
      `${asked}: is no pipeline document; it needs name, version, input, nodes and output.`,
    );
  return { pipeline: document, document };
}
