import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTold, type Told } from './run-told.testing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (args: string[], told?: Told) => runTold(folder, args, told);

const pipeline = {
  document: {
    input: { audio: { media: 'audio/*' }, text: { type: 'string' }, count: { type: 'integer' } },
    params: { properties: { to: { type: 'string' }, loud: { type: 'number' } } },
  },
};
const artifact = {
  id: `art_${'0'.repeat(26)}`,
  mediaType: 'audio/wav',
  bytes: 3,
  sha256: 'a'.repeat(64),
  name: '../x.wav',
};
const job = (status: string) => ({
  id: 'job_1',
  pipeline: 'p@1',
  status,
  createdAt: '2026-01-01T00:00:00.000Z',
  output: status === 'completed' ? { audio: artifact, lines: [{ clip: artifact }] } : null,
  warnings: [],
  waitingFor: [],
  tasks: [{ path: 'heard', stage: 's@1', status, attempt: 1, seconds: 1, progress: null }],
  ...(status === 'failed' && { error: { code: 'media.unreadable', message: 'No.', path: 'heard' } }),
});

const AT = '2026-01-01T00:00:00.000Z';
const stream = (...events: object[]) =>
  new Response(events.map((event, i) => `id: ${i}\ndata: ${JSON.stringify(event)}\n\n`).join(''));

