import type { Model } from '../model.ts';
import { BESIDE, transformersModel } from './transformers-model.ts';

/** Nobody has run these here: names of files are as their repositories are known to have them. */
export const SOUND_MODELS: readonly Model[] = [
  transformersModel({
    id: 'ast-audioset',
    modelType: 'audio-spectrogram-transformer',
    summary: 'Says what is heard, by the 527 labels of AudioSet. 87 million weights.',
    architecture: 'Audio Spectrogram Transformer',
    tasks: ['audio.classify'],
    repository: 'Xenova/ast-finetuned-audioset-10-10-0.4593',
    licence: 'BSD-3-Clause',
    networks: ['model'],
    beside: BESIDE.pictures,
  }),
  transformersModel({
    id: 'wav2vec2-superb-emotions',
    modelType: 'wav2vec2',
    summary: 'Says how somebody feels who speaks English: neutral, happy, angry or sad. 95 million weights.',
    architecture: 'wav2vec 2.0',
    tasks: ['audio.classify'],
    repository: 'Xenova/wav2vec2-base-superb-er',
    licence: 'Apache-2.0',
    languages: ['en'],
    networks: ['model'],
    beside: BESIDE.pictures,
  }),
  transformersModel({
    id: 'clap-htsat-unfused',
    modelType: 'clap',
    summary: 'Puts sounds and English descriptions of them into one space.',
    architecture: 'CLAP',
    tasks: ['audio.embed'],
    repository: 'Xenova/clap-htsat-unfused',
    licence: 'Apache-2.0',
    languages: ['en'],
    networks: ['audio_model', 'text_model'],
    beside: BESIDE.both,
  }),
  transformersModel({
    id: 'musicgen-small',
    modelType: 'musicgen',
    summary: 'Makes music by an English description.',
    architecture: 'MusicGen',
    tasks: ['audio.generate'],
    repository: 'Xenova/musicgen-small',
    licence: 'CC-BY-NC-4.0',
    nonCommercial: true,
    languages: ['en'],
    networks: ['text_encoder', 'decoder_model_merged', 'encodec_decode'],
    beside: BESIDE.bothTexting,
  }),
];
