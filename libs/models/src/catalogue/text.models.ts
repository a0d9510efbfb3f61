import { defineModel, type Model } from '../model.ts';
import { BESIDE, SEQ2SEQ, transformersModel } from './transformers-model.ts';

/** Nobody has run these here: names of files are as their repositories are known to have them. */
export const TEXT_MODELS: readonly Model[] = [
  transformersModel({
    id: 'opus-mt-en-es',
    modelType: 'marian',
    summary: 'Translates English into Spanish.',
    architecture: 'OPUS-MT (Marian)',
    tasks: ['text.translate'],
    repository: 'Xenova/opus-mt-en-es',
    licence: 'Apache-2.0',
    languages: ['en', 'es'],
    networks: SEQ2SEQ,
    beside: BESIDE.texting,
  }),
  transformersModel({
    id: 'opus-mt-en-de',
    modelType: 'marian',
    summary: 'Translates English into German.',
    architecture: 'OPUS-MT (Marian)',
    tasks: ['text.translate'],
    repository: 'Xenova/opus-mt-en-de',
    licence: 'CC-BY-4.0',
    languages: ['en', 'de'],
    networks: SEQ2SEQ,
    beside: BESIDE.texting,
  }),
  transformersModel({
    id: 'm2m100-418m',
    modelType: 'm2m_100',
    summary: 'Translates between 100 languages. 418 million weights.',
    architecture: 'M2M-100',
    tasks: ['text.translate'],
    repository: 'Xenova/m2m100_418M',
    licence: 'MIT',
    networks: SEQ2SEQ,
    dtypes: ['q8'],
    beside: BESIDE.texting,
  }),
  transformersModel({
    id: 'nllb-200-distilled-600m',
    modelType: 'm2m_100',
    summary: 'Translates between 200 languages. 600 million weights.',
    architecture: 'NLLB-200',
    tasks: ['text.translate'],
    repository: 'Xenova/nllb-200-distilled-600M',
    licence: 'CC-BY-NC-4.0',
    nonCommercial: true,
    networks: SEQ2SEQ,
    dtypes: ['q8'],
    beside: BESIDE.texting,
  }),
  transformersModel({
    id: 'all-minilm-l6-v2',
    modelType: 'bert',
    summary: 'Turns English sentences into 384 numbers that are near where their meanings are.',
    architecture: 'MiniLM (BERT)',
    tasks: ['text.embed'],
    repository: 'Xenova/all-MiniLM-L6-v2',
    revision: '3f2acba6462e3d3b009664b530c4de07dd85b448',
    licence: 'Apache-2.0',
    languages: ['en'],
    networks: ['model'],
    beside: BESIDE.texts,
  }),
  qwen('0.5b'),
  qwen('1.5b'),
];

function qwen(weights: '0.5b' | '1.5b'): Model {
  return defineModel({
    id: `qwen2.5-${weights}-instruct`,
    summary: `Answers and writes in 29 languages. ${weights.toUpperCase()} weights, four to five bits each.`,
    engine: 'llama',
    architecture: 'Qwen2.5',
    tasks: ['text.chat'],
    licence: 'Apache-2.0',
    source: { kind: 'hugging-face', repository: `Qwen/Qwen2.5-${weights.toUpperCase()}-Instruct-GGUF` },
    files: [{ file: 'model.gguf', from: `qwen2.5-${weights}-instruct-q4_k_m.gguf` }],
  });
}
