import { jsonFile, type ModelFolder } from './model-folder.ts';

/** What stands first in every vocabulary, so that 0 is what texts are filled up with and 2 their end. */
export const SPECIAL: readonly string[] = ['<pad>', '<s>', '</s>', '<unk>'];

export interface TokenizerOptions {
  /** Behind the special ones. A word is a token; what is not in it is `<unk>`. */
  readonly words: readonly string[];
  /** e.g. `BertTokenizer` */
  readonly kind: string;
  /** What stands around a text; `$A` is the text. Left out, it stands alone. */
  readonly around?: readonly string[];
  /** Whether signs are tokens of their own, without spaces around them. */
  readonly splitsSigns?: boolean;
  readonly contextTokens?: number;
  /** Further tokens that are never part of a text. */
  readonly special?: readonly string[];
  readonly config?: object;
}

export const vocabularyOf = ({
  words,
  special = [],
}: Pick<TokenizerOptions, 'words' | 'special'>): string[] => [...SPECIAL, ...special, ...words];

/** `tokenizer.json` and `tokenizer_config.json` of a vocabulary of whole words, with spaces between them. */
export function tokenizerFiles(options: TokenizerOptions): ModelFolder {
  const { kind, around, contextTokens = 64, splitsSigns = false, special = [], config = {} } = options;
  const vocabulary = vocabularyOf(options);
  const added = [...SPECIAL, ...special].map((content) => ({
    ...{ id: vocabulary.indexOf(content), content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  }));
  const model = {
    ...{
      type: 'WordPiece',
      unk_token: '<unk>',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
    },
    vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
  };
  return {
    'tokenizer.json': jsonFile({
      ...{
        version: '1.0',
        truncation: null,
        padding: null,
        added_tokens: added,
        normalizer: { type: 'Lowercase' },
      },
      pre_tokenizer: { type: splitsSigns ? 'BertPreTokenizer' : 'WhitespaceSplit' },
      post_processor: around ? template(around, vocabulary) : null,
      decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
      model,
    }),
    'tokenizer_config.json': jsonFile({
      ...{ tokenizer_class: kind, model_max_length: contextTokens },
      ...{ pad_token: '<pad>', bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' },
      ...config,
    }),
  };
}

function template(around: readonly string[], vocabulary: readonly string[]): object {
  const specials = around.filter((token) => token !== '$A');
  return {
    type: 'TemplateProcessing',
    single: around.map((token) =>
      token === '$A' ? { Sequence: { id: 'A', type_id: 0 } } : { SpecialToken: { id: token, type_id: 0 } },
    ),
    pair: [],
    special_tokens: Object.fromEntries(
      specials.map((token) => [token, { id: token, ids: [vocabulary.indexOf(token)], tokens: [token] }]),
    ),
  };
}
