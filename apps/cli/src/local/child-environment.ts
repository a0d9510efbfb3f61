import { join } from 'node:path';

/** What every process of a local stack is told, on top of the environment of the one who started it. */
export function childEnvironment(options: {
  environment: NodeJS.ProcessEnv;
  dataFolder: string;
  key: string;
  secretKey: string;
  databaseUrl: string;
  redisUrl: string;
  drainMs: number;
}): NodeJS.ProcessEnv {
  const { environment, dataFolder } = options;
  const onS3 = S3_CHOOSERS.some((name) => environment[name]);
  return {
    ...environment,
    // glibc keeps pages for every thread that ever asked for some: docs/measured/soak.md.
    MALLOC_ARENA_MAX: environment.MALLOC_ARENA_MAX || '2',
    // Of half a dozen processes that start at once, most of the work is to compile the same programs.
    NODE_COMPILE_CACHE: environment.NODE_COMPILE_CACHE || join(dataFolder, 'compiled'),
    INTERMODAL_MODE: 'local',
    INTERMODAL_KEY: options.key,
    INTERMODAL_KEY_FILE: undefined,
    INTERMODAL_SECRET_KEY: options.secretKey,
    INTERMODAL_SECRET_KEY_FILE: undefined,
    INTERMODAL_DATA_DIR: dataFolder,
    INTERMODAL_MODEL_DIR: environment.INTERMODAL_MODEL_DIR || join(dataFolder, 'models'),
    INTERMODAL_DRAIN_MS: String(options.drainMs),
    DATABASE_URL: options.databaseUrl,
    DATABASE_URL_FILE: undefined,
    REDIS_URL: options.redisUrl,
    REDIS_URL_FILE: undefined,
    // One port cannot serve them all: each takes a free one, and run.json says which.
    INTERMODAL_HEALTH_HOST: undefined,
    INTERMODAL_HEALTH_PORT: '0',
    // Exactly one store may be set.
    ARTIFACT_FOLDER: onS3 ? undefined : join(dataFolder, 'artifacts'),
  };
}

const S3_CHOOSERS = [
  'S3_BUCKET',
  'S3_ENDPOINT',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'S3_ACCESS_KEY_ID_FILE',
  'S3_SECRET_ACCESS_KEY_FILE',
];
