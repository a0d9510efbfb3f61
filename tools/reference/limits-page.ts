import { ApiConfig, aboutOf, defaultOf } from '@intermodal/config';
import {
  BATCH_FILE_MAX_BYTES,
  BATCH_MAX_BYTES,
  JSON_MAX_BYTES,
  JSON_MAX_DEPTH,
  LINE_MAX_BYTES,
  MAX_BATCH_ROWS,
  MAX_FILE_ROWS,
  MAX_PARTS,
  PART_BYTES,
  WEBHOOK_BODY_MAX_BYTES,
  type ErrorCode,
} from '@intermodal/contracts';
import { MEDIA_LIMITS } from '@intermodal/media';
import { INLINE_BYTES, MAX_EACH_ITEMS, MAX_NODES, MAX_PIPELINE_DEPTH } from '@intermodal/pipeline';
import { code, table } from './markdown.ts';

const count = (value: number): string => value.toLocaleString('en');
const bytes = (value: number): string => `${count(value)} bytes`;
const error = (name: ErrorCode): string => code(name);
const minutes = (ms: number): string => `${ms / 60_000} minutes`;

const { uploadMaxBytes } = ApiConfig.settings;

const LIMITS: Readonly<Record<string, readonly (readonly [what: string, most: string, beyond: string])[]>> = {
  Requests: [
    ['a JSON body', bytes(JSON_MAX_BYTES), error('input.too_large')],
    ['lists and objects within each other in it', count(JSON_MAX_DEPTH), error('request.invalid')],
    [
      `an upload (${code(aboutOf(uploadMaxBytes).variable)})`,
      bytes(Number(defaultOf(uploadMaxBytes))),
      error('input.too_large'),
    ],
    [
      'parts of an upload; bytes of each but the last, unless they would be too many',
      `${count(MAX_PARTS)}; ${count(PART_BYTES)}`,
      '',
    ],
    [
      'rows of a batch within JSON',
      `${count(MAX_BATCH_ROWS)}, ${bytes(BATCH_MAX_BYTES)}`,
      error('input.too_large'),
    ],
    [
      'rows of a batch in a file',
      `${count(MAX_FILE_ROWS)}, ${bytes(BATCH_FILE_MAX_BYTES)}`,
      'the batch fails, with what is wrong',
    ],
    ['a line of such a file', bytes(LINE_MAX_BYTES), 'a fault of that line'],
    ['the body that a webhook is sent', bytes(WEBHOOK_BODY_MAX_BYTES), 'texts in it are cut'],
  ],
  Pipelines: [
    ['nodes of a document, those of pipelines put in included', count(MAX_NODES), error('pipeline.invalid')],
    ['pipelines within pipelines', count(MAX_PIPELINE_DEPTH), error('pipeline.invalid')],
    ['items of an each', count(MAX_EACH_ITEMS), error('input.too_large')],
    ['a value between two tasks that stands in Postgres', bytes(INLINE_BYTES), 'kept as a file, unseen'],
  ],
  Media: [
    ['a recording', minutes(MEDIA_LIMITS.audioMs), error('media.limit')],
    ['a film', minutes(MEDIA_LIMITS.filmMs), error('media.limit')],
    ['a picture', `${count(MEDIA_LIMITS.picturePixels)} pixels`, error('media.limit')],
    ['a frame of a film', `${count(MEDIA_LIMITS.pixels)} pixels`, error('media.limit')],
    [
      'memory and processor time of one ffmpeg',
      `${bytes(MEDIA_LIMITS.processBytes)}, ${MEDIA_LIMITS.processSeconds} s`,
      error('media.limit'),
    ],
  ],
};

export const limitsPage = (): string =>
  [
    '# Limits',
    'What cannot be more, whoever asks. Limits of a tenant (requests, running tasks, bytes, seconds) are set for each: [keys and tenants](../keys.md#limits). ' +
      'Time limits of stages stand with the [stages](stages.md).',
    ...Object.entries(LIMITS).map(
      ([part, rows]) =>
        `## ${part}\n\n${table(
          ['what', 'at most', 'beyond it'],
          rows.map((row) => [...row]),
        )}`,
    ),
  ].join('\n\n');
