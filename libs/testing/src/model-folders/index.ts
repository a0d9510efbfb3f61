export type { ModelFolder } from './model-folder.ts';
export * from './store-of-folder.ts';
export * from './text-encoder.ts';
export * from './translator.ts';
export * from './tone-transcriber.ts';
export { toneSpeech, writeToneSpeech } from './tone-words.ts';
export * from './tone-speller.ts';
export * from './tone-voice.ts';
