export { WebhookDispatcher } from './webhook-dispatcher.ts';
export { startWorker } from './worker.ts';
