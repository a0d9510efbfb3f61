import { newUuid, type ErrorCode } from '@intermodal/contracts';
import type { ClaimedTask } from '@intermodal/pipeline';
import OpenAI, { AuthenticationError, BadRequestError, InternalServerError, NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KEY, LOCAL_TENANT, startApi, type RunningApi } from '../api.testing.ts';

// Engines have no part in this: a worker that is played here says what each task gives. Real ones: `npm run contract`.

let api: RunningApi;
let client: OpenAI;
const worker = newUuid();

beforeAll(async () => {
  api = await startApi({ shipped: true });
  client = new OpenAI({ baseURL: `${api.url}/openai/v1`, apiKey: KEY, maxRetries: 0 });
});
afterAll(() => api[Symbol.asyncDispose]());

const newestJob = async () => (await api.records.jobs.list(LOCAL_TENANT, { limit: 1 })).jobs[0];

/** The next task of the stage that is ready, of the job that was submitted last. */
function taken(stage: string, before?: string): Promise<ClaimedTask> {
  return vi.waitFor(
    async () => {
      const job = await newestJob();
      if (!job || job.id === before) throw new Error('not yet');
      const ready = (await api.records.jobs.tasks(job.id, 50)).filter(
        (task) => task.state === 'ready' && task.stage === stage,
      );
      const { tasks } = await api.records.tasks.claim(
        ready.slice(0, 1).map(({ id }) => id),
        worker,
      );
      return tasks[0] ?? Promise.reject(new Error('not yet'));
    },
    { timeout: 10_000, interval: 20 },
  );
}
async function complete({ id: taskId, token }: ClaimedTask, output: Record<string, unknown>): Promise<void> {
  const settled = await api.records.tasks.settle([
    { taskId, token, outcome: 'completed', output, artifacts: [] },
  ]);
  await api.queue.announce(settled.changedJobs);
}
async function fail({ id: taskId, token }: ClaimedTask, code: ErrorCode, message: string): Promise<void> {
  const error = { code, message };
  const settled = await api.records.tasks.settle([
    { taskId, token, outcome: 'failed', error, retry: false, outage: false },
  ]);
  await api.queue.announce(settled.changedJobs);
}
const say = ({ jobId, path, attempt }: ClaimedTask, index: number, text: string) =>
  api.queue.tell([{ jobId, message: { v: 1, path, attempt, index, partial: { text } } }]);

const replied = { text: 'Good day.', finishReason: 'stop', promptTokens: 7, completionTokens: 3 };
const ask = { model: 'chat', messages: [{ role: 'user' as const, content: 'Good morning!' }] };

