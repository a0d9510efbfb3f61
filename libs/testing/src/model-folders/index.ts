export type { ModelFolder } from './model-folder.ts';
export * from './store-of-folder.ts';
export * from './text-encoder.ts';
export * from './translator.ts';
