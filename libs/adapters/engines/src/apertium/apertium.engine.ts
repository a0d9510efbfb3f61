import { IntermodalError } from '@intermodal/contracts';
import { Translator, defineEngine } from '@intermodal/models';
import { KeptProgram } from '../programs/kept-program.ts';
import { missingPrograms } from '@intermodal/programs';
import { installedPairs, nullFlushScript, type Pair } from './installed-pairs.ts';
import { fromReply, toRequest } from './stream-format.ts';

/** Apertium: rules, not weights. One pipeline is kept running for each pair of languages that was asked for. */
export default defineEngine(Translator, {
  name: 'apertium',
  probe: async () => {
    const missing = await missingPrograms(['lt-proc', 'apertium-transfer']);
    if (missing.length === 0 && (await installedPairs()).length > 0) return { available: true };
    return {
      available: false,
      reason: 'no language pair of Apertium is installed: apt-get install apertium apertium-eng-spa.',
    };
  },
  open: async () => {
    const translator = new ApertiumTranslator(await installedPairs());
    return { use: translator, device: 'cpu', close: () => translator.close() };
  },
});

class ApertiumTranslator implements Translator {
  readonly #pairs: readonly Pair[];
  readonly #programs = new Map<string, Promise<KeptProgram<string>>>();

  constructor(pairs: readonly Pair[]) {
    this.#pairs = pairs;
  }

  async translate(
    texts: readonly string[],
    options: { from: string; to: string; signal: AbortSignal },
  ): Promise<readonly string[]> {
    if (options.from === options.to) return texts;
    const pair = this.#pairs.find((it) => it.from === options.from && it.to === options.to);
    if (!pair) throw this.#unsupported(options);
    return Promise.all(
      texts.map(async (text) => {
        if (text.trim() === '') return '';
        const program = await this.#programOf(pair);
        return fromReply(await program.ask(toRequest(text), options.signal));
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#programs.values()].map(async (program) => (await program).close()));
  }

  #programOf(pair: Pair): Promise<KeptProgram<string>> {
    const known = this.#programs.get(pair.mode);
    if (known) return known;
    const started = nullFlushScript(pair).then(
      (script) =>
        new KeptProgram({
          name: `the translator ${pair.mode}`,
          script,
          listenTo: 'stdout',
          parse: untilNull,
        }),
    );
    this.#programs.set(pair.mode, started);
    return started;
  }

  #unsupported({ from, to }: { from: string; to: string }): IntermodalError {
    const known = this.#pairs.map((pair) => `${pair.from} to ${pair.to}`).join(', ');
    return new IntermodalError(
      'language.unsupported',
      `There is no translation from '${from}' to '${to}' here; there is ${known}. ` +
        'More come with apt-get install apertium-<pair>.',
    );
  }
}

function untilNull(received: string): string | undefined {
  const end = received.indexOf('\0');
  return end < 0 ? undefined : received.slice(0, end);
}
