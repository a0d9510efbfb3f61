import { z } from 'zod';
import type { Route } from './route.ts';

const message = {
  schema: z.looseObject({ jsonrpc: z.literal('2.0') }),
  example: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
};

export const mcpRoutes = {
  mcp: {
    method: 'POST',
    path: '/mcp',
    scope: 'jobs:write',
    spends: ['compute'],
    tag: 'mcp',
    summary: 'The Model Context Protocol: each pipeline is a tool',
    description:
      'Streamable HTTP without sessions: any API process answers any request. A tool takes `input` and `params` as POST /v1/jobs does, runs a ' +
      'job, and is cancelled when the connection of its call is closed. Files of its output are links, intermodal://artifacts/art_…, that ' +
      'resources/read reads.',
    body: { 'application/json': message },
    answers: {
      200: {
        summary: 'A message, or a stream of messages',
        content: { 'application/json': { schema: message.schema }, 'text/event-stream': {} },
      },
      202: { summary: 'A notification was taken' },
    },
    errors: ['request.invalid', 'input.too_large'],
  },
  mcpStream: {
    method: 'GET',
    path: '/mcp',
    scope: 'jobs:write',
    tag: 'mcp',
    summary: 'What a client asks for besides its calls; there is nothing',
    answers: { 405: { summary: 'There is no such stream' } },
    errors: [],
  },
} as const satisfies Record<string, Route>;
