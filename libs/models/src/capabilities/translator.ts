import { defineCapability } from '../capability.ts';

export interface Translator {
  /**
   * Translates a sentence or a few.
   * @param options.from @param options.to ISO 639-1 codes, e.g. `en`, `es`
   * @throws IntermodalError `language.unsupported`, which names the pairs there are
   */
  translate(text: string, options: { from: string; to: string; signal: AbortSignal }): Promise<string>;
}

export const Translator = defineCapability<Translator>('Translator');
