import { z } from 'zod';
import { address, setting, wholeNumber } from './setting.ts';

/** What every process that opens models reads. */
export const modelSettings = {
  modelDir: setting(
    {
      variable: 'INTERMODAL_MODEL_DIR',
      description: 'The folder of verified model weights; left out, it is `models` in INTERMODAL_DATA_DIR.',
      example: '/var/lib/intermodal/models',
    },
    z.string().optional(),
  ),
  modelCatalogue: setting(
    {
      variable: 'INTERMODAL_MODEL_CATALOGUE',
      description: 'A folder of `*.model.json` files that describe models of your own.',
      example: '/etc/intermodal/models',
    },
    z.string().optional(),
  ),
  modelMirror: setting(
    {
      variable: 'INTERMODAL_MODEL_MIRROR',
      description:
        'Where model weights are looked for before their sources: a folder, the address of a web server, or s3://bucket/prefix, ' +
        'with <model id>/<file> below it. Workers take them from a folder by themselves; from the others, `intermodal models pull` does.',
      example: '/mnt/models',
    },
    z
      .string()
      .refine(
        (value) => !/^[a-z0-9+.-]+:\/\//i.test(value) || isWebAddress(value) || isBucketAddress(value),
        {
          error: 'expected a folder, an address that begins with https:// or http://, or s3://bucket/prefix',
        },
      )
      .optional(),
  ),
};

/** What `intermodal models` reads to fetch them. */
export const modelPullSettings = {
  modelMirrorToken: setting(
    {
      variable: 'INTERMODAL_MODEL_MIRROR_TOKEN',
      description: 'Sent as a Bearer token to a mirror that is the address of a web server.',
      example: '(a secret)',
      secret: true,
    },
    z.string().min(1).optional(),
  ),
  modelMaxBytes: setting(
    {
      variable: 'INTERMODAL_MODEL_MAX_BYTES',
      description:
        'What the folder of model weights may hold; `intermodal models pull` refuses to fetch more. Left out, what fits on the disk.',
      example: '50000000000',
    },
    wholeNumber(0, 999_999_999_999_999).optional(),
  ),
  huggingFaceUrl: setting(
    {
      variable: 'INTERMODAL_HUGGING_FACE_URL',
      description:
        'Where `intermodal models pull` gets models of Hugging Face: itself, or a private mirror that has the same paths.',
      example: 'https://hub.example.com',
    },
    address('http:', 'https:').default('https://huggingface.co'),
  ),
  huggingFaceToken: setting(
    {
      variable: 'INTERMODAL_HUGGING_FACE_TOKEN',
      description: 'Sent as a Bearer token to INTERMODAL_HUGGING_FACE_URL, and nowhere else.',
      example: 'hf_abc',
      secret: true,
    },
    z.string().min(1).optional(),
  ),
};

const isWebAddress = (value: string): boolean => /^https?:\/\//i.test(value) && URL.canParse(value);

const isBucketAddress = (value: string): boolean =>
  /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^/]+)*\/?$/.test(value);