describe('watch', () => {
  const task = { job: 'job_1', path: 'heard', stage: 's@1', attempt: 1 };
  const events = [
    { type: 'task.started', ...task, at: AT },
    { type: 'task.partial', job: 'job_1', path: 'heard', attempt: 1, index: 0, value: { text: 'good' } },
    { type: 'task.completed', ...task, engine: 'toy', seconds: 1, at: AT },
    { type: 'job.completed', job: 'job_1', at: AT },
  ];
  const told = { 'GET /v1/jobs/job_1': job('completed'), 'GET /v1/jobs/job_1/events': stream(...events) };

  it('says a line for each change where there is no terminal, then prints the output', async () => {
    const { code, notes, out } = await run(['watch', 'job_1'], told);
    expect(code).toBe(0);
    expect(notes).toMatch(/▸ heard .*s@1\n✓ heard +1\.0 s {2}s@1 by toy\n/);
    expect(JSON.parse(out)).toHaveProperty('audio');
  });

  it('prints the events as lines of JSON, and nothing else', async () => {
    const { out, notes } = await run(['watch', 'job_1', '--json'], told);
    expect(notes).toBe('');
    expect(out.split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(
      events.map((event, i) => ({ ...event, id: String(i) })),
    );
  });

  it('shows how far a batch is', async () => {
    const counts = { total: 2, queued: 0, running: 0, completed: 1, failed: 1, cancelled: 0 };
    const fields = { batch: 'bat_1', counts, percent: 100 };
    const { code, notes } = await run(['watch', 'bat_1'], {
      'GET /v1/batches/bat_1/events': stream({ type: 'batch.completed', status: 'completed', ...fields }),
      'GET /v1/batches/bat_1': {
        ...{ id: 'bat_1', pipeline: 'p@1', status: 'completed', percent: 100, errors: [], createdAt: AT },
        counts,
      },
    });
    expect([code, notes]).toMatchObject([
      1,
      expect.stringMatching(/100 % {2}completed: 2 rows, 1 completed, 1 failed/),
    ]);
  });
});

describe('submit', () => {
  it('uploads files, reads texts by what the pipeline wants, and prints the job', async () => {
    await writeFile(join(folder, 'a.wav'), 'RIFF');
    await writeFile(join(folder, 'note.txt'), '7');
    const result = await run(
      [
        'submit',
        'p',
        '-i',
        `audio=${join(folder, 'a.wav')}`,
        '-i',
        `text=@${join(folder, 'note.txt')}`,
      ].concat(['-i', 'count=7', '-p', 'to=7', '-p', 'loud=7', '--metadata', 'by=me=you', '--json']),
      {
        'GET /v1/pipelines/p': pipeline,
        'POST /v1/artifacts': { id: 'art_1' },
        'POST /v1/jobs': job('queued'),
      },
    );
    expect(result).toMatchObject({ code: 0, notes: '' });
    expect(result.sent.at(-1)?.body).toEqual({
      pipeline: 'p',
      input: { audio: { artifact: 'art_1' }, text: '7', count: 7 },
      params: { to: '7', loud: 7 },
      metadata: { by: 'me=you' },
    });
    expect(JSON.parse(result.out)).toMatchObject({ id: 'job_1' });
  });

  it('sends a whole document', async () => {
    const path = join(folder, 'mine.yaml');
    await writeFile(path, 'name: mine\nversion: 1\ninput: { text: { type: string } }\n');
    const result = await run(['submit', path, '-i', 'text=hi'], { 'POST /v1/jobs': job('queued') });
    expect(result.sent[0]?.body).toMatchObject({ pipeline: { name: 'mine' }, input: { text: 'hi' } });
  });

  it('waits, saves the files under names of its own, and ends with 0', async () => {
    const out = join(folder, 'out');
    const result = await run(['submit', 'p', '-i', 'audio=art_1', '--out', out], {
      'GET /v1/pipelines/p': pipeline,
      'POST /v1/jobs': job('queued'),
      'GET /v1/jobs/job_1': job('completed'),
      'GET /v1/jobs/job_1/events': stream({ type: 'job.completed', job: 'job_1', at: AT }),
      [`GET /v1/artifacts/${artifact.id}/content`]: new Response('wav'),
    });
    expect(result.code).toBe(0);
    expect((await readdir(out)).toSorted()).toEqual(['audio.wav', 'lines-0-clip.wav', 'output.json']);
    expect(await readdir(folder)).toEqual(['out']);
    expect(await readFile(join(out, 'audio.wav'), 'utf8')).toBe('wav');
  });

  it.each([
    [['submit', 'p', '-i', 'audio'], /expected NAME=VALUE/],
    [['submit', 'p', '-i', 'audoi=x'], /audoi: the pipeline has no such input; it has audio, text, count/],
    [['submit', 'p', '-i', 'audio=/no/such'], /there is no file '\/no\/such'/],
    [['submit', 'p', '-p', 'a=1', '-p', 'a=2'], /given twice/],
    [['submit', './none.yaml'], /cannot be read/],
    [['submit'], /missing required argument/],
    [['sumbit'], /unknown command 'sumbit'/],
    [['jobs', '--nope'], /unknown option/],
    [['migrate'], /DATABASE_URL is not set/],
    [['batch', 'submit', 'p', './none.jsonl'], /none.jsonl: cannot be read/],
    [['webhooks', 'listen', '--port', 'x'], /--port x: expected a whole number/],
    [['models', 'pull', 'nope'], /no model 'nope'/],
    [['models', 'show', 'whisper-tinny'], /no model 'whisper-tinny'; there are whisper-tiny, whisper-base/],
    [['models', 'pull', 'whispertiny'], /no model 'whispertiny'; there are whisper-tiny \(/],
    [['models', 'pull', 'whisper-base'], /revision of the model whisper-base is wanted.*\(model.unpinned\)/],
    [['models', 'pull', 'whisper-base', '--revision', 'main'], /--revision main: expected a commit of 40/],
    [['models', 'pull', '--revision', 'a'.repeat(40)], /--revision is the commit of one model/],
    [
      ['models', 'pull', 'silero-vad', '--revision', 'a'.repeat(40)],
      /says already where .* silero-vad comes/,
    ],
    [['models', 'pull', 'silero-vad', '--variant', 'q4-cuda'], /no variant 'q4-cuda': it has only one/],
    [['models', 'mirror', 'https://models.example.com'], /a mirror is made in a folder, or in s3:/],
    [['models', 'pull', '--preset', 'huge'], /no preset 'huge'; there are offline, cpu-small/],
  ])('%j is a mistake of usage', async (args, message) => {
    const result = await run(args, { 'GET /v1/pipelines/p': pipeline });
    expect(result.code).toBe(2);
    expect(result.notes).toMatch(message);
  });
});

describe('batch', () => {
  const batch = (status: string, completed: number) => ({
    id: 'bat_1',
    pipeline: 'p@1',
    status,
    percent: status === 'completed' ? 100 : 0,
    counts: { total: 2, queued: 0, running: 0, completed, failed: 0, cancelled: 0, invalid: 2 - completed },
    errors: [{ line: 2, customId: 'b', code: 'input.invalid', message: 'No.' }],
    createdAt: '2026-01-01T00:00:00.000Z',
  });

  it('uploads the rows, and shows the secret of a webhook once', async () => {
    const path = join(folder, 'rows.jsonl');
    await writeFile(path, '{}');
    const webhook = { id: 'whk_1', url: 'http://me/', secret: 'whsec_x' };
    const result = await run(['batch', 'submit', 'p', path, '-p', 'loud=7', '--webhook', 'http://me/'], {
      'POST /v1/artifacts': { id: 'art_1' },
      'POST /v1/batches': { ...batch('queued', 0), webhook },
    });
    expect(result).toMatchObject({ code: 0, notes: 'webhook secret: whsec_x' });
    const body = { pipeline: 'p', params: { loud: 7 }, artifact: 'art_1', webhook: { url: 'http://me/' } };
    expect(result.sent.at(-1)?.body).toEqual(body);
  });

  it('ends with 1 when a row did not complete, and names it', async () => {
    const told = { 'GET /v1/batches/bat_1': batch('completed', 1) };
    const result = await run(['batch', 'status', 'bat_1', '--wait'], told);
    expect(result.code).toBe(1);
    expect(result.out).toMatch(/2 rows, 1 completed, 1 invalid\n {2}line 2 \(b\): No\. \(input\.invalid\)/);
  });

  it('prints results as they come', async () => {
    const lines = new Response('{"line":1}\n\n{"line":2}');
    const result = await run(['batch', 'results', 'bat_1'], { 'GET /v1/batches/bat_1/results': lines });
    expect(result.out).toBe('{"line":1}\n{"line":2}');
  });
});

describe('keys and tenants', () => {
  const key = {
    id: 'key_1',
    name: 'nightly',
    prefix: 'im_live_1',
    scopes: ['jobs:read'],
    status: 'active',
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    oldSecretsUntil: null,
  };
  const made = { ...key, key: 'im_live_1_secret' };

  it('prints a new key alone, so that it can be piped', async () => {
    const args = ['keys', 'create', 'nightly', '--scope', 'jobs:read', '--scope', 'jobs:write'];
    const { code, out, notes, sent } = await run([...args, '--expires', '2030-01-01'], {
      'POST /v1/keys': made,
    });
    expect({ code, out }).toEqual({ code: 0, out: 'im_live_1_secret' });
    expect(notes).toContain('not shown again');
    expect(sent[0]!.body).toEqual({
      name: 'nightly',
      scopes: ['jobs:read', 'jobs:write'],
      expiresAt: '2030-01-01T00:00:00.000Z',
    });
  });

  it('counts durations, and refuses what is none', async () => {
    const told = { 'POST /v1/keys/key_1/rotate': made };
    const { sent } = await run(['keys', 'rotate', 'key_1', '--grace', '90m'], told);
    expect(sent[0]!.body).toEqual({ graceSeconds: 5_400 });
    const wrong = await run(['keys', 'rotate', 'key_1', '--grace', 'soon'], told);
    expect(wrong).toMatchObject({ code: 2, sent: [], notes: expect.stringContaining('--grace soon') });
    expect((await run(['keys', 'create', 'x', '--scope', 'admin', '--expires', 'soon'])).code).toBe(2);
  });

  it('lists keys and says when they were used', async () => {
    const { out } = await run(['keys', 'list'], { 'GET /v1/keys': { keys: [key], next: null } });
    expect(out).toBe('key_1  active   nightly  jobs:read  never used');
  });

  it('sets limits of a tenant, and takes them back', async () => {
    const tenant = { id: 'ten_1', name: 'research', weight: 2, limits: { openJobs: 500 }, createdAt: '' };
    const { sent } = await run(
      ['tenants', 'set', 'ten_1', '--weight', '2', '--open-jobs', '500', '--request-burst', 'default'],
      { 'POST /v1/tenants/ten_1': tenant },
    );
    expect(sent[0]!.body).toEqual({ weight: 2, limits: { openJobs: 500, requestBurst: null } });
    expect((await run(['tenants', 'set', 'ten_1', '--open-jobs', 'many'])).code).toBe(2);
  });

  it('needs a database for the first key', async () => {
    expect(await run(['keys', 'first'])).toMatchObject({
      code: 2,
      notes: expect.stringContaining('DATABASE_URL'),
    });
  });
});

describe('exit codes', () => {
  const problem = (status: number, code: string) =>
    Response.json({ type: 't', title: 't', status, code, detail: 'Why.', requestId: 'r1' }, { status });

  it('tell a failed job, a refusal and an API that is away apart', async () => {
    const failed = await run(['watch', 'job_1'], {
      'GET /v1/jobs/job_1': job('failed'),
      'GET /v1/jobs/job_1/events': stream({ type: 'job.failed', job: 'job_1', at: AT }),
    });
    expect(failed.code).toBe(1);
    expect(failed.notes).toMatch(/failed at heard: No. \(media.unreadable\)/);
    const refused = await run(['job', 'x'], { 'GET /v1/jobs/x': problem(404, 'job.not_found') });
    expect(refused).toMatchObject({ code: 2, notes: 'Why. (job.not_found) [request r1]' });
    const away = await run(['jobs'], { 'GET /v1/jobs': problem(503, 'store.unavailable') });
    expect(away.code).toBe(3);
    expect((await run(['jobs'])).code).toBe(3);
  });

  it('are in the help, which ends with 0', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes:[\s\S]*3 {2}the API/);
    expect((await run(['submit', '--help'])).out).toMatch(/Examples:/);
  });
});

