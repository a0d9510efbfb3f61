import { expect, it } from 'vitest';
import { hostEnvironment } from './host-environment.ts';

it('tells a model where its libraries are, and no secret', () => {
  const libraries = {
    PATH: '/bin',
    LD_LIBRARY_PATH: '/cuda',
    CUDA_VISIBLE_DEVICES: '1',
    OMP_NUM_THREADS: '2',
  };
  const others = {
    DATABASE_URL: 'postgres://',
    S3_SECRET_ACCESS_KEY: 'x',
    INTERMODAL_SECRET_KEY: 'y',
    MY_PATH: '',
  };
  expect(hostEnvironment({ ...libraries, ...others })).toEqual(libraries);
});
