export { openLimiter, type LimiterOptions } from './redis-limiter.ts';
