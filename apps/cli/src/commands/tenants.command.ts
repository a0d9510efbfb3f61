import type { TenantLimits, TenantView } from '@intermodal/contracts';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { UsageError } from './exit-codes.ts';

type Json = { readonly json?: true };
/** As commander names the options. */
type LimitOptions = { readonly [K in keyof TenantLimits]?: string } & { readonly weight?: string };

const LIMITS: Readonly<Record<keyof TenantLimits, readonly [option: string, about: string]>> = {
  requestsPerSecond: ['--requests-per-second <number>', 'requests to the API, in the long run'],
  requestBurst: ['--request-burst <number>', 'requests that may come at once'],
  openJobs: ['--open-jobs <number>', 'jobs that have not ended'],
  runningTasks: ['--running-tasks <number>', 'tasks that run at a time'],
  storedBytes: ['--stored-bytes <number>', 'bytes of its files'],
  computeSecondsPerMonth: ['--compute-seconds-per-month <number>', 'seconds of tasks in a month'],
};
const NAMES = Object.keys(LIMITS) as (keyof TenantLimits)[];
const JSON_OPTION = ['--json', 'print one line of JSON'] as const;
const DEFAULT_HELP = '\nA limit of `default` is that of the settings of the deployment.';

/** `tenants create|list|show|set`: for operators. */
export function registerTenantCommands(program: Command, context: CommandContext): void {
  const tenants = program.command('tenants').description('tenants, their weights and limits: for operators');

  withLimits(tenants.command('create'))
    .description('make a tenant; it has no key yet')
    .argument('<name>')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      `${DEFAULT_HELP}\n\nExample:\n  $ intermodal tenants create research --weight 2 --requests-per-second 50 --request-burst 200\n` +
        '  $ intermodal keys create first --tenant ten_01k… --scope keys:manage --scope jobs:write',
    )
    .action(async (name: string, { json, ...options }: LimitOptions & Json) => {
      const client = await context.client();
      show(
        await client.tenants.create({ name, ...changeOf(options) }, { signal: context.signal }),
        json,
        context,
      );
    });

  tenants
    .command('list')
    .description('list tenants, the newest first')
    .option('--limit <number>', 'at most this many, 100 at most', '20')
    .option('--cursor <id>', 'tenants older than this one')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ intermodal tenants list')
    .action(async ({ json, ...filter }: Json & { readonly limit: string; readonly cursor?: string }) => {
      const list = await (await context.client()).tenants.list(filter, { signal: context.signal });
      if (json) return printJson(context, list);
      for (const tenant of list.tenants) context.print(line(tenant));
      if (list.next !== null) context.note(`more: --cursor ${list.next}`);
    });

  tenants
    .command('show')
    .description('show one tenant')
    .argument('<id>')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ intermodal tenants show ten_01k…')
    .action(async (id: string, { json }: Json) => {
      show(await (await context.client()).tenants.get(id, { signal: context.signal }), json, context);
    });

  withLimits(tenants.command('set'))
    .description('change the weight or limits of a tenant; what is left out stays')
    .argument('<id>')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      `${DEFAULT_HELP}\n\nExample:\n  $ intermodal tenants set ten_01k… --open-jobs 500 --request-burst default`,
    )
    .action(async (id: string, { json, ...options }: LimitOptions & Json) => {
      const client = await context.client();
      show(await client.tenants.change(id, changeOf(options), { signal: context.signal }), json, context);
    });
}

const withLimits = (command: Command): Command =>
  NAMES.reduce(
    (on, name) => on.option(...(LIMITS[name] as [string, string])),
    command.option('--weight <number>', 'its share of busy workers, against those of others; 1 to 100'),
  );

function changeOf({ weight, ...options }: LimitOptions) {
  const limits = Object.fromEntries(
    NAMES.flatMap((name) => {
      const given = options[name];
      return given === undefined
        ? []
        : [[name, given === 'default' ? null : numberOf(given, LIMITS[name][0])]];
    }),
  );
  return { ...(weight !== undefined && { weight: numberOf(weight, '--weight') }), limits };
}

function numberOf(text: string, option: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(`${option.split(' ')[0]} ${text}: expected a number.`);
}

function show(tenant: TenantView, json: true | undefined, context: CommandContext): void {
  if (json) printJson(context, tenant);
  else context.print(line(tenant));
}

const line = ({ id, name, weight, limits }: TenantView): string =>
  [
    `${id}  ${name}  weight ${weight}`,
    ...NAMES.flatMap((one) => (limits[one] === null ? [] : [`${one} ${limits[one]}`])),
  ].join('  ');