describe('models', () => {
  it('pulls nothing of the preset offline', async () => {
    const { code, out } = await run(['models', 'pull', '--preset', 'offline', '--json']);
    expect([code, out]).toEqual([0, '{"models":[]}']);
  });

  it('shows all that is known of one, and marks what may not be used commercially', async () => {
    const { out } = await run(['models', 'show', 'mms-tts-eng']);
    expect(out).toMatch(/^licence +CC-BY-NC-4\.0: not for commercial use$/m);
    expect(out).toMatch(/^revision +nobody has said: intermodal models pull mms-tts-eng --revision COMMIT$/m);
    expect(out).toMatch(/^tested by +nothing: not tested$/m);
    expect((await run(['models', 'list'])).out).toMatch(
      /^mms-tts-eng +unpinned .*CC-BY-NC-4\.0 \(non-commercial\)$/m,
    );
  });

  it('mirrors what is here, and names what is not', async () => {
    const { code, notes } = await run(['models', 'mirror', join(folder, 'mirror'), 'silero-vad']);
    expect(code).toBe(1);
    expect(notes).toMatch(/Not on this machine: silero-vad; first run intermodal models pull/);
  });

  it('prunes what the catalogue does not name, after it was asked what that is', async () => {
    const old = join(folder, 'models', 'silero-vad', '0123456789abcdef');
    await mkdir(old, { recursive: true });
    await writeFile(join(old, 'model.onnx'), 'old');
    const told = await run(['models', 'prune', '--dry-run']);
    expect(told.out).toMatch(/silero-vad\/0123456789abcdef\n.*would be removed/);
    const { out } = await run(['models', 'prune', '--json']);
    expect(JSON.parse(out)).toEqual({
      removed: true,
      bytes: 3,
      files: [{ path: join('silero-vad', '0123456789abcdef'), bytes: 3 }],
    });
    expect(await readdir(join(folder, 'models', 'silero-vad'))).toEqual([]);
  });
});

