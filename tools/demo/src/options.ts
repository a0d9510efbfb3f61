import { accessSync, constants } from 'node:fs';
import { parseArgs } from 'node:util';

/** The pipelines that are shown, and the batch, in their order. */
export const PART_NAMES = [
  'speech-to-speech',
  'visual-question-answering',
  'video-to-text',
  'batch',
] as const;
export type PartName = (typeof PART_NAMES)[number];

export interface DemoOptions {
  readonly url: string;
  readonly key: string;
  readonly parts: readonly PartName[];
  /** Undefined: the demo makes its own recording, picture and film. */
  readonly audio?: string | undefined;
  readonly image?: string | undefined;
  readonly video?: string | undefined;
  readonly question?: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly out: string;
  readonly json: boolean;
  /** Only says what is wrong with the options. */
  readonly check: boolean;
}

export const HELP = `Runs three pipelines, then a batch with a webhook, and shows what happens.

usage: npm run demo -- [options]

  --audio FILE     speech-to-speech only, with a recording or film of your own
  --image FILE     visual-question-answering only, with a picture of your own
  --question TEXT  what is asked about the picture, in English
  --video FILE     video-to-text only, with a film of your own
  --only NAME      one part: ${PART_NAMES.join(', ')}
  --from LANG      the language that is spoken, in speech-to-speech (en)
  --to LANG        the language wanted there (es)
  --out FOLDER     where files go (demo-output)
  --url URL        of a running API; without it a stack of its own is started and ended
  --key KEY        of that API
  --json           ends with one line of JSON
  --check          only says what is wrong with the options
  --help           this text

examples:
  npm run demo
  npm run demo -- --image photo.jpg --question "How many dogs are there?"
  npm run demo -- --video talk.mp4
  npm run demo -- --audio talk.wav --to es
  npm run demo -- --only batch
  npm run demo -- --url http://127.0.0.1:4646 --key "$(cat .data/key)" --json
`;

/** What is wrong with the command line, in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Undefined when help is wanted.
 * @throws UsageError
 */
export function readOptions(
  args: readonly string[],
  defaults: { url?: string; key?: string },
): DemoOptions | undefined {
  const { help, only, url = defaults.url, key = defaults.key, ...values } = parse(args);
  if (help) return undefined;
  if (!url || !URL.canParse(url))
    throw new UsageError(`--url must be the address of an API, not '${url ?? ''}'.`);
  if (!key) throw new UsageError('--key must be the key of the API: npm start prints it.');
  for (const option of ['audio', 'image', 'video'] as const)
    if (values[option] !== undefined) mustBeReadable(option, values[option]);
  return { ...values, url, key, parts: partsOf({ only, ...values }) };
}

function mustBeReadable(option: string, path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new UsageError(`--${option}: there is no file ${path} that can be read.`);
  }
}

type Given = Partial<Record<'only' | 'audio' | 'image' | 'video' | 'question', string>>;

/** What a file or a question is for is run, and nothing else; without any, everything. */
function partsOf({ only, audio, image, video, question }: Given): readonly PartName[] {
  const given = new Set<PartName>();
  if (audio !== undefined) given.add('speech-to-speech');
  if (image !== undefined || question !== undefined) given.add('visual-question-answering');
  if (video !== undefined) given.add('video-to-text');
  if (only === undefined) return given.size === 0 ? PART_NAMES : PART_NAMES.filter((name) => given.has(name));
  const part = PART_NAMES.find((name) => name === only);
  if (!part) throw new UsageError(`--only must be one of ${PART_NAMES.join(', ')}, not '${only}'.`);
  const stray = [...given].find((name) => name !== part);
  if (stray) throw new UsageError(`--only ${part} takes no file or question of ${stray}: leave one out.`);
  return [part];
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        key: { type: 'string' },
        audio: { type: 'string' },
        image: { type: 'string' },
        video: { type: 'string' },
        question: { type: 'string' },
        only: { type: 'string' },
        from: { type: 'string', default: 'en' },
        to: { type: 'string', default: 'es' },
        out: { type: 'string', default: 'demo-output' },
        json: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See --help.`);
  }
}
