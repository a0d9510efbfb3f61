import { IntermodalError } from '@intermodal/contracts';
import { defineEngine, Translator } from '@intermodal/models';
import { SEQ2SEQ, type RewriteTexts, type RewrittenTexts } from '../seq2seq/seq2seq.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';
import { sentencesOf, type Part } from './sentences.ts';

const TASK = 'text.translate';
const ARCHETYPES = [SEQ2SEQ];

/** A sentence that is longer than this went wrong. */
const MAX_TOKENS = 512;

/** All models for it that are here: those of one pair of languages, and those of many. */
export default defineEngine(Translator, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openAllFor(TASK, ARCHETYPES, context);
    const translator = new ModelTranslator(opened);
    return {
      use: translator,
      model: opened.map(({ model }) => model.id).join(', '),
      device: opened[0]!.device,
      close: async () => void (await Promise.all(opened.map((model) => model.close()))),
    };
  },
});

interface Pair {
  readonly from: string;
  readonly to: string;
}

class ModelTranslator implements Translator {
  readonly #opened: readonly TransformersModel[];

  constructor(opened: readonly TransformersModel[]) {
    this.#opened = opened;
  }

  async translate(
    texts: readonly string[],
    { from, to, signal }: Pair & { signal: AbortSignal },
  ): Promise<readonly (string | Error)[]> {
    signal.throwIfAborted();
    if (from === to) return texts;
    const model = this.#modelFor({ from, to });
    const divided = texts.map((text) => (text.trim() === '' ? [] : sentencesOf(text, from)));
    // A sentence that stands in several texts is translated once.
    const sentences = [...new Set(divided.flat().flatMap((part) => (part.isSentence ? [part.text] : [])))];
    if (sentences.length === 0) return texts.map(() => '');
    const request: RewriteTexts = {
      ...{ kind: 'rewrite', texts: sentences, maxTokens: MAX_TOKENS, told: false, languages: { from, to } },
    };
    const { answers } = (await model.call(request, { signal })) as RewrittenTexts;
    const translated = new Map(sentences.map((sentence, i) => [sentence, answers[i]!]));
    return divided.map((parts) => joined(parts, translated, model.model.id));
  }

  #modelFor({ from, to }: Pair): TransformersModel {
    const [ofPair, ofMany] = [this.#opened.filter(isOfPair), this.#opened.filter((it) => !isOfPair(it))];
    const model = ofPair.find((it) => pairOf(it).from === from && pairOf(it).to === to) ?? ofMany[0];
    if (model) return model;
    const known = ofPair.map((it) => `${pairOf(it).from} to ${pairOf(it).to}`).join(', ');
    throw new IntermodalError(
      'language.unsupported',
      `There is no translation from '${from}' to '${to}' here; there is ${known}. More come with intermodal models pull.`,
    );
  }
}

function joined(
  parts: readonly Part[],
  translated: ReadonlyMap<string, RewrittenTexts['answers'][number]>,
  model: string,
): string | IntermodalError {
  const sentences = parts.filter(({ isSentence }) => isSentence);
  const endless = sentences.findIndex(({ text }) => translated.get(text)!.isCut);
  if (endless >= 0)
    return new IntermodalError(
      'input.too_large',
      `The model ${model} found no end for the sentence ${endless + 1} of ${sentences.length} within ${MAX_TOKENS} tokens: ` +
        'give it shorter sentences.',
    );
  return parts
    .map(({ text, isSentence }) => (isSentence ? translated.get(text)!.text.trim() : text))
    .join('');
}

/** Marian's models are each of one pair; the others ask for the languages and know for themselves which they speak. */
const isOfPair = ({ config }: TransformersModel): boolean => config.model_type === 'marian';

/** As its entry in the catalogue has them: from the first into the second. */
function pairOf({ model: { id, languages } }: TransformersModel): Pair {
  const [from, to] = languages;
  if (from !== undefined && to !== undefined) return { from, to };
  throw new IntermodalError(
    'model.invalid',
    `The model ${id} translates one pair of languages, and its entry names none: say "languages": [from, to].`,
  );
}
