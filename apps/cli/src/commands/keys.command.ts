import { createHash } from 'node:crypto';
import { keyText, newSecret, newUuid, SCOPES, type KeyView, type Scope } from '@intermodal/contracts';
import { LOCAL_TENANT, openRecords } from '@intermodal/records';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { UsageError } from './exit-codes.ts';

type Json = { readonly json?: true };
type OfTenant = Json & { readonly tenant?: string };
interface CreateOptions extends OfTenant {
  readonly scope: readonly Scope[];
  readonly expires?: string;
}

const SCOPES_HELP = `
Scopes:
${Object.entries(SCOPES)
  .map(([name, allows]) => `  ${name.padEnd(16)} ${allows}`)
  .join('\n')}
`;
const JSON_OPTION = ['--json', 'print one line of JSON'] as const;
const TENANT_OPTION = [
  '--tenant <id>',
  'of this tenant in place of your own; only with the scope admin',
] as const;

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** `keys create|list|rotate|revoke|first`. */
export function registerKeyCommands(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('keys of the tenant: who may ask for what');

  keys
    .command('create')
    .description('make a key, and print it: it is shown this once')
    .argument('<name>', 'for people: who or what has it')
    .requiredOption('--scope <scope>', 'what it may do; repeat it for each', collect, [])
    .option('--expires <when>', 'when it ends: 30d, 12h, or a time such as 2027-01-31T00:00:00Z')
    .option(...TENANT_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      `${SCOPES_HELP}\nExample:\n  $ intermodal keys create "nightly import" --scope jobs:write --scope jobs:read --expires 90d`,
    )
    .action(async (name: string, { scope, expires, tenant, json }: CreateOptions) => {
      const client = await context.client();
      const made = await client.keys.create(
        { name, scopes: [...scope], ...(expires !== undefined && { expiresAt: endOf(expires) }) },
        { tenant, signal: context.signal },
      );
      if (json) return printJson(context, made);
      context.note(`${line(made)}\nKeep the key; it is not shown again.`);
      context.print(made.key);
    });

  keys
    .command('list')
    .description('list keys, the newest first, with those that ended')
    .option('--limit <number>', 'at most this many, 100 at most', '20')
    .option('--cursor <id>', 'keys older than this one')
    .option(...TENANT_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ intermodal keys list')
    .action(async ({ json, ...filter }: OfTenant & { readonly limit: string; readonly cursor?: string }) => {
      const list = await (await context.client()).keys.list(filter, { signal: context.signal });
      if (json) return printJson(context, list);
      for (const key of list.keys) context.print(line(key));
      if (list.next !== null) context.note(`more: --cursor ${list.next}`);
    });

  keys
    .command('rotate')
    .description('give a key a new secret, and print it; the old one is valid for a while')
    .argument('<id>')
    .option('--grace <duration>', 'how long the old one stays valid, such as 0s, 15m, 1d', '1d')
    .option(...TENANT_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ intermodal keys rotate key_01k… --grace 1h')
    .action(async (id: string, { grace, tenant, json }: OfTenant & { readonly grace: string }) => {
      const graceSeconds = secondsOf(grace);
      if (graceSeconds === undefined)
        throw new UsageError(`--grace ${grace}: expected a duration such as 0s, 15m, 12h or 7d.`);
      const client = await context.client();
      const made = await client.keys.rotate(id, { graceSeconds, tenant, signal: context.signal });
      if (json) return printJson(context, made);
      context.note(`${line(made)}\nKeep the key; it is not shown again.`);
      context.print(made.key);
    });

  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<id>')
    .option(...TENANT_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ intermodal keys revoke key_01k…')
    .action(async (id: string, { tenant, json }: OfTenant) => {
      const key = await (await context.client()).keys.revoke(id, { tenant, signal: context.signal });
      if (json) return printJson(context, key);
      context.print(line(key));
    });

  keys
    .command('first')
    .description('make the first key of a cluster, with the scope admin, in DATABASE_URL itself')
    .option('--name <name>', 'for people', 'operator')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  $ DATABASE_URL=postgres://… intermodal keys first')
    .action(({ name, json }: Json & { readonly name: string }) => makeFirst(name, json, context));
}

/** Who has the database has everything: no key is asked for. */
async function makeFirst(name: string, json: true | undefined, context: CommandContext): Promise<void> {
  const { databaseUrl } = context.config();
  if (databaseUrl === undefined)
    throw new UsageError('DATABASE_URL is not set: in which database is the key to be made?');
  const records = openRecords({ databaseUrl, connections: 1, applicationName: 'intermodal keys' });
  try {
    const [id, secret] = [newUuid(), newSecret()];
    const secretSha256 = createHash('sha256').update(secret).digest();
    await records.keys.create({ id, tenantId: LOCAL_TENANT, name, scopes: ['admin'], secretSha256 });
    const key = keyText(id, secret);
    if (json) return printJson(context, { key });
    context.note('Keep the key; it is not shown again.');
    context.print(key);
  } finally {
    await records.close();
  }
}

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 };

function secondsOf(duration: string): number | undefined {
  const [, count, unit] = /^(\d{1,8})([smhd])$/.exec(duration) ?? [];
  return unit === undefined ? undefined : Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** A duration from now, or a time. */
function endOf(text: string): string {
  const seconds = secondsOf(text);
  const end = seconds === undefined ? new Date(text) : new Date(Date.now() + seconds * 1_000);
  if (Number.isNaN(end.getTime()))
    throw new UsageError(
      `--expires ${text}: expected a duration such as 30d or 12h, or a time such as 2027-01-31T00:00:00Z.`,
    );
  return end.toISOString();
}

const line = ({ id, status, name, scopes, expiresAt, lastUsedAt }: KeyView): string =>
  [
    `${id}  ${status.padEnd(7)}  ${name}`,
    scopes.join(' '),
    ...(expiresAt === null ? [] : [`until ${expiresAt}`]),
    lastUsedAt === null ? 'never used' : `last used ${lastUsedAt}`,
  ].join('  ');
