import { z } from 'zod';

/** A cursor is opaque to clients; a database with very many open transactions makes it long. */
const LastEventId = z.string().max(8_000).optional();

/** What routes that answer with server-sent events have in common: how to resume, and the form of the answer. */
export const streamed = <Event extends z.ZodType>(event: Event, example: z.input<Event>) => ({
  query: z.object({
    lastEventId: LastEventId.describe('As the header Last-Event-ID, for whoever cannot send one'),
  }),
  headers: z.object({
    'last-event-id': LastEventId.describe(
      'The id of the last event that was received: the stream goes on after it',
    ),
  }),
  answers: {
    200: {
      summary: 'Events: each has an id, its type as `event`, and as `data` JSON of this schema',
      content: { 'text/event-stream': { schema: event, example } },
    },
    204: { summary: 'The last event was the end: there is nothing more to come' },
  },
});
