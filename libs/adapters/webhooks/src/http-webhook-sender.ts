import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupAddress } from 'node:dns';
import { IntermodalError } from '@intermodal/contracts';
import type { OutgoingMessage, WebhookAnswer, WebhookSender } from '@intermodal/pipeline';
import {
  abortable,
  addressFault,
  pinnedTo,
  resolveGuarded,
  systemResolve,
  type AddressPolicy,
  type Resolve,
} from '@intermodal/outbound';
import { signatureOf } from './signature.ts';

export interface SenderOptions {
  readonly policy: AddressPolicy;
  /** For the answer, connecting included; 15,000 when left out. */
  readonly deadlineMs?: number;
  readonly userAgent?: string;
  readonly resolve?: Resolve;
}

/** Of an answer, no more is read. */
const ANSWER_MAX_BYTES = 65_536;
/** Of that, so much is kept to be shown. */
const SHOWN_BYTES = 1_024;
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/** Sends over node:http, which follows no redirect and connects to the very addresses that were checked. */
export function httpWebhookSender(options: SenderOptions): WebhookSender {
  const { policy, deadlineMs = 15_000, resolve = systemResolve, userAgent = 'Intermodal' } = options;
  return {
    async check(text, field, signal) {
      const refuse = (why: string) => new IntermodalError('input.invalid', `${field}: ${why}`);
      const fault = addressFault(text, policy);
      if (fault !== undefined) throw refuse(`the address ${fault}`);
      const resolved = await abortable(resolveGuarded(new URL(text), policy, resolve), signal);
      // A resolver that is away for a moment is no fault of the sender; each attempt looks again.
      if ('problem' in resolved && !resolved.temporary) throw refuse(resolved.problem);
    },

    async send(message, signal) {
      const startedMs = performance.now();
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
      const since = () => performance.now() - startedMs;
      const headers = headersOf(message, userAgent);
      let request: WebhookAnswer['request'];
      const no = (problem: string): WebhookAnswer => ({
        ...{ status: null, durationMs: since(), problem },
        ...(request && { request }),
      });
      try {
        const fault = addressFault(message.url, policy);
        if (fault !== undefined) return no(`The address ${fault}`);
        const url = new URL(message.url);
        const resolved = await abortable(resolveGuarded(url, policy, resolve), deadline);
        if ('problem' in resolved) return no(resolved.problem);
        request = shown(headers);
        const { answer, body } = await post(url, message.body, headers, resolved.addresses, deadline);
        const retryAfterMs = retryAfterOf(answer.headers['retry-after']);
        return {
          ...{ status: answer.statusCode!, durationMs: since(), request, body },
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        };
      } catch (error) {
        signal.throwIfAborted();
        if (deadline.aborted) return no(`There was no whole answer within ${deadlineMs / 1000} s.`);
        return no(
          `There was no answer (${(error as NodeJS.ErrnoException).code ?? 'the connection failed'}).`,
        );
      }
    },
  };
}

function headersOf(
  { id, body, secrets, traceparent }: OutgoingMessage,
  userAgent: string,
): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1000);
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': userAgent,
    ...(traceparent !== undefined && { traceparent }),
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => signatureOf(secret, id, timestamp, body)).join(' '),
  };
}

/** A whole signature would let whoever reads the log send the message again. */
const shown = (headers: Readonly<Record<string, string>>): Record<string, string> => ({
  ...headers,
  'webhook-signature': headers['webhook-signature']!.replaceAll(/(v1,.{6})\S*/g, '$1…'),
});

/** Resolves when the answer is read to its end, or to its limit. */
function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<{ answer: IncomingMessage; body: string }> {
  const options: RequestOptions = {
    ...pinnedTo(addresses),
    ...{ method: 'POST', signal, headers },
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (answer) => {
      let bytes = 0;
      const first: Buffer[] = [];
      const finish = (): void => {
        answer.destroy();
        resolve({ answer, body: textOf(Buffer.concat(first)) });
      };
      answer.on('data', (chunk: Buffer) => {
        if (bytes < SHOWN_BYTES) first.push(chunk.subarray(0, SHOWN_BYTES - bytes));
        bytes += chunk.length;
        if (bytes > ANSWER_MAX_BYTES) finish();
      });
      // The status counts, even when the rest of the answer is cut off.
      answer.once('end', finish);
      answer.once('error', (error) => (signal.aborted ? reject(error) : finish()));
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** Whatever it is, as text that a database keeps: it has no place for a zero. */
const textOf = (bytes: Buffer): string => new TextDecoder().decode(bytes).replaceAll('\0', '\ufffd');

/** Seconds or a date, as HTTP has it; a day at most. */
function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS) : undefined;
}
