import { openRecords } from '@intermodal/records';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { UsageError } from './exit-codes.ts';

export function registerMigrateCommand(program: Command, context: CommandContext): void {
  program
    .command('migrate')
    .description(
      'bring the schema of DATABASE_URL up to date; safe to run again, and beside running processes',
    )
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ DATABASE_URL=postgres://… intermodal migrate')
    .action(async ({ json }: { readonly json?: true }) => {
      const { databaseUrl } = context.config();
      if (databaseUrl === undefined)
        throw new UsageError('DATABASE_URL is not set: which database is to be migrated?');
      const records = openRecords({ databaseUrl, connections: 1, applicationName: 'intermodal migrate' });
      try {
        const applied = await records.migrate();
        if (json) return printJson(context, { applied });
        for (const name of applied) context.print(`applied ${name}`);
        if (applied.length === 0) context.print('The schema is up to date.');
      } finally {
        await records.close();
      }
    });
}
