import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import './provided-context.ts';

/** Address of the Redis that all test files share. */
export const redisUrl = (): string => inject('redisUrl');

/** A prefix for the keys of one test file, so that files do not see each other's queues. */
export const redisPrefix = (): string => `test_${randomBytes(6).toString('hex')}`;
