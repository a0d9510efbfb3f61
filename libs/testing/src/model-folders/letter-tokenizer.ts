import { jsonFile, type ModelFolder } from './model-folder.ts';
import { SPECIAL } from './tokenizer-files.ts';

/** What voices read, letter by letter; every other sign is `<unk>`. Behind the special tokens. */
export const LETTERS: readonly string[] = [...SPECIAL, ...'abcdefghijklmnopqrstuvwxyz0123456789<>/'];

/** `tokenizer.json` and `tokenizer_config.json`: each letter of a text is a token, large or small. */
export const letterTokenizer = (kind: string): ModelFolder => ({
  'tokenizer_config.json': jsonFile({
    ...{ tokenizer_class: kind, model_max_length: 2048 },
    ...{ pad_token: '<pad>', unk_token: '<unk>' },
  }),
  'tokenizer.json': jsonFile({
    ...{ version: '1.0', truncation: null, padding: null, post_processor: null, decoder: null },
    added_tokens: SPECIAL.map((content, id) => ({
      ...{ id, content, special: true, single_word: false, lstrip: false, rstrip: false },
      normalized: false,
    })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
    model: {
      ...{
        type: 'WordPiece',
        unk_token: '<unk>',
        continuing_subword_prefix: '',
        max_input_chars_per_word: 1,
      },
      vocab: Object.fromEntries(LETTERS.map((token, id) => [token, id])),
    },
  }),
});