describe('chat', () => {
  it('answers as OpenAI does, from a job that is on record', async () => {
    const before = (await newestJob())?.id;
    const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1').toString('base64');
    const answer = client.chat.completions.create({
      model: 'chat',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
          ],
        },
      ],
      ...{ max_completion_tokens: 9, temperature: 0.5, stop: '\n', seed: 4 },
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
    });
    const task = await taken('text.chat@1', before);
    expect(task.input).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is this?' },
      ],
      image: { mediaType: 'image/png' },
    });
    expect(task.params).toMatchObject({
      ...{ maxTokens: 9, temperature: 0.5, stop: ['\n'], seed: 4, schema: { type: 'object' } },
    });
    await complete(task, replied);
    expect(await answer).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'Good day.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    });
  });

  it('streams what is told as it is told, then the rest, and the usage when it is asked for', async () => {
    const before = (await newestJob())?.id;
    const stream = client.chat.completions.create({
      ...ask,
      ...{ stream: true, stream_options: { include_usage: true } },
    });
    const task = await taken('text.chat@1', before);
    await say(task, 0, 'Good ');
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    const text = () => chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    const reading = (async () => {
      for await (const chunk of await stream) chunks.push(chunk);
    })();
    await vi.waitFor(() => expect(text()).toBe('Good '), { timeout: 5_000 });
    await complete(task, replied);
    await reading;
    expect(text()).toBe('Good day.');
    expect(chunks[0]!.choices[0]!.delta.role).toBe('assistant');
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason ?? null)).toContain('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 10 } });
  });

  it('tells a failure with its status where nothing was said, and within the stream where something was', async () => {
    let before = (await newestJob())?.id;
    const refused = client.chat.completions.create({ ...ask, stream: true });
    refused.catch(() => {});
    await fail(await taken('text.chat@1', before), 'engine.unavailable', 'There is no language model here.');
    await expect(refused).rejects.toThrow(InternalServerError);
    await expect(refused).rejects.toMatchObject({
      status: 503,
      code: 'engine.unavailable',
      message: '503 There is no language model here.',
    });
    before = (await newestJob())?.id;
    const begun = client.chat.completions.create({ ...ask, stream: true });
    const task = await taken('text.chat@1', before);
    await say(task, 0, 'Good');
    const stream = await begun;
    await fail(task, 'stage.timeout', 'It took too long.');
    await expect(
      (async () => {
        for await (const _chunk of stream);
      })(),
    ).rejects.toThrow('It took too long.');
  });

  it('cancels the job when the client goes away', async () => {
    const before = (await newestJob())?.id;
    const stop = new AbortController();
    const gone = client.chat.completions.create(ask, { signal: stop.signal });
    gone.catch(() => {});
    const { jobId } = await taken('text.chat@1', before);
    stop.abort();
    await expect(gone).rejects.toThrow();
    await vi.waitFor(async () =>
      expect((await api.records.jobs.get(LOCAL_TENANT, jobId))!.state).toBe('cancelled'),
    );
  });

  it.each([
    [{ ...ask, model: 'gpt-4o' }, 404, 'model', /'gpt-4o' does not serve this; 'chat' does/],
    [{ ...ask, messages: [] }, 400, 'messages', /messages/],
    [{ ...ask, n: 2 }, 400, 'n', /n/],
    [{ ...ask, tools: [{ type: 'function' }] }, 400, 'tools', /leave it out/],
    [
      {
        ...ask,
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://127.0.0.1/x.png' } }] },
        ],
      },
      ...[400, 'messages.0.content.0.image_url.url', /addresses are not fetched/],
    ],
  ] as const)('refuses %j', async (body, status, param, message) => {
    const answer = client.chat.completions.create(body as never);
    await expect(answer).rejects.toThrow(status === 404 ? NotFoundError : BadRequestError);
    await expect(answer).rejects.toMatchObject({
      ...{ status, param, type: 'invalid_request_error', message: expect.stringMatching(message) },
    });
  });

  it('knows keys, and says under which id a request is in the log', async () => {
    const stranger = new OpenAI({ baseURL: `${api.url}/openai/v1`, apiKey: 'sk-x', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toThrow(AuthenticationError);
    const { request_id } = await client.models.list().withResponse();
    expect(request_id).toBeTruthy();
    expect(api.log()).toContain(request_id!);
  });
});

it('lists what can be asked for', async () => {
  const names = ['chat', 'text-embedding', 'transcription', 'translation', 'speech'];
  const ids: string[] = [];
  for await (const { id } of client.models.list()) ids.push(id);
  expect(ids).toEqual(names);
  expect(await client.models.retrieve('chat')).toMatchObject({ id: 'chat', object: 'model' });
  await expect(client.models.retrieve('nope')).rejects.toThrow(NotFoundError);
});

it('gives vectors, as numbers and as the bytes that clients ask for by themselves', async () => {
  for (const encoding of [{}, { encoding_format: 'float' as const }]) {
    const before = (await newestJob())?.id;
    const answer = client.embeddings.create({ model: 'text-embedding', input: ['a', 'b'], ...encoding });
    const task = await taken('text.embed@1', before);
    expect(task.input).toEqual({ texts: ['a', 'b'] });
    await complete(task, {
      vectors: [
        [0.5, -0.25],
        [1, 0],
      ],
      promptTokens: 2,
    });
    expect(await answer).toMatchObject({
      data: [
        { index: 0, embedding: [0.5, -0.25] },
        { index: 1, embedding: [1, 0] },
      ],
      usage: { prompt_tokens: 2 },
    });
  }
});

