import { S3Client } from '@aws-sdk/client-s3';
import type { S3Access } from '@intermodal/config';

export const s3Client = (config: S3Access): S3Client =>
  new S3Client({
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint }),
    region: config.region,
    forcePathStyle: config.forcePathStyle,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    // Stores other than AWS do not know the trailing checksums, or corrupt streams that carry them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 3_000,
      // Until the first byte of the answer; a part of 8 MiB must go out in this time.
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      // Silence on the wire.
      socketTimeout: 20_000,
      httpAgent: { maxSockets: 128 },
      httpsAgent: { maxSockets: 128 },
    },
  });
