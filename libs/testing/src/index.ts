export * from './child-processes.ts';
export * from './make-onnx.ts';
export * from './make-speech.ts';
export * from './make-wav.ts';
export * from './media-tools-double.ts';
export * from './run-stage.ts';
export * from './shared-folder.ts';