describe('a catalogue with files whose names do not end in .model.json', () => {
  const withFiles = async (names: readonly string[], args: string[]) => {
    const catalogue = join(folder, 'catalogue');
    await mkdir(catalogue);
    for (const name of names) await writeFile(join(catalogue, name), '{}');
    return runTold(folder, args, {}, { INTERMODAL_MODEL_CATALOGUE: catalogue });
  };
  const unread = ['a.json', 'b.yaml', 'c.txt', 'my-model.json', '.hidden'];

  it('names those that were not read, first the one that is asked for', async () => {
    const { code, notes } = await withFiles(unread, ['models', 'pull', 'my-model']);
    expect(code).toBe(2);
    expect(notes).toContain(
      "There is no model 'my-model' (intermodal models list shows all). Of INTERMODAL_MODEL_CATALOGUE only names that end in .model.json are read, " +
        'and not my-model.json, a.json, b.yaml and 1 more.',
    );
  });

  it('says so beside the list, which is as it was', async () => {
    const { code, notes, out } = await withFiles(['a.json'], ['models', 'list', '--json']);
    expect(code).toBe(0);
    expect(notes).toMatch(/only names that end in .model.json are read, and not a.json\.$/);
    expect(JSON.parse(out)).toHaveProperty('models');
  });

  it('says nothing of it where there are none', async () => {
    const { notes } = await withFiles(['.hidden'], ['models', 'show', 'my-model']);
    expect(notes).toMatch(/shows all\)\.\n?$/);
  });
});

it('finds no model in an empty folder', async () => {
  const { code, out } = await run(['models', 'list', '--json']);
  expect(code).toBe(0);
  type Row = { id: string; state: string; source: { kind: string; revision?: string } };
  const { models } = JSON.parse(out) as { models: Row[] };
  expect(models.map(({ id }) => id)).toContain('silero-vad');
  const isUnpinned = ({ kind, revision }: Row['source']) => kind === 'hugging-face' && revision === undefined;
  for (const { state, source } of models) expect(state).toBe(isUnpinned(source) ? 'unpinned' : 'missing');
});
