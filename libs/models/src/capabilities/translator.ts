import { defineCapability } from '../capability.ts';

export interface Translator {
  /**
   * Translates texts, each of a sentence or a few.
   * @param options.from @param options.to ISO 639-1 codes, e.g. `en`, `es`
   * @returns one for each text, in their order; an error in place of a translation is of that text alone
   * @throws IntermodalError `language.unsupported`, which names the pairs there are
   */
  translate(
    texts: readonly string[],
    options: { from: string; to: string; signal: AbortSignal },
  ): Promise<readonly (string | Error)[]>;
}

export const Translator = defineCapability<Translator>('Translator');
