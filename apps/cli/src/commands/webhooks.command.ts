import { EVENT_TYPES, type EventType, type QueryOf } from '@intermodal/contracts';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { UsageError } from './exit-codes.ts';
import { numberOf, registerListen } from './listen-webhooks.ts';
import { messageLines, webhookLine, webhookText } from './show-webhook.ts';

type Json = { readonly json?: true };
interface Wanted extends Json {
  readonly url?: string;
  readonly events?: string;
  readonly description?: string;
  readonly concurrency?: string;
}
interface Change extends Wanted {
  readonly enable?: true;
  readonly disable?: true;
}

const ID = 'whk_…, as it was answered when it was made';

/** `webhooks create|list|show|update|rotate|test|deliveries|redeliver|delete|listen`: where you are told of what happens. */
export function registerWebhookCommands(program: Command, context: CommandContext): void {
  const webhooks = program.command('webhooks').description('be told of what happens');
  const options = () => ({ signal: context.signal });

  webhooks
    .command('create')
    .description('have messages sent to an address; shows the secret that signs them, once')
    .argument('<url>', 'where to POST')
    .option('--events <types>', `with commas between them: ${EVENT_TYPES.join(', ')}; all when left out`)
    .option('--description <text>', 'for people')
    .option('--concurrency <number>', 'messages on their way to it at a time, 1 to 5')
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      '\nExample:\n  $ intermodal webhooks create https://example.com/hooks --events job.failed,batch.completed',
    )
    .action(async (url: string, wanted: Wanted) => {
      const made = await (await context.client()).webhooks.create({ ...wantedOf(wanted), url }, options());
      if (wanted.json) return printJson(context, made);
      for (const line of webhookText(made)) context.print(line);
      context.print(`secret       ${made.secret}`);
      context.note('The secret is not shown again.');
    });

  webhooks
    .command('list')
    .description('list webhooks, the oldest first')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal webhooks list')
    .action(async ({ json }: Json) => {
      const list = await (await context.client()).webhooks.list(options());
      if (json) return printJson(context, list);
      for (const one of list.webhooks) context.print(webhookLine(one));
    });

  webhooks
    .command('show')
    .description('show one webhook')
    .argument('<id>', ID)
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal webhooks show whk_01k…')
    .action(async (id: string, { json }: Json) => {
      const one = await (await context.client()).webhooks.get(id, options());
      if (json) return printJson(context, one);
      for (const line of webhookText(one)) context.print(line);
    });

  webhooks
    .command('update')
    .description('change a webhook, disable it, or enable it again')
    .argument('<id>', ID)
    .option('--url <url>', 'where to POST from now on')
    .option('--events <types>', 'with commas between them')
    .option('--description <text>', 'for people')
    .option('--concurrency <number>', 'messages on their way to it at a time, 1 to 5')
    .option('--enable', 'tell it again')
    .option('--disable', 'tell it nothing; what is on its way ends')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal webhooks update whk_01k… --enable')
    .action(async (id: string, change: Change) => {
      if (change.enable && change.disable)
        throw new UsageError('--enable and --disable exclude each other: give one.');
      const enabled = change.enable ?? (change.disable ? false : undefined);
      const one = await (
        await context.client()
      ).webhooks.update(id, { ...wantedOf(change), ...(enabled !== undefined && { enabled }) }, options());
      if (change.json) return printJson(context, one);
      for (const line of webhookText(one)) context.print(line);
    });

  webhooks
    .command('rotate')
    .description('give a webhook another secret; shows it, once')
    .argument('<id>', ID)
    .option('--grace <seconds>', 'how long the former secret signs, too; a day when left out')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal webhooks rotate whk_01k… --grace 3600')
    .action(async (id: string, { json, grace }: Json & { readonly grace?: string }) => {
      const turned = await (
        await context.client()
      ).webhooks.rotate(id, {
        ...options(),
        ...(grace !== undefined && { graceSeconds: numberOf(grace, '--grace', 0, 604_800) }),
      });
      if (json) return printJson(context, turned);
      context.print(turned.secret);
      context.note(
        turned.formerSecretUntil === null
          ? 'The former secret signs no more.'
          : `The former secret signs, too, until ${turned.formerSecretUntil}.`,
      );
    });

  webhooks
    .command('test')
    .description('send it a message of the type webhook.test')
    .argument('<id>', ID)
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      '\nExample:\n  $ intermodal webhooks test whk_01k… && intermodal webhooks deliveries whk_01k…',
    )
    .action(async (id: string, { json }: Json) => {
      const message = await (await context.client()).webhooks.test(id, options());
      if (json) return printJson(context, message);
      for (const line of messageLines(message)) context.print(line);
    });

  webhooks
    .command('deliveries')
    .description('show what it was told and how it answered, the newest first')
    .argument('<id>', ID)
    .option('--status <status>', 'pending, delivered or failed')
    .option('--limit <number>', 'at most this many, 100 at most', '20')
    .option('--cursor <id>', 'messages older than this one')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal webhooks deliveries whk_01k… --status failed')
    .action(async (id: string, { json, ...filter }: QueryOf<'webhookDeliveries'> & Json) => {
      const page = await (await context.client()).webhooks.deliveries(id, filter, options());
      if (json) return printJson(context, page);
      for (const line of page.messages.flatMap(messageLines)) context.print(line);
      if (page.next !== null) context.note(`more: --cursor ${page.next}`);
    });

  webhooks
    .command('redeliver')
    .description('send a message again, now, under the id that it has')
    .argument('<id>', ID)
    .argument('<message>', 'evt_…, as `webhooks deliveries` shows it')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal webhooks redeliver whk_01k… evt_01k…')
    .action(async (id: string, messageId: string, { json }: Json) => {
      const message = await (await context.client()).webhooks.redeliver(id, messageId, options());
      if (json) return printJson(context, message);
      for (const line of messageLines(message)) context.print(line);
    });

  webhooks
    .command('delete')
    .description('delete a webhook with its deliveries')
    .argument('<id>', ID)
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  $ intermodal webhooks delete whk_01k…')
    .action(async (id: string, { json }: Json) => {
      await (await context.client()).webhooks.delete(id, options());
      if (json) return printJson(context, { id, deleted: true });
      context.print(`${id} is deleted`);
    });

  registerListen(webhooks, context);
}

const wantedOf = ({ url, events, description, concurrency }: Wanted) => ({
  ...(url !== undefined && { url }),
  ...(events !== undefined && { events: events.split(',').map((type) => eventOf(type.trim())) }),
  ...(description !== undefined && { description }),
  ...(concurrency !== undefined && { concurrency: numberOf(concurrency, '--concurrency', 1, 5) }),
});

function eventOf(type: string): EventType {
  const known = EVENT_TYPES.find((one) => one === type);
  if (known) return known;
  throw new UsageError(`--events ${type}: expected one of ${EVENT_TYPES.join(', ')}.`);
}
