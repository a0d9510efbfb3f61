export * from './predict.ts';
export * from './seeded.ts';
export * from './stack/start-ceph.ts';
export * from './stack/start-trial-stack.ts';
export { type TrialProcess } from './stack/trial-process.ts';
export { type TrialServer } from './stack/trial-server.ts';
export * from './trial-catalogue.ts';
