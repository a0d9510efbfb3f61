import { IntermodalClient } from '@intermodal/client';
import { CliConfig, readConfig } from '@intermodal/config';
import { webhookExamples } from '@intermodal/contracts';
import { expect, it } from 'vitest';
import type { CommandContext } from './context.ts';
import { createProgram, runProgram } from './program.ts';

/** Runs a command line against an API that knows only what it was told, by `METHOD /path`. */
async function run(args: string[], told: Record<string, unknown>) {
  const sent: { what: string; body: unknown; key: string | null }[] = [];
  const [out, notes]: [string[], string[]] = [[], []];
  const answer = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const what = `${init?.method} ${new URL(String(url)).pathname}`;
    if (!Object.hasOwn(told, what)) throw new Error(`not told: ${what}`);
    const key = new Headers(init?.headers).get('idempotency-key');
    sent.push({ what, body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined, key });
    return told[what] === undefined ? new Response(null, { status: 204 }) : Response.json(told[what]);
  };
  const context: CommandContext = {
    config: () => readConfig(CliConfig, {}),
    client: () =>
      Promise.resolve(new IntermodalClient({ url: 'http://api', key: 'k', fetch: answer, attempts: 1 })),
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    screen: undefined,
    signal: new AbortController().signal,
    exitCode: 0,
  };
  const code = await runProgram(createProgram(context, '1.2.3'), ['webhooks', ...args], context);
  return { code, out, notes, sent };
}

const { endpoint, message } = webhookExamples;
const made = { ...endpoint, secret: 'whsec_c2VjcmV0' };
const at = `/v1/webhooks/${endpoint.id}`;

it('creates, and shows the secret', async () => {
  const { code, out, sent } = await run(
    ['create', endpoint.url, '--events', 'job.failed, batch.completed', '--concurrency', '2'],
    { 'POST /v1/webhooks': made },
  );
  expect(code).toBe(0);
  expect(sent).toEqual([
    {
      what: 'POST /v1/webhooks',
      body: { url: endpoint.url, events: ['job.failed', 'batch.completed'], concurrency: 2 },
      key: expect.any(String) as string,
    },
  ]);
  expect(out.join('\n')).toMatch(/secret +whsec_c2VjcmV0/);
});

it('lists and shows what they are', async () => {
  const gone = { ...endpoint, enabled: false, disabledBecause: 'gone', events: ['job.failed'] };
  const list = await run(['list'], { 'GET /v1/webhooks': { webhooks: [endpoint, gone] } });
  expect(list.out).toEqual([
    `${endpoint.id}  enabled  ${endpoint.url}  all events  The newsroom`,
    `${endpoint.id}  disabled (gone)  ${endpoint.url}  job.failed  The newsroom`,
  ]);
  const show = await run(['show', endpoint.id, '--json'], { [`GET ${at}`]: endpoint });
  expect(JSON.parse(show.out[0]!)).toEqual(endpoint);
});

it('changes, rotates, tests, sends again and deletes', async () => {
  const enabled = await run(['update', endpoint.id, '--enable'], { [`PATCH ${at}`]: endpoint });
  expect(enabled.sent[0]!.body).toEqual({ enabled: true });
  const turned = await run(['rotate', endpoint.id, '--grace', '60'], { [`POST ${at}/rotate`]: made });
  expect(turned).toMatchObject({ out: ['whsec_c2VjcmV0'], sent: [{ body: { graceSeconds: 60 } }] });
  expect(turned.notes).toEqual(['The former secret signs no more.']);
  expect((await run(['test', endpoint.id], { [`POST ${at}/test`]: message })).code).toBe(0);
  const again = await run(['redeliver', endpoint.id, message.id], {
    [`POST ${at}/deliveries/${message.id}/redeliver`]: message,
  });
  expect(again.out).toEqual([
    `${message.id}  job.completed  pending, next attempt ${message.nextAttemptAt}`,
    `  1  ${message.deliveries[0]!.at}  41 ms  It answered 503.`,
  ]);
  expect(await run(['delete', endpoint.id], { [`DELETE ${at}`]: undefined })).toMatchObject({
    code: 0,
    out: [`${endpoint.id} is deleted`],
  });
});

it('shows deliveries, and how to go on', async () => {
  const page = { messages: [message], next: message.id };
  const { out, notes } = await run(['deliveries', endpoint.id, '--status', 'pending'], {
    [`GET ${at}/deliveries`]: page,
  });
  expect(out).toHaveLength(2);
  expect(notes).toEqual([`more: --cursor ${message.id}`]);
});

it.each([
  [
    ['create', 'https://a.example/', '--events', 'job.done'],
    /--events job\.done: expected one of job\.completed/,
  ],
  [['update', endpoint.id, '--enable', '--disable'], /exclude each other/],
  [['rotate', endpoint.id, '--grace', '-1'], /--grace -1: expected a whole number/],
  [
    ['create', 'https://a.example/', '--concurrency', '9'],
    /--concurrency 9: expected a whole number from 1 to 5/,
  ],
])('%j is refused', async (args, message) => {
  const { code, notes, sent } = await run(args, {});
  expect({ code, sent }).toEqual({ code: 2, sent: [] });
  expect(notes.join('\n')).toMatch(message);
});

it('prints JSON wherever it is asked to', () => {
  for (const command of createProgram({} as CommandContext, '1').commands.find(
    (c) => c.name() === 'webhooks',
  )!.commands)
    expect(
      command.options.map(({ long }) => long),
      command.name(),
    ).toContain('--json');
});
