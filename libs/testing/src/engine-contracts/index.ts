export * from './face-finder.contract.ts';
export * from './image-tools.contract.ts';
export * from './media-tools.contract.ts';
export * from './object-detector.contract.ts';
export { testContext } from './opened.ts';
export * from './speech-detector.contract.ts';
export * from './speech-recogniser.contract.ts';
export * from './speech-synthesiser.contract.ts';
export * from './translator.contract.ts';
