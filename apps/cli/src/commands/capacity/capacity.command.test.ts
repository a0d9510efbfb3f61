import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid, showId } from '@intermodal/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTold, type Told } from '../run-told.testing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (args: string[], told?: Told) => runTold(folder, args, told);

describe('capacity', () => {
  const audio = {
    ...{ id: showId('artifact', newUuid()), mediaType: 'audio/wav', bytes: 7_000_000 },
    sha256: '0'.repeat(64),
  };
  const told = {
    'GET /v1/stages': {
      stages: [{ name: 'speech.hear', version: 1, pool: 'speech', input: {}, output: {} }],
    },
    'GET /v1/jobs': { jobs: [{ id: 'job_1' }], next: null },
    'GET /v1/jobs/job_1': {
      ...{ pipeline: 'listen@2', input: { audio }, output: { text: 'x' } },
      tasks: [
        {
          ...{ stage: 'speech.hear@1', status: 'completed', seconds: 3 },
          ...{ startedAt: '2026-11-01T00:00:00Z', finishedAt: '2026-11-01T00:00:03Z' },
        },
      ],
    },
  };

  it('is reckoned from jobs that completed, and from what was saved of them', async () => {
    const path = join(folder, 'profiles.json');
    const learned = await run(['capacity', '--load', 'listen=3600/hour', '--save-profiles', path], told);
    expect(learned.code).toBe(0);
    expect(learned.notes).toBe('listen@2: learned from 1 jobs');
    expect(learned.out).toContain('In the busiest hour: 3,600 jobs, 1 tasks a second.');
    expect(learned.out).toMatch(/^speech +1 +3 +3$/m);
    expect(learned.out).toContain('connections of Postgres (500)');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject([{ fileBytesPerJob: 7_000_000 }]);
    const again = await run(['capacity', '--load', 'listen=3600/hour', '--profiles', path]);
    expect(again.out).toBe(learned.out);
    expect(again.sent).toEqual([]);
    const json = await run([
      'capacity',
      '--load',
      'listen=86400/day',
      '--peak',
      '1',
      '--profiles',
      path,
      '--json',
    ]);
    expect(JSON.parse(json.out)).toMatchObject({ plan: { jobsPerHour: 3600 }, simulation: { share: 1 } });
  });

  it('says what is wrong with a load, and what nothing is known of', async () => {
    expect(await run(['capacity', '--load', 'listen=many'])).toMatchObject({
      code: 2,
      notes: expect.stringContaining('Expected as in video-to-text=20000/hour.'),
    });
    const none = { ...told, 'GET /v1/jobs': { jobs: [], next: null } };
    const nothing = await run(['capacity', '--load', 'listen=1/hour'], none);
    expect(nothing.notes).toContain("no job of 'listen' has completed yet");
    expect(nothing.code).toBe(2);
    const path = join(folder, 'broken.json');
    await writeFile(path, '[{"pipeline": "listen@2"}]');
    const broken = await run(['capacity', '--load', 'listen=1/hour', '--profiles', path]);
    expect(broken.notes).toContain(`'${path}' at 0.jobs:`);
  });
});
