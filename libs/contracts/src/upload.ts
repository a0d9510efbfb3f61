import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { idSchema } from './id.ts';

/** All parts but the last one have so many bytes, unless that would be too many parts. */
export const PART_BYTES = 16 * 1024 * 1024;
export const MAX_PARTS = 10_000;
/** Addresses in one answer, at most. */
export const MISSING_SHOWN = 100;

export const CreateUpload = z
  .strictObject({
    bytes: z.number().int().min(1).describe('Exactly how many there will be'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits in lower case')
      .optional()
      .describe('Checked when it is complete'),
    mediaType: z
      .string()
      .max(200)
      .optional()
      .describe('Left out or application/octet-stream, the first bytes decide'),
    name: z.string().min(1).max(255).optional().describe('A file name for people'),
  })
  .meta({ id: 'CreateUpload' });
export type CreateUpload = z.input<typeof CreateUpload>;

export const UploadPart = z
  .object({
    number: z.number().int().min(1),
    bytes: z.number().int().min(1).describe('Exactly so many; they begin at (number - 1) x partBytes'),
    url: z
      .string()
      .describe('PUT them there within the hour, without a key; relative to the address of the API'),
  })
  .meta({ id: 'UploadPart' });
export type UploadPart = z.infer<typeof UploadPart>;

export const UploadView = z
  .object({
    id: idSchema('upload'),
    status: z
      .enum(['open', 'completed', 'aborted', 'expired', 'failed'])
      .describe('failed: it was not what was promised'),
    bytes: z.number().int(),
    partBytes: z.number().int(),
    parts: z.object({ total: z.number().int(), stored: z.number().int() }),
    missing: z
      .array(UploadPart)
      .describe(`The first ${MISSING_SHOWN} parts that are not there, while it is open`),
    artifact: ArtifactRef.optional().describe('When it is completed'),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Upload' });
export type UploadView = z.infer<typeof UploadView>;
