import { z } from 'zod';

/** What opens a model: onnxruntime itself, Transformers.js (several networks and their processors), or llama.cpp. */
const MODEL_ENGINES = ['onnx', 'transformers', 'llama'] as const;

/** What a model can do. */
const MODEL_TASKS = [
  ...['speech.recognise', 'speech.detect', 'speech.diarise', 'speech.synthesise'],
  ...['audio.classify', 'audio.embed', 'audio.generate', 'text.translate', 'text.embed', 'text.chat'],
  ...[
    'image.classify',
    'image.detect-objects',
    'image.find-objects',
    'image.find-faces',
    'image.segment',
    'image.estimate-depth',
    'image.embed',
  ],
  ...['image.describe', 'image.answer', 'image.generate', 'document.answer'],
] as const satisfies readonly `${string}.${string}`[];

/** How the weights are kept; `gguf` is whatever the one file of a llama model says. */
const DTYPES = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4', 'gguf'] as const;
const POOLINGS = ['mean', 'first', 'last'] as const;
const DEVICES = ['cpu', 'cuda'] as const;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits in lower case');
export const Revision = z
  .string()
  .regex(
    /^[0-9a-f]{40}$/,
    'expected a commit of 40 hexadecimal digits in lower case, not the name of a branch',
  );

/** A path below a folder, with `/`, that leads nowhere else. Names that end so are the store's own. */
const STORES_OWN = /\.(sha256|tmp|part)(\.|$)/;
const Below = z
  .string()
  .min(1)
  .max(200)
  .refine((path) => path.split('/').every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.+@-]*$/.test(part)), {
    error:
      'expected a path of letters, digits and _ . + @ -, with / between folders, and no .. or hidden name',
  });
const StoredName = Below.refine((path) => !STORES_OWN.test(path), {
  error: 'a name with .sha256, .tmp or .part at its end is kept for the store itself',
});

const WebAddress = z
  .string()
  .refine((value) => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol), {
    error: 'expected an address that begins with https:// or http://',
  });

/** One file of a model. What is left out of size and hash is recorded when it is first pulled, and held to from then on. */
export const ModelFile = z.strictObject({
  file: StoredName.describe('Its path below the model’s folder'),
  from: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .describe('Its path at the source; left out, that of `file`. At a web source it may be a whole address'),
  bytes: z.number().int().nonnegative().optional(),
  sha256: Sha256.optional(),
});
export type ModelFile = z.infer<typeof ModelFile>;

export const ModelSource = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('hugging-face'),
      repository: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*\/[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'expected owner/name'),
      revision: Revision.optional().describe('Left out: `models pull ID --revision` says and records it'),
    }),
    z.strictObject({ kind: z.literal('web'), address: WebAddress.describe('What `from` is below') }),
    z.strictObject({
      kind: z.literal('s3'),
      prefix: z
        .string()
        .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,62}(\/[^/]+)*\/?$/, 'expected s3://bucket/prefix'),
    }),
    z.strictObject({
      kind: z.literal('folder'),
      folder: z.string().startsWith('/', 'expected an absolute path'),
    }),
  ],
  'expected {kind: hugging-face, repository, revision}, {kind: web, address}, {kind: s3, prefix} or {kind: folder, folder}',
);
export type ModelSource = z.infer<typeof ModelSource>;

/** Weights of one precision for one device, beside the files that all variants share. */
export const ModelVariant = z.strictObject({
  dtype: z.enum(DTYPES),
  device: z.enum(DEVICES),
  files: z.array(ModelFile).min(1),
  memoryBytes: z.number().int().positive().optional().describe('Of the process that holds it; an estimate'),
});
export type ModelVariant = z.infer<typeof ModelVariant>;

const ThreeNumbers = z.tuple([z.number(), z.number(), z.number()]);

/** What a network sees of a picture, where that is not known by its architecture. */
export const NetworkPicture = z.strictObject({
  input: z.string().min(1).max(200).default('input').describe('The name of the one input of the network'),
  width: z.number().int().min(1).max(2048),
  height: z.number().int().min(1).max(2048),
  layout: z
    .enum(['NCHW', 'NHWC'])
    .describe('Whether the colours are planes, or stand together in each pixel'),
  colours: z.enum(['RGB', 'BGR']).default('RGB'),
  mean: ThreeNumbers.describe('Taken from each colour, 0 to 255; in the order of `colours`'),
  scale: ThreeNumbers.describe('By which the rest is divided'),
  fit: z
    .enum(['cover', 'stretch'])
    .default('cover')
    .describe('cover: the middle of the picture, in its own proportions; stretch: all of it'),
  gives: z
    .enum(['probabilities', 'logits'])
    .default('logits')
    .describe('What its one output holds for each label'),
  batches: z.boolean().default(true).describe('Whether its first dimension may be more than 1'),
});
export type NetworkPicture = z.infer<typeof NetworkPicture>;