describe('transcription', () => {
  const file = () => new File(['RIFF\0\0\0\0WAVE'], 'a.wav', { type: 'audio/wav' });
  const artifact = { id: `art_${'0'.repeat(26)}`, mediaType: 'audio/wav', bytes: 1, sha256: 'a'.repeat(64) };
  const segments = [0, 1].map((i) => ({ startMs: i * 1_000, endMs: i * 1_000 + 900, audio: artifact }));
  const words = [{ startMs: 100, endMs: 200, text: 'x' }];

  async function begin(before: string | undefined): Promise<void> {
    await complete(await taken('media.extract-audio@1', before), { audio: artifact, durationMs: 2_000 });
    await complete(await taken('speech.detect-activity@1', before), { segments, durationMs: 2_000 });
  }
  async function hear(before: string | undefined): Promise<void> {
    await begin(before);
    for (const text of ['good morning', 'good night'])
      await complete(await taken('speech.transcribe@1', before), { text, words });
  }

  it.each([
    ['json', { text: 'good morning good night' }],
    ['text', 'good morning good night\n'],
    ['srt', expect.stringContaining('1\n00:00:00,000 --> 00:00:00,900\ngood morning\n')],
    ['vtt', expect.stringMatching(/^WEBVTT\n\n00:00:00\.000 --> 00:00:00\.900\ngood morning\n/)],
    [
      'verbose_json',
      {
        duration: 2,
        segments: [
          { id: 0, start: 0, end: 0.9, text: 'good morning' },
          { id: 1, start: 1, end: 1.9, text: 'good night' },
        ],
        words: [
          { word: 'x', start: 0.1, end: 0.2 },
          { word: 'x', start: 1.1, end: 1.2 },
        ],
      },
    ],
  ] as const)('comes as %s', async (response_format, expected) => {
    const before = (await newestJob())?.id;
    const answer = client.audio.transcriptions.create({
      ...{ file: file(), model: 'transcription', response_format },
      ...(response_format === 'verbose_json' && { timestamp_granularities: ['segment', 'word'] as const }),
    } as never);
    await hear(before);
    const given = (await answer) as unknown;
    if (typeof expected === 'object' && 'asymmetricMatch' in expected) expect(given).toEqual(expected);
    else if (typeof expected === 'string') expect(given).toBe(expected);
    else expect(given).toMatchObject(expected);
  });

  it('streams lines in their order, whichever is heard first', async () => {
    const before = (await newestJob())?.id;
    const stream = client.audio.transcriptions.create({ file: file(), model: 'transcription', stream: true });
    await begin(before);
    const tasks = [
      await taken('speech.transcribe@1', before),
      await taken('speech.transcribe@1', before),
    ].sort((a, b) => (a.path < b.path ? -1 : 1));
    const tell = (task: ClaimedTask, text: string) => {
      const { jobId, path, attempt } = task;
      return api.queue.tell([
        { jobId, message: { v: 1, path, attempt, index: 0, partial: { segment: { text } } } },
      ]);
    };
    await tell(tasks[1]!, 'good night');
    await complete(tasks[1]!, { text: 'good night', words });
    await tell(tasks[0]!, 'good morning');
    await complete(tasks[0]!, { text: 'good morning', words });
    const events: unknown[] = [];
    for await (const event of await stream) events.push(event);
    expect(events).toEqual([
      { type: 'transcript.text.delta', delta: 'good morning' },
      { type: 'transcript.text.delta', delta: ' good night' },
      { type: 'transcript.text.done', text: 'good morning good night' },
    ]);
  });

  it('refuses a form without a file, and a file without sound', async () => {
    await expect(
      client.audio.transcriptions.create({ file: undefined as never, model: 'transcription' }),
    ).rejects.toMatchObject({ status: 422, param: 'file' });
    const before = (await newestJob())?.id;
    const silent = client.audio.translations.create({ file: file(), model: 'translation' });
    silent.catch(() => {});
    await complete(await taken('media.extract-audio@1', before), { audio: null, durationMs: 2_000 });
    await expect(silent).rejects.toMatchObject({ status: 415, code: 'media.unsupported' });
  });
});

