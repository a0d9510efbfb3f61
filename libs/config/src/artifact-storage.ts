import { z } from 'zod';
import { address, setting, yesOrNo } from './setting.ts';

/** An account of an S3 service. */
export interface S3Access {
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
}

/** Where artifacts are kept: exactly one of the two. */
export type ArtifactStorage =
  | { readonly kind: 'folder'; readonly folder: string }
  | ({
      readonly kind: 's3';
      readonly bucket: string;
      /** Where people reach the service, when that is another address than ours. */
      readonly publicEndpoint?: string | undefined;
    } & S3Access);

/** An account of an S3 service, for artifacts and for models. */
export const s3AccountSettings = {
  s3Endpoint: setting(
    {
      variable: 'S3_ENDPOINT',
      description: 'The address of the S3 service; leave it out for AWS.',
      example: 'http://127.0.0.1:9000',
    },
    address('http:', 'https:').optional(),
  ),
  s3Region: setting(
    { variable: 'S3_REGION', description: 'The region of the bucket.', example: 'eu-central-1' },
    z.string().default('us-east-1'),
  ),
  s3AccessKeyId: setting(
    {
      variable: 'S3_ACCESS_KEY_ID',
      description: 'The access key of the bucket.',
      example: 'AKIA…',
      secret: true,
    },
    z.string().optional(),
  ),
  s3SecretAccessKey: setting(
    {
      variable: 'S3_SECRET_ACCESS_KEY',
      description: 'The secret of the access key.',
      example: '(a secret)',
      secret: true,
    },
    z.string().optional(),
  ),
  s3ForcePathStyle: setting(
    {
      variable: 'S3_FORCE_PATH_STYLE',
      description: 'true for services that do not serve a bucket under its own host name (Ceph, SeaweedFS).',
      example: 'true',
    },
    yesOrNo().default(false),
  ),
};

export const artifactSettings = {
  artifactFolder: setting(
    {
      variable: 'ARTIFACT_FOLDER',
      description: 'The folder that keeps artifacts, when they are not in S3. Exactly one of the two is set.',
      example: '.data/artifacts',
    },
    z.string().optional(),
  ),
  s3Bucket: setting(
    {
      variable: 'S3_BUCKET',
      description: 'The bucket that keeps artifacts. Setting it chooses S3.',
      example: 'intermodal',
    },
    z.string().optional(),
  ),
  s3PublicEndpoint: setting(
    {
      variable: 'S3_PUBLIC_ENDPOINT',
      description:
        'The address at which clients reach the S3 service, for large uploads and for downloads; left out, that of S3_ENDPOINT.',
      example: 'https://files.example.com',
    },
    address('http:', 'https:').optional(),
  ),
  ...s3AccountSettings,
};

type ArtifactValues = { [K in keyof typeof artifactSettings]: z.output<(typeof artifactSettings)[K]> };

/** Makes one storage of the settings, or says what is missing. */
export function artifactStorageOf(
  values: ArtifactValues,
  fault: (variables: string, sentence: string) => void,
): ArtifactStorage {
  const { artifactFolder, s3Bucket, s3Endpoint, s3AccessKeyId, s3SecretAccessKey } = values;
  const wantsS3 = [s3Bucket, s3Endpoint, s3AccessKeyId, s3SecretAccessKey].some(
    (value) => value !== undefined,
  );
  if (artifactFolder !== undefined && wantsS3)
    fault('ARTIFACT_FOLDER and S3_*', 'are both set. Keep one: a folder for one machine, S3 for a cluster.');
  if (artifactFolder !== undefined) return { kind: 'folder', folder: artifactFolder };
  if (!wantsS3) {
    fault(
      'ARTIFACT_FOLDER or S3_BUCKET',
      'must be set. Set ARTIFACT_FOLDER to a folder, or S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.',
    );
  } else {
    const missing = Object.entries({
      S3_BUCKET: s3Bucket,
      S3_ACCESS_KEY_ID: s3AccessKeyId,
      S3_SECRET_ACCESS_KEY: s3SecretAccessKey,
    }).flatMap(([variable, value]) => (value === undefined ? [variable] : []));
    if (missing.length > 0) fault(missing.join(', '), 'must be set too, when artifacts are in S3.');
  }
  return {
    kind: 's3',
    bucket: s3Bucket ?? '',
    publicEndpoint: values.s3PublicEndpoint,
    ...accessOf(values, s3AccessKeyId ?? '', s3SecretAccessKey ?? ''),
  };
}

type AccountValues = { [K in keyof typeof s3AccountSettings]: z.output<(typeof s3AccountSettings)[K]> };

/** Undefined when the account has no keys. */
export const s3AccessOf = (values: AccountValues): S3Access | undefined =>
  values.s3AccessKeyId === undefined || values.s3SecretAccessKey === undefined
    ? undefined
    : accessOf(values, values.s3AccessKeyId, values.s3SecretAccessKey);

const accessOf = (values: AccountValues, accessKeyId: string, secretAccessKey: string): S3Access => ({
  endpoint: values.s3Endpoint,
  region: values.s3Region,
  accessKeyId,
  secretAccessKey,
  forcePathStyle: values.s3ForcePathStyle,
});
