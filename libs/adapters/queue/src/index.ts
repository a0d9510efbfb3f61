export { queueFaults } from './start-faults.ts';
export { openQueue, type QueueOptions } from './bull-task-queue.ts';
