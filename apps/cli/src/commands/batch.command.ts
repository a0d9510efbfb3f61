import { access, readFile } from 'node:fs/promises';
import type { BatchView, IntermodalClient } from '@intermodal/client';
import { FINAL_BATCH_STATES, type PipelineDocument, type SubmitBatch } from '@intermodal/contracts';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { printJson, type CommandContext } from './context.ts';
import { EXIT_CODES, UsageError } from './exit-codes.ts';
import { pairs, typed } from './read-inputs.ts';
import { uploadFile } from './upload-file.ts';
import { batchLine, batchScreen, batchText } from './show-batch.ts';

type Json = { readonly json?: true };
interface SubmitOptions extends Json {
  readonly param: readonly string[];
  readonly webhook?: string;
  readonly idempotencyKey?: string;
  readonly wait?: true;
}

const SUBMIT_EXAMPLES = `
Each line of the file is a row: {"custom_id": "a", "input": {"text": "Good morning"}, "params": {}}

Examples:
  $ intermodal batch submit translate.yaml rows.jsonl --param to=es --wait
  $ intermodal batch results bat_01k… > results.jsonl
  $ intermodal batch errors bat_01k… > errors.jsonl
`;

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** `batch submit|status|results|cancel|retry|list`: many rows of one pipeline. */
export function registerBatchCommands(program: Command, context: CommandContext): void {
  const batch = program.command('batch').description('run a pipeline over many rows');

  batch
    .command('submit')
    .description('send a file of JSON lines, 10,000 rows and 100 MB at most')
    .argument('<pipeline>', 'name, name@version, or the path of a .yaml or .json document')
    .argument('<rows>', 'the path of a .jsonl file')
    .option('-p, --param <name=value>', 'a param of every row; repeat it for each', collect, [])
    .option('--webhook <url>', 'where to POST when the batch has ended')
    .option('--idempotency-key <key>', 'the same key with the same request gives the same batch')
    .option('-w, --wait', 'show how far it is until it ends; ends with 1 when a row did not complete')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', SUBMIT_EXAMPLES)
    .action((pipeline: string, rows: string, options: SubmitOptions) =>
      submit(pipeline, rows, options, context),
    );

  batch
    .command('status')
    .description('show how far a batch is')
    .argument('<id>')
    .option('-w, --wait', 'until it ends')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal batch status bat_01k… --wait')
    .action(async (id: string, options: Json & { readonly wait?: true }) => {
      const client = await context.client();
      if (options.wait) return finish(id, options, client, context);
      show(await client.batches.get(id, { signal: context.signal }), options, context);
    });

  batch
    .command('results')
    .description('print what came of each row, as JSON lines in their order')
    .argument('<id>')
    .option('--json', 'the same: it is JSON always')
    .addHelpText('after', '\nExample:\n  $ intermodal batch results bat_01k… > results.jsonl')
    .action(async (id: string) => {
      const { batches } = await context.client();
      for await (const result of batches.results(id, { signal: context.signal })) printJson(context, result);
    });

  batch
    .command('errors')
    .description('print what went wrong: rows that never became jobs, or whose job failed, as JSON lines')
    .argument('<id>')
    .option('--json', 'the same: it is JSON always')
    .addHelpText('after', '\nExample:\n  $ intermodal batch errors bat_01k… > errors.jsonl')
    .action(async (id: string) => {
      const { batches } = await context.client();
      for await (const row of batches.errors(id, { signal: context.signal })) printJson(context, row);
    });

  batch
    .command('cancel')
    .description('cancel what has not ended of a batch')
    .argument('<id>')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal batch cancel bat_01k…')
    .action(async (id: string, options: Json) => {
      const { batches } = await context.client();
      show(await batches.cancel(id, { signal: context.signal }), options, context);
    });

  batch
    .command('retry')
    .description('run again what failed or was cancelled in a batch that has ended')
    .argument('<id>')
    .option('-w, --wait', 'show how far the new batch is until it ends')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal batch retry bat_01k… --wait')
    .action(async (id: string, options: Json & { readonly wait?: true }) => {
      const client = await context.client();
      const again = await client.batches.retry(id, { signal: context.signal });
      if (options.wait) return finish(again.id, options, client, context);
      show(again, options, context);
    });

  batch
    .command('list')
    .description('list batches, the newest first')
    .option('--limit <number>', 'at most this many, 100 at most', '20')
    .option('--cursor <id>', 'batches older than this one')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal batch list --limit 5')
    .action(async ({ json, ...page }: Json & { readonly limit: string; readonly cursor?: string }) => {
      const list = await (await context.client()).batches.list(page, { signal: context.signal });
      if (json) return printJson(context, list);
      for (const one of list.batches) context.print(batchLine(one));
      if (list.next !== null) context.note(`more: --cursor ${list.next}`);
    });
}

async function submit(
  asked: string,
  path: string,
  options: SubmitOptions,
  context: CommandContext,
): Promise<void> {
  const client = await context.client();
  const { signal } = context;
  await access(path).catch(unreadable(path));
  const pipeline = /[./\\]/.test(asked) ? (parse(await read(asked)) as PipelineDocument) : asked;
  const artifact = await uploadFile(path, { mediaType: 'application/jsonl' }, client, context);
  const params = Object.fromEntries(
    [...pairs(options.param, '--param')].map(([name, value]) => [name, typed(value, undefined)]),
  );
  const batch: SubmitBatch = {
    pipeline,
    params,
    artifact: artifact.id,
    ...(options.webhook !== undefined && { webhook: { url: options.webhook } }),
  };
  const { idempotencyKey } = options;
  const submitted = await client.batches.submit(batch, {
    signal,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  if (submitted.webhook && !options.json) context.note(`webhook secret: ${submitted.webhook.secret}`);
  if (options.wait) await finish(submitted.id, options, client, context);
  else show(submitted, options, context);
}

async function finish(
  id: string,
  options: Json,
  client: IntermodalClient,
  context: CommandContext,
): Promise<void> {
  const onChange = options.json ? undefined : batchScreen(context);
  show(
    await client.batches.wait(id, { signal: context.signal, ...(onChange && { onChange }) }),
    options,
    context,
  );
}

function show(batch: BatchView, options: Json, context: CommandContext): void {
  const { total, completed } = batch.counts;
  if (FINAL_BATCH_STATES.includes(batch.status) && completed < total) context.exitCode = EXIT_CODES.failed;
  if (options.json) printJson(context, batch);
  else for (const line of batchText(batch)) context.print(line);
}

const unreadable =
  (path: string) =>
  (error: Error): never => {
    throw new UsageError(`${path}: cannot be read (${error.message}).`);
  };

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(unreadable(path));