describe('files and batches', () => {
  const lineOf = (custom_id: string, content: string, more: object = {}) =>
    JSON.stringify({
      ...{ custom_id, method: 'POST', url: '/v1/chat/completions' },
      body: { model: 'chat', messages: [{ role: 'user', content }], ...more },
    });
  const upload = (...lines: string[]) =>
    client.files.create({ file: new File([lines.join('\n')], 'lines.jsonl'), purpose: 'batch' });
  const submit = (input_file_id: string) =>
    client.batches.create({ input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' });

  it('answers each line of a file, and tells those that failed apart', async () => {
    const file = await upload(lineOf('a', 'one'), '', lineOf('b', 'two', { temperature: 1 }));
    expect(file).toMatchObject({ object: 'file', filename: 'lines.jsonl', status: 'processed' });
    expect(await client.files.retrieve(file.id)).toEqual(file);
    expect(await (await client.files.content(file.id)).text()).toContain('"custom_id":"a"');
    const batch = await client.batches.create({
      ...{ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' },
      metadata: { mine: 'yes' },
    });
    expect(batch).toMatchObject({
      ...{
        object: 'batch',
        input_file_id: file.id,
        endpoint: '/v1/chat/completions',
        metadata: { mine: 'yes' },
      },
      ...{ output_file_id: null, request_counts: { total: 2, completed: 0, failed: 0 } },
    });
    const jobs = await vi.waitFor(
      async () => {
        const rows = (await api.records.jobs.list(LOCAL_TENANT, { limit: 2 })).jobs.filter(
          (job) => job.batchId !== null,
        );
        expect(rows).toHaveLength(2);
        return rows;
      },
      { timeout: 10_000 },
    );
    for (const { id, params } of jobs) {
      const [row] = await api.records.jobs.tasks(id, 1);
      const { tasks } = await api.records.tasks.claim([row!.id], worker);
      if (params['temperature'] === 1) await fail(tasks[0]!, 'stage.timeout', 'It took too long.');
      else await complete(tasks[0]!, replied);
    }
    const ended = await vi.waitFor(async () => {
      const one = await client.batches.retrieve(batch.id);
      expect(one.status).toBe('completed');
      return one;
    });
    expect(ended.request_counts).toEqual({ total: 2, completed: 1, failed: 1 });
    const linesIn = async (id: string) =>
      (await (await client.files.content(id)).text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    expect(await linesIn(ended.output_file_id!)).toMatchObject([
      {
        ...{ custom_id: 'a', error: null },
        response: { status_code: 200, body: { choices: [{ message: { content: 'Good day.' } }] } },
      },
    ]);
    expect(await linesIn(ended.error_file_id!)).toMatchObject([
      { custom_id: 'b', response: null, error: { code: 'stage.timeout', message: 'It took too long.' } },
    ]);
    expect(await client.files.retrieve(ended.output_file_id!)).toMatchObject({ purpose: 'batch_output' });
  });

  it('refuses a file by the line that cannot be answered, and what is not there', async () => {
    const bad = await upload(lineOf('a', 'one'), lineOf('b', 'two', { n: 2 }));
    await expect(submit(bad.id)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/Line 2: .*n/),
    });
    const other = await upload(lineOf('a', 'one').replace('/v1/chat', '/v1/nothing'));
    await expect(submit(other.id)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/Line 1: url/),
    });
    await expect(submit((await upload('no json')).id)).rejects.toMatchObject({ status: 400 });
    await expect(submit('file-nope')).rejects.toThrow(NotFoundError);
    await expect(client.batches.retrieve('batch_nope')).rejects.toThrow(NotFoundError);
    await expect(client.files.content(`file-output-${'0'.repeat(26)}`)).rejects.toThrow(NotFoundError);
  });

  it('cancels', async () => {
    const batch = await submit((await upload(lineOf('a', 'one'))).id);
    expect((await client.batches.cancel(batch.id)).status).toBe('cancelled');
  });
});
