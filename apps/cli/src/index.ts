export { childEnvironment } from './local/child-environment.ts';
export { localKey, secretKeyOf } from './local/local-key.ts';
export { startStack, type Stack } from './local/stack.ts';
export { NodeProcess, type NodeProcessEvent } from './local/node-process.ts';
export { wordErrors } from './commands/eval/word-errors.ts';
export { deletionCosts } from './commands/pod-costs/deletion-costs.ts';
