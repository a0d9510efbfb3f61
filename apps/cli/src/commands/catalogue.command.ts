import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';

type Json = { readonly json?: true };

/** `stages`, `openapi`: what the API can do. */
export function registerCatalogueCommands(program: Command, context: CommandContext): void {
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
