import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly url: string;
  readonly key: string;
  /** Undefined: the demo makes its own recording. */
  readonly audio: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly out: string;
  readonly json: boolean;
}

export const HELP = `Runs the pipeline speech-to-speech and shows what happens.

usage: npm run demo -- [options]

  --audio FILE   a recording or film of your own; without it the demo makes a short recording
  --from LANG    the language that is spoken (en)
  --to LANG      the language wanted (es)
  --out FOLDER   where the results go (demo-output)
  --url URL      of a running API; without it a stack of its own is started and ended
  --key KEY      of that API
  --json         ends with one line of JSON
  --help         this text

examples:
  npm run demo
  npm run demo -- --audio talk.wav --to es
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
  const values = parse(args);
  if (values.help) return undefined;
  const url = values.url ?? defaults.url;
  const key = values.key ?? defaults.key;
  if (!url || !URL.canParse(url))
    throw new UsageError(`--url must be the address of an API, not '${url ?? ''}'.`);
  if (!key) throw new UsageError('--key must be the key of the API: npm start prints it.');
  return {
    url,
    key,
    audio: values.audio,
    from: values.from,
    to: values.to,
    out: values.out,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        key: { type: 'string' },
        audio: { type: 'string' },
        from: { type: 'string', default: 'en' },
        to: { type: 'string', default: 'es' },
        out: { type: 'string', default: 'demo-output' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See --help.`);
  }
}
