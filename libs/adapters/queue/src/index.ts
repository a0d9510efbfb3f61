export { openQueue, type QueueOptions } from './bull-task-queue.ts';
