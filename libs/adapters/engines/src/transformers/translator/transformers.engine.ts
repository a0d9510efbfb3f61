import { IntermodalError } from '@intermodal/contracts';
import { defineEngine, Translator } from '@intermodal/models';
import { SEQ2SEQ, type RewriteTexts, type RewrittenTexts } from '../seq2seq/seq2seq.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';
import { sentencesOf } from './sentences.ts';

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

  async translate(text: string, { from, to, signal }: Pair & { signal: AbortSignal }): Promise<string> {
    signal.throwIfAborted();
    if (from === to) return text;
    const model = this.#modelFor({ from, to });
    if (text.trim() === '') return '';
    const parts = sentencesOf(text, from);
    const sentences = [...new Set(parts.filter(({ isSentence }) => isSentence).map((part) => part.text))];
    const request: RewriteTexts = {
      ...{ kind: 'rewrite', texts: sentences, maxTokens: MAX_TOKENS, told: false, languages: { from, to } },
    };
    const { answers } = (await model.call(request, { signal })) as RewrittenTexts;
    const endless = answers.findIndex(({ isCut }) => isCut);
    if (endless >= 0)
      throw new IntermodalError(
        'input.too_large',
        `The model ${model.model.id} found no end for the sentence ${endless + 1} of ${sentences.length} within ${MAX_TOKENS} tokens: ` +
          'give it shorter sentences.',
      );
    const translated = new Map(sentences.map((sentence, i) => [sentence, answers[i]!.text.trim()]));
    return parts.map((part) => (part.isSentence ? translated.get(part.text)! : part.text)).join('');
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
