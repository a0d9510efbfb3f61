import { JobEvent, BatchEvent } from '@intermodal/contracts';

export interface Received {
  readonly id: string;
  readonly event: JobEvent;
}

/** Reads one connection's events to its end, as they stand in the stream. Answers the status; a cut connection counts as an end. */
export async function readEventStream(
  url: string,
  given: {
    key: string;
    after?: string;
    signal?: AbortSignal;
    onOpen?: () => void;
    onEvent?: (event: Received) => void;
  },
): Promise<number> {
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${given.key}`,
      ...(given.after && { 'last-event-id': given.after }),
    },
    ...(given.signal && { signal: given.signal }),
  }).catch((error: unknown) => {
    if (given.signal?.aborted) return undefined;
    throw error;
  });
  if (response?.status !== 200) return response?.status ?? 0;
  given.onOpen?.();
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const fields = new Map(
          block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
        );
        const [id, data, type] = [fields.get('id'), fields.get('data'), fields.get('event')];
        if (data === undefined) continue;
        const value: unknown = JSON.parse(data);
        const event = type!.startsWith('batch.') ? BatchEvent.parse(value) : JobEvent.parse(value);
        given.onEvent?.({ id: id!, event: event as JobEvent });
      }
    }
  } catch (error) {
    if (!given.signal?.aborted) throw error;
  }
  return 200;
}
