import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook, WebhookVerificationError } from '@intermodal/client';
import type { Command } from 'commander';
import { printJson, type CommandContext } from './context.ts';
import { EXIT_CODES, UsageError } from './exit-codes.ts';

interface Options {
  readonly port: string;
  readonly secret?: string;
  readonly status: string;
  readonly count?: string;
  readonly json?: true;
}

const BODY_MAX_BYTES = 65_536;

/** `webhooks listen`: a receiver to try webhooks with. */
export function registerListen(webhooks: Command, context: CommandContext): void {
  webhooks
    .command('listen')
    .description('print every message that arrives on this machine, until Ctrl-C')
    .option('--port <number>', 'where to listen; 0 takes any free port', '0')
    .option('--secret <whsec_…>', 'verify signatures; a message that does not verify is answered 401')
    .option('--status <number>', 'what to answer', '204')
    .option('--count <number>', 'end after this many verified messages')
    .option('--json', 'print a line of JSON for each')
    .addHelpText('after', '\nExample:\n  $ intermodal webhooks listen --port 4000 --secret whsec_…')
    .action((options: Options) => listen(options, context));
}

async function listen(options: Options, context: CommandContext): Promise<void> {
  const port = numberOf(options.port, '--port', 0, 65_535);
  const status = numberOf(options.status, '--status', 200, 599);
  let left = options.count === undefined ? Infinity : numberOf(options.count, '--count', 1, 1_000_000);
  const done = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    receive(request, response, { ...options, status }, context).then(
      (accepted) => {
        if (accepted && --left <= 0) done.resolve();
      },
      (error: unknown) => {
        context.note(`a request ended early (${(error as Error).message})`);
        response.destroy();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  }).catch((error: Error) => {
    throw new UsageError(`--port ${port}: cannot listen there (${error.message}).`);
  });
  context.note(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  context.signal.addEventListener('abort', () => done.resolve(), { once: true });
  if (context.signal.aborted) done.resolve();
  await done.promise;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

/** @returns whether it counts: it verified, or nobody asked for that */
async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  options: { status: number; secret?: string; json?: true },
  context: CommandContext,
): Promise<boolean> {
  const body = await textOf(request);
  const { headers } = request;
  const problem = options.secret === undefined ? undefined : await problemOf(options.secret, headers, body);
  const verified = options.secret === undefined ? 'not verified' : (problem ?? 'verified');
  const id = headers['webhook-id'];
  if (options.json) printJson(context, { id, verified: verified === 'verified', problem, body });
  else context.print(`${id?.toString() ?? 'no webhook-id'}  ${verified}  ${body}`);
  if (problem !== undefined) context.exitCode = EXIT_CODES.failed;
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.writeHead(problem === undefined ? options.status : 401, { connection: 'close' }).end();
  });
  return problem === undefined;
}

async function problemOf(
  secret: string,
  headers: IncomingMessage['headers'],
  body: string,
): Promise<string | undefined> {
  try {
    await verifyWebhook(secret, headers, body);
    return undefined;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    return 'The body is no message of Intermodal.';
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_MAX_BYTES) throw new Error(`more than ${BODY_MAX_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

export function numberOf(text: string, option: string, least: number, most: number): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} ${text}: expected a whole number from ${least} to ${most}.`);
}
