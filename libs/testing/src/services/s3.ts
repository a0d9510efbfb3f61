/** How to reach the S3 server of the test run, as in the environment that a deployment would have. */
export interface S3TestConfig {
  readonly kind: 's3';
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
}

/** Undefined when `S3_ENDPOINT` is not set: the suites that need it are then skipped and say so. */
export function s3TestConfig(environment: NodeJS.ProcessEnv): S3TestConfig | undefined {
  const endpoint = environment.S3_ENDPOINT;
  if (!endpoint) return undefined;
  const required = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`S3_ENDPOINT is set, so ${name} must be set too.`);
    return value;
  };
  return {
    kind: 's3',
    endpoint,
    region: environment.S3_REGION ?? 'us-east-1',
    bucket: required('S3_BUCKET'),
    accessKeyId: required('S3_ACCESS_KEY_ID'),
    secretAccessKey: required('S3_SECRET_ACCESS_KEY'),
    forcePathStyle: environment.S3_FORCE_PATH_STYLE !== 'false',
  };
}

export const WITHOUT_S3 = 'skipped: S3_ENDPOINT is not set (.ci/run starts a Ceph RGW and sets it)';
