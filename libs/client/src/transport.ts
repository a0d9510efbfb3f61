import { errorOf, IntermodalUnreachableError } from './error.ts';

export interface TransportOptions {
  readonly url: string;
  readonly key: string;
  readonly fetch?: typeof fetch;
  /** Tries of a call that may be repeated; 4 when left out. */
  readonly attempts?: number;
  /** The first pause between tries, doubled each time; 200 when left out. */
  readonly backoffMs?: number;
}

type Body = NonNullable<RequestInit['body']>;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** True when doing it twice is the same as doing it once. */
  readonly repeatable: boolean;
  /** Statuses of 400 and above that are answers and not errors. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal;
}

const RETRIED_STATUSES = [429, 502, 503, 504];
const LONGEST_PAUSE_MS = 10_000;

/** Sends calls; repeats those that may be repeated when the connection failed or the server was away. */
export class Transport {
  readonly url: string;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.url = options.url.replace(/\/+$/, '');
    this.#options = options;
  }

  /** @throws IntermodalApiError, IntermodalUnreachableError, or the signal's reason */
  async call(call: Call): Promise<Response> {
    const attempts = call.repeatable ? (this.#options.attempts ?? 4) : 1;
    for (let attempt = 1; ; attempt++) {
      call.signal?.throwIfAborted();
      const result = await this.#try(call);
      if (result instanceof Response) {
        if (result.ok || call.accept?.includes(result.status)) return result;
        const error = await errorOf(result);
        if (attempt >= attempts || !RETRIED_STATUSES.includes(result.status)) throw error;
        await this.#pause(attempt, result.headers.get('retry-after'), call.signal);
        continue;
      }
      if (attempt >= attempts) throw new IntermodalUnreachableError(this.url, result.cause);
      await this.#pause(attempt, null, call.signal);
    }
  }

  async json<T>(call: Call): Promise<T> {
    const response = await this.call({ ...call, headers: { accept: 'application/json', ...call.headers } });
    return (await response.json()) as T;
  }

  /** Bytes to a signed address, of the API or of a store. One try. @throws IntermodalApiError, or what the connection failed with */
  async put(url: string, body: Blob, signal?: AbortSignal): Promise<void> {
    const send = this.#options.fetch ?? fetch;
    const at = new URL(url, `${this.url}/`);
    const response = await send(at, { method: 'PUT', body, ...(signal && { signal }) });
    if (!response.ok) throw await errorOf(response);
    await response.body?.cancel();
  }

  async #try(call: Call): Promise<Response | { cause: unknown }> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) query.set(name, String(value));
    const init: RequestInit & { duplex?: 'half' } = {
      method: call.method,
      headers: { authorization: `Bearer ${this.#options.key}`, ...call.headers },
      duplex: 'half',
      ...(call.body !== undefined && { body: call.body }),
      ...(call.signal && { signal: call.signal }),
    };
    try {
      const send = this.#options.fetch ?? fetch;
      return await send(`${this.url}${call.path}${query.size > 0 ? `?${query}` : ''}`, init);
    } catch (cause) {
      call.signal?.throwIfAborted();
      return { cause };
    }
  }

  async #pause(attempt: number, retryAfter: string | null, signal: AbortSignal | undefined): Promise<void> {
    const asked = Number(retryAfter ?? NaN) * 1000;
    const doubled = (this.#options.backoffMs ?? 200) * 2 ** (attempt - 1) * (0.5 + Math.random());
    await sleep(Math.min(Number.isFinite(asked) ? asked : doubled, LONGEST_PAUSE_MS), signal);
  }
}

/** Rejects with the signal's reason when it aborts. */
export function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
