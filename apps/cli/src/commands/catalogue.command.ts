import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { EXIT_CODES, UsageError } from './exit-codes.ts';

type Json = { readonly json?: true };

/** `pipelines`, `validate`, `stages`, `openapi`: what the API can run. */
export function registerCatalogueCommands(program: Command, context: CommandContext): void {
  program
    .command('pipelines')
    .description('list pipelines, or show one')
    .argument('[name]', 'name, or name@version')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExamples:\n  $ intermodal pipelines\n  $ intermodal pipelines speech-to-speech')
    .action(async (name: string | undefined, { json }: Json) => {
      const { pipelines } = await context.client();
      const found = name === undefined ? await pipelines.list() : await pipelines.get(name);
      if (json) return printJson(context, found);
      if (!('pipelines' in found)) return context.print(JSON.stringify(found, null, 2));
      for (const one of found.pipelines)
        context.print(`${`${one.name}@${one.version}`.padEnd(28)} ${one.summary}`);
    });

  program
    .command('validate')
    .description('check a pipeline document without running it; ends with 1 when it cannot run')
    .argument('<file>', 'a .yaml or .json document')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal validate my-pipeline.yaml')
    .action(async (file: string, { json }: Json) => {
      const text = await readFile(file, 'utf8').catch((error: Error) => {
        throw new UsageError(`${file}: cannot be read (${error.message}).`);
      });
      const result = await (await context.client()).pipelines.validate(text);
      if (!result.valid) context.exitCode = EXIT_CODES.failed;
      if (json) return printJson(context, result);
      if (result.valid) context.print(`${file} can run.`);
      for (const { path, message } of result.errors) context.print(`${path}: ${message}`);
    });

  program
    .command('stages')
    .description('list the stages that pipelines may use')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal stages')
    .action(async ({ json }: Json) => {
      const list = await (await context.client()).stages.list();
      if (json) return printJson(context, list);
      for (const { name, version, pool, summary } of list.stages)
        context.print(`${`${name}@${version}`.padEnd(28)} ${pool.padEnd(8)} ${summary}`);
    });

  program
    .command('openapi')
    .description('print the OpenAPI document of the API')
    .option('--json', 'print it as one line')
    .addHelpText('after', '\nExample:\n  $ intermodal openapi > openapi.json')
    .action(async ({ json }: Json) => {
      const document = await (await context.client()).openApi();
      context.print(json ? JSON.stringify(document) : JSON.stringify(document, null, 2));
    });
}
