import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { IntermodalApiError, IntermodalUnreachableError } from './error.ts';
import { sleep, type Transport } from './transport.ts';

export interface EventsOptions {
  readonly signal?: AbortSignal;
  /** The id of an event of this stream: the first is the one after it. */
  readonly after?: string;
  /** For how long nothing may answer before it throws, in milliseconds; 60,000 when left out. */
  readonly patienceMs?: number;
  /** Called when the connection is lost, before it is made again; and each time that one stands. */
  readonly onLost?: () => void;
  readonly onOpen?: () => void;
}

/** An event with what it takes to go on after it. */
export type Streamed<Event> = Event & { readonly id: string };

const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Server-sent events of one address until the last of them. When the connection is lost it is made again, as often as it takes, and
 * nothing is given twice.
 */
export async function* readEvents<Event extends { readonly type: string }>(
  transport: Transport,
  path: string,
  isLast: (event: Event) => boolean,
  options: EventsOptions,
): AsyncGenerator<Streamed<Event>> {
  const { signal, patienceMs = 60_000, onLost, onOpen } = options;
  let last = options.after;
  let pauseMs = PAUSE_MS;
  let lostAtMs: number | undefined;
  for (;;) {
    try {
      const response = await transport.call({
        method: 'GET',
        path,
        headers: { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) },
        repeatable: false,
        ...(signal && { signal }),
      });
      if (response.status === 204) return;
      onOpen?.();
      for await (const { id, data } of messagesOf(response.body ?? new Blob([]).stream())) {
        [pauseMs, lostAtMs, last] = [PAUSE_MS, undefined, id ?? last];
        const event = JSON.parse(data) as Event;
        yield { ...event, id: id ?? '' };
        if (isLast(event)) return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      lostAtMs ??= performance.now();
      if (!isPassing(error) || performance.now() - lostAtMs > patienceMs) throw error;
    }
    onLost?.();
    await sleep(pauseMs * (0.5 + Math.random()), signal);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => arrived.push(message) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* arrived.splice(0);
    }
  } finally {
    // Whoever stops early wants no more of it; nothing waits for how that ends.
    reader.cancel().catch(() => {});
  }
}

/** What may be otherwise in a moment; fetch throws a TypeError when a connection is cut. */
const isPassing = (error: unknown): boolean =>
  error instanceof IntermodalUnreachableError ||
  error instanceof TypeError ||
  (error instanceof IntermodalApiError && (error.status >= 500 || error.status === 429));
