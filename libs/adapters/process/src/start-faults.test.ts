import { expect, test } from 'vitest';
import { startFaults, type ServiceChecks } from './start-faults.ts';

const SERVICES = {
  databaseUrl: 'postgresql://d',
  redisUrl: 'redis://r',
  artifacts: { kind: 'folder', folder: 'f' },
} as const;
const saying: ServiceChecks = {
  records: async (url) => [`no ${url}`],
  queue: async (url) => [`no ${url}`],
  store: async (storage) => [`no ${storage.kind}`],
};

test('what is wrong with settings and with all that they lead to is told at once', async () => {
  expect(await startFaults(SERVICES, ['INTERMODAL_PORT: …'], saying)).toEqual([
    ...['INTERMODAL_PORT: …', 'no postgresql://d', 'no redis://r', 'no folder'],
  ]);
});

test('nobody asks at a place that is not known', async () => {
  expect(await startFaults({}, ['DATABASE_URL: …'], saying)).toEqual(['DATABASE_URL: …']);
  const contradiction = 'S3_BUCKET: set this or ARTIFACT_FOLDER.';
  expect(await startFaults({ artifacts: SERVICES.artifacts }, [contradiction], saying)).toEqual([
    contradiction,
  ]);
});
