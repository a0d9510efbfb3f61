export { PARTS, type Part } from './disturb/disturbance.ts';
export { readEffects, type Effects, type Execution } from './disturb/effect-log.ts';
export { STEPS, type Failpoint, type Step } from './disturb/failpoints.ts';
export { Network, noNetworkWhy } from './network/network.ts';
export * from './predict.ts';
export * from './receiver.ts';
export * from './scale/keda-scaler.ts';
export * from './scale/pick-to-end.ts';
export * from './seeded.ts';
export * from './stack/memory-log.ts';
export * from './stack/start-ceph.ts';
export {
  CLOCK_OFF_FILE,
  STACK_HOSTS,
  startTrialStack,
  type StackHost,
  type TrialStack,
  type TrialStackOptions,
} from './stack/start-trial-stack.ts';
export * from './suite/suite-run.ts';
export * from './suite/suite-table.ts';
export { TrialProcess } from './stack/trial-process.ts';
export { TrialServer } from './stack/trial-server.ts';
export * from './trial-catalogue.ts';
