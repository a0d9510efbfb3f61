import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { EXIT_CODES, UsageError } from './exit-codes.ts';

type Json = { readonly json?: true };

const EXAMPLES = `
Examples:
  $ intermodal pipelines list
  $ intermodal pipelines show speech-to-speech@1
  $ intermodal pipelines validate my-pipeline.yaml
  $ intermodal pipelines publish my-pipeline.yaml
`;

/** `pipelines list|show|validate|publish`, and `validate` by itself. */
export function registerPipelineCommands(program: Command, context: CommandContext): void {
  const pipelines = program
    .command('pipelines')
    .description('list, show, check and publish pipelines')
    .addHelpText('after', EXAMPLES);

  pipelines
    .command('show', { isDefault: true })
    .description('show one; without a name, list all')
    .argument('[name]', 'name, or name@version')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal pipelines show speech-to-speech')
    .action(async (name: string | undefined, options: Json) => {
      if (name === undefined) return list(options, context);
      const found = await (await context.client()).pipelines.get(name);
      if (options.json) printJson(context, found);
      else context.print(JSON.stringify(found, null, 2));
    });

  pipelines
    .command('list')
    .description('list the latest version of each')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal pipelines list')
    .action((options: Json) => list(options, context));

  pipelines
    .command('publish')
    .description('publish a version, to be run and put into others by its name')
    .argument('<file>', 'a .yaml or .json document')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal pipelines publish my-pipeline.yaml')
    .action(async (file: string, { json }: Json) => {
      const text = await textOf(file);
      const published = await (await context.client()).pipelines.publish(text, { signal: context.signal });
      if (json) printJson(context, published);
      else context.print(`${published.name}@${published.version} is published.`);
    });

  for (const on of [pipelines, program])
    on.command('validate')
      .description('check a pipeline document without running it; ends with 1 when it cannot run')
      .argument('<file>', 'a .yaml or .json document')
      .option('--json', 'print one line of JSON')
      .addHelpText('after', '\nExample:\n  $ intermodal validate my-pipeline.yaml')
      .action((file: string, options: Json) => validate(file, options, context));
}

async function list({ json }: Json, context: CommandContext): Promise<void> {
  const found = await (await context.client()).pipelines.list();
  if (json) return printJson(context, found);
  for (const one of found.pipelines)
    context.print(`${`${one.name}@${one.version}`.padEnd(28)} ${one.summary}`);
}

async function validate(file: string, { json }: Json, context: CommandContext): Promise<void> {
  const result = await (await context.client()).pipelines.validate(await textOf(file));
  if (!result.valid) context.exitCode = EXIT_CODES.failed;
  if (json) return printJson(context, result);
  if (result.valid) context.print(`${file} can run.`);
  for (const { path, message } of result.errors) context.print(`${path}: ${message}`);
}

const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`${file}: cannot be read (${error.message}).`);
  });
