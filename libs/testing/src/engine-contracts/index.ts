export * from './code-reader.contract.ts';
export * from './media-tools.contract.ts';
export { testContext } from './opened.ts';
export * from './speech-detector.contract.ts';
export * from './speech-recogniser.contract.ts';
export * from './speech-synthesiser.contract.ts';
export * from './text-reader.contract.ts';
export * from './translator.contract.ts';
