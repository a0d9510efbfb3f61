import { expect, it } from 'vitest';
import { forgetSecrets } from './index.ts';

it('leaves what programs need, and no secret of any process, nor where its file is', () => {
  const kept = { PATH: '/usr/bin', CUDA_VISIBLE_DEVICES: '0', INTERMODAL_DATA_DIR: '/data', S3_BUCKET: 'b' };
  const environment: Record<string, string | undefined> = {
    ...kept,
    DATABASE_URL: 'postgres://im:password@127.0.0.1/im',
    REDIS_URL: 'redis://:password@127.0.0.1',
    INTERMODAL_KEY: 'im_local_0123456789abcdef',
    INTERMODAL_SECRET_KEY_FILE: '/run/secrets/key',
    S3_SECRET_ACCESS_KEY: 'secret',
    INTERMODAL_REMOTE_KEY: 'sk-secret',
  };
  forgetSecrets(environment);
  expect(environment).toEqual(kept);
});
