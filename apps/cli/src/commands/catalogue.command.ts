import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';

type Json = { readonly json?: true };

/** `stages`, `pools`, `openapi`: what the API can do, and who does it. */
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
    .command('pools')
    .description('list the pools of workers: who is there, what waits, which engine serves what')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExamples:\n  $ intermodal pools\n  $ watch intermodal pools')
    .action(async ({ json }: Json) => {
      const list = await (await context.client()).pools.list();
      if (json) return printJson(context, list);
      context.print('pool      workers  slots  running  waiting  seconds');
      for (const pool of list.pools) {
        const waiting = `${pool.waiting}${pool.waitingIsAtLeast ? '+' : ''}`;
        const seconds = pool.estimatedSeconds === null ? '?' : pool.estimatedSeconds.toFixed(1);
        context.print(
          `${pool.name.padEnd(9)} ${String(pool.workers).padStart(7)} ${String(pool.slots).padStart(6)} ` +
            `${String(pool.running).padStart(8)} ${waiting.padStart(8)} ${seconds.padStart(8)}`,
        );
        for (const { capability, engine, model, device, unavailable } of pool.engines)
          context.print(
            `  ${capability.padEnd(20)} ${engine ? [engine, model, device].filter(Boolean).join(', ') : unavailable}`,
          );
      }
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