/** A model: of our own catalogue, or a `*.model.json` of an operator. */
export const ModelDocument = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,62}[a-z0-9]$/, 'expected 2 to 64 small letters, digits, - and .'),
    summary: z.string().min(1).max(300),
    engine: z.enum(MODEL_ENGINES),
    tasks: z.array(z.enum(MODEL_TASKS)).min(1),
    architecture: z.string().min(1).max(60).describe('As people know it, e.g. Whisper'),
    source: ModelSource,
    files: z.array(ModelFile).default([]).describe('What every variant needs'),
    variants: z
      .array(ModelVariant)
      .default([])
      .describe('The first one is taken where nobody chooses; left out, there is only one'),
    memoryBytes: z
      .strictObject({
        cpu: z.number().int().positive().optional(),
        cuda: z.number().int().positive().optional(),
      })
      .default({})
      .describe('Of the process that holds it; estimates. Left out, nobody has measured it'),
    modelType: z
      .string()
      .regex(/^[a-z0-9_-]+$/, 'expected what config.json says under model_type, e.g. rt_detr')
      .optional()
      .describe(
        'Of a model of `transformers`: what its config.json says under model_type, so that it is known before it is pulled',
      ),
    pooling: z
      .enum(POOLINGS)
      .optional()
      .describe(
        'How the engine `transformers` makes one vector of those of all tokens of a text: their `mean`, which is usual and taken when it is ' +
          'left out, or that of the `first` or the `last` one. It is trained so: look at the card of the model',
      ),
    conversations: z
      .strictObject({
        contextTokens: z.number().int().min(128).max(1_000_000).default(8_192),
        atOnce: z.number().int().min(1).max(64).default(4),
      })
      .optional()
      .describe(
        'How the engine `llama` opens it: tokens of one conversation, and how many are gone on with at once',
      ),
    picture: NetworkPicture.optional().describe('Needed by a model for `image.classify`'),
    licence: z.string().min(1).max(100).describe('An SPDX name where there is one'),
    nonCommercial: z.boolean().default(false).describe('Whether the licence forbids use for money'),
    languages: z.array(z.string().regex(/^[a-z]{2,3}$/, 'expected codes such as en')).default([]),
    tested: z
      .union([z.string().min(1), z.literal(false)])
      .default(false)
      .describe('The test that has run the real weights'),
    replacesShipped: z
      .boolean()
      .default(false)
      .describe('Whether it stands in for the shipped model of this id'),
  })
  .superRefine(faultsBetweenFields);
export type ModelDocument = z.infer<typeof ModelDocument>;
/** As it is written: what has a default may be left out. */
export type ModelEntry = z.input<typeof ModelDocument>;
export type ModelTask = ModelDocument['tasks'][number];

type Fields = Pick<ModelDocument, 'files' | 'variants' | 'source' | 'tasks' | 'engine' | 'picture'>;

function faultsBetweenFields(
  { files, variants, source, tasks, engine, picture }: Fields,
  context: z.RefinementCtx,
): void {
  const fault = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  if (files.length === 0 && variants.length === 0) fault(['files'], 'a model has at least one file');
  if (engine === 'onnx' && tasks.includes('image.classify') && !picture)
    fault(['picture'], 'a network for image.classify needs to be told what it sees of a picture');
  const seen = new Map<string, string>();
  const check = (file: ModelFile, path: (string | number)[]): void => {
    const about = JSON.stringify([file.from ?? file.file, file.bytes, file.sha256]);
    if ((seen.get(file.file) ?? about) !== about)
      fault(
        [...path, 'file'],
        `'${file.file}' stands here twice, and not with the same origin, size and hash`,
      );
    seen.set(file.file, about);
    const given = file.from;
    const isAddress = source.kind === 'web' && given !== undefined && URL.canParse(given);
    if (given !== undefined && !(isAddress ? WebAddress : Below).safeParse(given).success)
      fault(
        [...path, 'from'],
        'expected a path below the source, or, at a web source, an address with https://',
      );
  };
  files.forEach((file, i) => check(file, ['files', i]));
  const names = new Set<string>();
  variants.forEach((variant, i) => {
    const name = `${variant.dtype}-${variant.device}`;
    if (names.has(name)) fault(['variants', i], `there are two of ${name}`);
    names.add(name);
    variant.files.forEach((file, j) => check(file, ['variants', i, 'files', j]));
  });
}
