export * from './run-stage.ts';
