import type { Model } from '../model.ts';
import { BESIDE, transformersModel } from './transformers-model.ts';

/** Nobody has run these here: names of files are as their repositories are known to have them. */
export const SOUND_MODELS: readonly Model[] = [
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
