import type { AuditEntry, QueryOf, UsageView } from '@intermodal/contracts';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { size } from './drawing.ts';

type Json = { readonly json?: true };
const TENANT_OPTION = [
  '--tenant <id>',
  'of this tenant in place of your own; only with the scope admin',
] as const;
const JSON_OPTION = ['--json', 'print one line of JSON'] as const;

/** `usage`, `audit`. */
export function registerUsageCommands(program: Command, context: CommandContext): void {
  program
    .command('usage')
    .description('show what the tenant has used')
    .option('--from <day>', 'the first day, such as 2026-11-01; else the first of this month')
    .option('--to <day>', 'the last day; else today')
    .option(...TENANT_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ intermodal usage --from 2026-11-01 --to 2026-11-30')
    .action(async ({ json, ...filter }: QueryOf<'getUsage'> & Json) => {
      const usage = await (await context.client()).usage.get(filter, { signal: context.signal });
      if (json) return printJson(context, usage);
      for (const line of usageText(usage)) context.print(line);
    });

  program
    .command('audit')
    .description('show who changed what, the newest first')
    .option('--limit <number>', 'at most this many, 100 at most', '20')
    .option('--cursor <id>', 'what is older than this one')
    .option(...TENANT_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ intermodal audit --limit 50')
    .action(async ({ json, ...filter }: QueryOf<'listAudit'> & Json) => {
      const list = await (await context.client()).audit.list(filter, { signal: context.signal });
      if (json) return printJson(context, list);
      for (const entry of list.entries) context.print(auditLine(entry));
      if (list.next !== null) context.note(`more: --cursor ${list.next}`);
    });
}

function usageText({ from, to, storedBytes, total, days, shares }: UsageView): string[] {
  const { jobs, uploadedBytes } = total;
  return [
    `${from} to ${to}: ${jobs.completed + jobs.failed + jobs.cancelled} jobs (${jobs.failed} failed, ${jobs.cancelled} cancelled), ` +
      `${total.computeSeconds.toFixed(1)} s of ${total.tasks} tasks, ${size(uploadedBytes)} uploaded, ${size(storedBytes)} stored now`,
    ...days.map(
      (day) =>
        `${day.day}  ${String(day.jobs.completed + day.jobs.failed + day.jobs.cancelled).padStart(6)} jobs  ` +
        `${day.computeSeconds.toFixed(1).padStart(9)} s`,
    ),
    ...shares.map(
      ({ computeSeconds, tasks, pipeline, stage, engine, model }) =>
        `${computeSeconds.toFixed(1).padStart(9)} s  ${String(tasks).padStart(6)} tasks  ${pipeline}  ` +
        [stage, engine, model].filter(Boolean).join('  '),
    ),
  ];
}

const auditLine = ({ at, keyName, key, operation, target, outcome }: AuditEntry): string =>
  `${at}  ${keyName ?? key}  ${operation}  ${target ?? ''}  ${outcome}`.replace('    ', '  ');
