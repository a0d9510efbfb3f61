import { jsonFile, type ModelFolder } from './model-folder.ts';

/**
 * The tokenizer of a model that writes: each word is one token with the space before it, as in byte-level vocabularies. Only letters of ASCII.
 * @param options.special tokens that are never part of a text
 */
export function byteLevelTokenizer(options: {
  vocabulary: readonly string[];
  special: readonly string[];
  kind: string;
  end: string;
}): ModelFolder {
  const { vocabulary, special, kind, end } = options;
  return {
    'tokenizer.json': jsonFile({
      ...{ version: '1.0', truncation: null, padding: null, normalizer: null },
      added_tokens: special.map((content) => ({
        ...{ id: vocabulary.indexOf(content), content, special: true },
        ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
      })),
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      post_processor: null,
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: {
        ...{ type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '' },
        ...{ end_of_word_suffix: '', fuse_unk: false, merges: [] },
        vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      },
    }),
    'tokenizer_config.json': jsonFile({
      ...{ tokenizer_class: kind, model_max_length: 1024 },
      ...{ bos_token: end, eos_token: end, unk_token: end, pad_token: end },
    }),
  };
}

/** A word as it stands in the vocabulary: the space before it belongs to it. */
export const withSpace = (word: string): string => `Ġ${word}`;
