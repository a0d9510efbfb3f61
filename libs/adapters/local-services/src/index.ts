export * from './free-port.ts';
export * from './log-tail.ts';
export * from './postgres.ts';
export * from './redis.ts';
export { ServerStartError, type RunningServer, type ServerPlace } from './server-process.ts';
