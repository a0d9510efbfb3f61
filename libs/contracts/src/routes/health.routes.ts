import { z } from 'zod';
import { Alive, Health, NotServing } from '../views.ts';
import type { Route } from './route.ts';

export const healthRoutes = {
  livez: {
    method: 'GET',
    path: '/livez',
    tag: 'health',
    summary: 'Whether the process answers',
    open: true,
    answers: { 200: { summary: 'It does', content: { 'application/json': { schema: Alive } } } },
    errors: [],
  },
  readyz: {
    method: 'GET',
    path: '/readyz',
    tag: 'health',
    summary: 'Whether jobs can be accepted',
    description:
      'Postgres is required. Without Redis or the artifact store the API is degraded, and still ready. Once it was told to stop ' +
      'it is not, although it goes on serving for a while: whoever sends requests to it goes elsewhere.',
    open: true,
    answers: {
      200: { summary: 'Ready, or degraded', content: { 'application/json': { schema: Health } } },
      503: {
        summary: 'Not ready',
        content: { 'application/json': { schema: z.union([Health, NotServing]) } },
      },
    },
    errors: [],
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    tag: 'documentation',
    summary: 'This document',
    open: true,
    answers: {
      200: {
        summary: 'OpenAPI 3.1',
        content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
      },
    },
    errors: [],
  },
  docs: {
    method: 'GET',
    path: '/docs',
    tag: 'documentation',
    summary: 'A page that shows this document',
    open: true,
    answers: { 200: { summary: 'The page', content: { 'text/html': {} } } },
    errors: [],
  },
} as const satisfies Record<string, Route>;
