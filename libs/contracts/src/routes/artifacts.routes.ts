import { z } from 'zod';
import { ArtifactRef } from '../artifact.ts';
import { idSchema } from '../id.ts';
import { Lineage } from '../lineage.ts';
import type { Route } from './route.ts';

const example = {
  id: 'art_01kb5y7k2wf1x8m3q4z9n6t0vc',
  mediaType: 'audio/wav',
  bytes: 211_244,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  name: 'talk.wav',
};
const ById = z.object({ id: idSchema('artifact') });

export const artifactRoutes = {
  uploadArtifact: {
    method: 'POST',
    path: '/v1/artifacts',
    tag: 'artifacts',
    scope: 'artifacts:write',
    spends: ['storage'],
    summary: 'Upload a file',
    description:
      'The body is the file itself, streamed to the store. Content-Type is its media type; when that is absent or ' +
      'application/octet-stream, the first bytes decide. The name comes from `name` or from Content-Disposition. Large files ' +
      'go past the API: /v1/uploads.',
    query: z.object({ name: z.string().min(1).max(255).optional().describe('A file name for people') }),
    body: { '*/*': {} },
    answers: {
      201: {
        summary: 'Stored',
        content: { 'application/json': { schema: ArtifactRef, example } },
        headers: { Location: 'The address of its record' },
      },
    },
    errors: ['input.invalid', 'input.too_large', 'request.invalid'],
  },
  getArtifact: {
    method: 'GET',
    path: '/v1/artifacts/:id',
    tag: 'artifacts',
    scope: 'artifacts:read',
    summary: 'The record of a file',
    pathParameters: ById,
    answers: { 200: { summary: 'Found', content: { 'application/json': { schema: ArtifactRef, example } } } },
    errors: ['artifact.not_found'],
  },
  artifactLineage: {
    method: 'GET',
    path: '/v1/artifacts/:id/lineage',
    tag: 'artifacts',
    scope: 'artifacts:read',
    summary: 'How a file came about: the task that made it, and from which files',
    description: 'One step. It is known for as long as the job is kept that made the file.',
    pathParameters: ById,
    answers: {
      200: {
        summary: 'Found',
        content: {
          'application/json': {
            schema: Lineage,
            example: {
              artifact: example,
              createdAt: '2026-11-23T12:00:02.400Z',
              madeBy: {
                job: 'job_01kb5y7k2wf1x8m3q4z9n6t0vc',
                task: 'task_01kb5y7k2wf1x8m3q4z9n6t0vc',
                path: 'spoken',
                stage: 'speech.synthesize@1',
                pipeline: 'speech-to-speech@1',
                engine: 'espeak-ng',
                device: 'cpu',
                params: { language: 'es' },
              },
              from: [],
            },
          },
        },
      },
    },
    errors: ['artifact.not_found'],
  },
  downloadArtifact: {
    method: 'GET',
    path: '/v1/artifacts/:id/content',
    tag: 'artifacts',
    scope: 'artifacts:read',
    summary: 'The file itself',
    description:
      'One byte range may be asked for. The ETag is the SHA-256 of the whole. With `redirect=true` and files in S3, the answer is the signed ' +
      'address of the file, good for an hour, at which ranges may be asked for too.',
    pathParameters: ById,
    query: z.object({
      redirect: z
        .enum(['true', 'false'])
        .transform((value) => value === 'true')
        .default(false)
        .describe('true: get it from the store itself, where that can be'),
    }),
    headers: z.object({
      range: z.string().optional().describe('e.g. bytes=0-1023'),
      'if-none-match': z.string().optional().describe('An ETag you have'),
    }),
    answers: {
      200: { summary: 'The whole file', content: { '*/*': {} }, headers: { ETag: 'Its SHA-256' } },
      206: {
        summary: 'The range asked for',
        content: { '*/*': {} },
        headers: { 'Content-Range': 'Which bytes, of how many' },
      },
      302: { summary: 'Get it there', headers: { Location: 'A signed address in the store' } },
      304: { summary: 'You have it already' },
      416: { summary: 'The range is outside the file', headers: { 'Content-Range': 'Of how many bytes' } },
    },
    errors: ['artifact.not_found'],
  },
} as const satisfies Record<string, Route>;
