/** Settings of all processes that are no secrets: settings.env of the base. An overlay changes them. */
export const COMMON_SETTINGS: Readonly<Record<string, string>> = {
  INTERMODAL_LOG_LEVEL: 'info',
  S3_REGION: 'us-east-1',
  S3_BUCKET: 'intermodal',
  S3_ENDPOINT: 'http://s3.data.svc:8080',
  S3_FORCE_PATH_STYLE: 'true',
};

/** Which secrets a process reads, as files. Only those that tell webhooks, and the API, know the key they are signed with. */
export const SECRETS_OF = {
  api: ['DATABASE_URL', 'REDIS_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'INTERMODAL_SECRET_KEY'],
  worker: ['DATABASE_URL', 'REDIS_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  teller: ['DATABASE_URL', 'REDIS_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'INTERMODAL_SECRET_KEY'],
  records: ['DATABASE_URL'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What each is, for whoever fills in secrets.env. */
export const SECRET_EXAMPLES: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://intermodal:PASSWORD@postgres.data.svc:5432/intermodal',
  REDIS_URL: 'redis://:PASSWORD@redis.data.svc:6379',
  S3_ACCESS_KEY_ID: 'KEY',
  S3_SECRET_ACCESS_KEY: 'SECRET',
  INTERMODAL_SECRET_KEY: '64 hexadecimal digits, of: openssl rand -hex 32',
};
