import { setTimeout as delay } from 'node:timers/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { RemoteServer } from '@intermodal/models';
import { readAnswer } from './read-answer.ts';
import { isPassing, refusalOf } from './refusal.ts';
import type { RequestLimiter } from './request-limiter.ts';
import { retryAfterMsOf, retryWaitMs } from './retry-wait.ts';

/** Of an answer that is no answer, only as much as may hold a sentence. */
const REFUSAL_MAX_BYTES = 65_536;

export interface RemoteRequest {
  /** Below the server's address, e.g. `/chat/completions`. */
  readonly path: string;
  /** A form, or an object that is sent as JSON. */
  readonly body: FormData | object;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** Parts of what is sent that a refusal must not repeat. */
  readonly hidden: readonly string[];
  /** Told each piece of the answer as it comes. When it was told one, the request is not tried again. */
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
}

export interface RemoteAnswer {
  readonly bytes: Buffer;
  readonly tries: number;
  readonly durationMs: number;
}

export interface RemoteClientOptions {
  readonly server: RemoteServer;
  readonly capability: string;
  readonly variable: string;
  readonly limiter: RequestLimiter;
  /** How tests wait for nothing. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

type Try =
  | { readonly bytes: Buffer }
  | {
      readonly failed: IntermodalError;
      readonly retryAfterMs?: number | undefined;
      /** Whether somebody saw a part of the answer. */
      readonly told?: boolean;
    };

/** Asks one server, again where that may help, and never for longer than its timeout. Nothing that is sent or answered is logged. */
export class RemoteClient {
  readonly #options: RemoteClientOptions;
  readonly #wait: (ms: number, signal: AbortSignal) => Promise<unknown>;

  constructor(options: RemoteClientOptions) {
    this.#options = options;
    this.#wait = options.wait ?? ((ms, signal) => delay(ms, undefined, { signal }));
  }

  /**
   * Posts a request and reads the whole answer.
   * @throws the reason of the signal; IntermodalError `engine.unreachable`, `engine.unavailable`, `engine.answer_invalid`,
   * `input.invalid`, `input.too_large`
   */
  async ask(request: RemoteRequest): Promise<RemoteAnswer> {
    const { server, limiter } = this.#options;
    using _place = await limiter.place(request.signal);
    await limiter.turn(request.signal);
    const begun = performance.now();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), server.timeoutMs);
    const signal = AbortSignal.any([request.signal, deadline.signal]);
    try {
      for (let tries = 1; ; tries++) {
        const outcome = await this.#try(request, signal);
        if ('bytes' in outcome)
          return { bytes: outcome.bytes, tries, durationMs: Math.round(performance.now() - begun) };
        const waitMs = retryWaitMs(tries, outcome.retryAfterMs, Math.random());
        const leftMs = begun + server.timeoutMs - performance.now();
        if (outcome.told || tries > server.retries || waitMs >= leftMs) throw outcome.failed;
        await this.#wait(waitMs, signal);
        await limiter.turn(signal);
      }
    } catch (error) {
      request.signal.throwIfAborted();
      throw deadline.signal.aborted ? this.#late() : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #try(request: RemoteRequest, signal: AbortSignal): Promise<Try> {
    const { capability, variable, server } = this.#options;
    const isForm = request.body instanceof FormData;
    let response: Response;
    let bytes: Buffer | undefined;
    let told = false;
    const onBytes = (piece: Uint8Array): void => {
      told = true;
      request.onBytes?.(piece);
    };
    try {
      response = await fetch(addressOf(server.url, request.path), {
        method: 'POST',
        headers: {
          ...(server.key === undefined ? {} : { authorization: `Bearer ${server.key}` }),
          ...(isForm ? {} : { 'content-type': 'application/json' }),
        },
        body: isForm ? (request.body as FormData) : JSON.stringify(request.body),
        // Another address would get the key and the text, too.
        redirect: 'manual',
        signal,
      });
      bytes = response.ok
        ? await readAnswer(response, request.maxBytes, request.onBytes && onBytes)
        : await readAnswer(response, REFUSAL_MAX_BYTES);
    } catch (error) {
      signal.throwIfAborted();
      return { failed: this.#broken(error), told };
    }
    const { status, headers } = response;
    if (response.ok) {
      if (bytes) return { bytes };
      throw new IntermodalError(
        'engine.answer_invalid',
        `The remote ${capability} answered with more than ${request.maxBytes} bytes.`,
      );
    }
    const hidden = [...request.hidden, server.key ?? ''];
    const failed = refusalOf({ capability, variable, status, body: bytes?.toString() ?? '', hidden });
    if (!isPassing(status)) throw failed;
    return { failed, retryAfterMs: retryAfterMsOf(headers.get('retry-after'), Date.now()) };
  }

  #broken(error: unknown): IntermodalError {
    const { code } = ((error as Error).cause ?? error) as { code?: string };
    return new IntermodalError(
      'engine.unreachable',
      `The connection to the remote ${this.#options.capability} broke (${code ?? 'it ended early'}).`,
    );
  }

  #late(): IntermodalError {
    const { capability, server } = this.#options;
    return new IntermodalError(
      'engine.unreachable',
      `The remote ${capability} did not answer within ${server.timeoutMs} ms (INTERMODAL_REMOTE_TIMEOUT_MS).`,
    );
  }
}

function addressOf(server: string, path: string): URL {
  const url = new URL(server);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  return url;
}
