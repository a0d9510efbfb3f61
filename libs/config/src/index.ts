export * from './artifact-storage.ts';
export * from './forget-secrets.ts';
export * from './processes.ts';
export * from './read-config.ts';
export * from './setting.ts';
