import { setTimeout as after } from 'node:timers/promises';
import type { StreamEvent } from './check-stream.ts';

export interface ReadOptions {
  readonly key: string;
  readonly signal: AbortSignal;
  /** Asked before each connection: after how many events the reader leaves it. */
  readonly leaveAfter: () => number;
  readonly onEvent?: (event: StreamEvent) => void;
}

export interface WholeStream {
  readonly events: readonly StreamEvent[];
  readonly connections: number;
}

const AGAIN_MS = 50;

/**
 * Reads a stream to its last event over as many connections as it takes, each going on after the last event that arrived: by fetch
 * alone, so that no client library mends anything.
 */
export async function readWholeStream(url: string, options: ReadOptions): Promise<WholeStream> {
  const events: StreamEvent[] = [];
  let connections = 0;
  while (
    !/^(job\.(completed|failed|cancelled)|batch\.(completed|failed|cancelled))$/.test(
      events.at(-1)?.type ?? '',
    )
  ) {
    options.signal.throwIfAborted();
    connections += 1;
    const leave = new AbortController();
    const last = events.at(-1)?.id;
    let left = options.leaveAfter();
    try {
      const response = await fetch(url, {
        headers: {
          authorization: `Bearer ${options.key}`,
          ...(last !== undefined && { 'last-event-id': last }),
        },
        signal: AbortSignal.any([options.signal, leave.signal]),
      });
      if (response.status !== 200) throw new Error(`answered ${response.status}`);
      for await (const event of eventsIn(response.body!)) {
        events.push(event);
        options.onEvent?.(event);
        left -= 1;
        if (left <= 0) break;
      }
    } catch {
      // Cut off, or the process is away: what arrived whole has arrived.
    }
    leave.abort();
    await after(AGAIN_MS, undefined, { signal: options.signal });
  }
  return { events, connections };
}

async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data !== undefined) yield { ...(JSON.parse(data) as StreamEvent), id: field('id') ?? '' };
    }
  }
}
