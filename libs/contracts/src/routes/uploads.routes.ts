import { z } from 'zod';
import { ArtifactRef } from '../artifact.ts';
import { idSchema } from '../id.ts';
import { CreateUpload, MAX_PARTS, UploadView } from '../upload.ts';
import type { Route } from './route.ts';

const ById = z.object({ id: idSchema('upload') });
const example = {
  id: 'upl_01kb5y7k2wf1x8m3q4z9n6t0vc',
  status: 'open',
  bytes: 20_000_000,
  partBytes: 16_777_216,
  parts: { total: 2, stored: 1 },
  missing: [
    { number: 2, bytes: 3_222_784, url: 'https://files.example.com/intermodal/vc/0198…?X-Amz-Signature=…' },
  ],
  expiresAt: '2026-11-24T12:00:00.000Z',
};
const upload = { 'application/json': { schema: UploadView, example } };

export const uploadRoutes = {
  createUpload: {
    method: 'POST',
    path: '/v1/uploads',
    tag: 'artifacts',
    scope: 'artifacts:write',
    spends: ['storage'],
    summary: 'Upload a large file in parts, past the API',
    description:
      'Answers with a signed address for each part. PUT the parts there, in any order and several at once, and complete it. What broke off ' +
      'goes on where it was: ask for the upload again, and it names the parts that are missing. After a day it expires.',
    body: {
      'application/json': {
        schema: CreateUpload,
        example: { bytes: 20_000_000, mediaType: 'video/mp4', name: 'talk.mp4' },
      },
    },
    answers: {
      201: { summary: 'Begun', content: upload, headers: { Location: 'The address of the upload' } },
    },
    errors: ['input.invalid', 'input.too_large', 'request.invalid'],
  },
  getUpload: {
    method: 'GET',
    path: '/v1/uploads/:id',
    tag: 'artifacts',
    scope: 'artifacts:write',
    summary: 'How far an upload is, and where its missing parts go',
    pathParameters: ById,
    answers: { 200: { summary: 'Found', content: upload } },
    errors: ['upload.not_found'],
  },
  uploadPart: {
    method: 'PUT',
    path: '/v1/uploads/:id/parts/:number',
    tag: 'artifacts',
    open: true,
    summary: 'One part, where the store is a folder',
    description: 'The address comes from the upload, signed; with S3 it is one of the store itself.',
    pathParameters: z.object({
      id: idSchema('upload'),
      number: z.coerce.number().int().min(1).max(MAX_PARTS),
    }),
    query: z.object({ until: z.coerce.number().int(), signature: z.string().max(100) }),
    body: { '*/*': {} },
    answers: { 204: { summary: 'Stored' } },
    errors: [
      'upload.not_found',
      'upload.signature',
      'upload.mismatch',
      'upload.ended',
      'upload.expired',
      'input.too_large',
      'request.invalid',
    ],
  },
  completeUpload: {
    method: 'POST',
    path: '/v1/uploads/:id/complete',
    tag: 'artifacts',
    scope: 'artifacts:write',
    summary: 'All parts were sent: make it a file',
    description:
      'Reads all of it from the store: the number of bytes and the SHA-256 must be those that were promised. Asked again, it answers with ' +
      'the same file.',
    pathParameters: ById,
    answers: {
      201: {
        summary: 'The file',
        content: { 'application/json': { schema: ArtifactRef } },
        headers: { Location: 'The address of its record' },
      },
    },
    errors: ['upload.not_found', 'upload.incomplete', 'upload.mismatch', 'upload.ended', 'upload.expired'],
  },
  abortUpload: {
    method: 'POST',
    path: '/v1/uploads/:id/abort',
    tag: 'artifacts',
    scope: 'artifacts:write',
    summary: 'Give an upload up',
    description:
      'Its parts are removed. One that has ended already stays as it is, and is answered as it is.',
    pathParameters: ById,
    answers: { 200: { summary: 'The upload, now over', content: upload } },
    errors: ['upload.not_found'],
  },
} as const satisfies Record<string, Route>;
