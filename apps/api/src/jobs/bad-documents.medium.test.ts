import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const LEVELS = 10_000;
const deepJson = '['.repeat(LEVELS) + ']'.repeat(LEVELS);
const deepYaml = `name: mine\nversion: 1\noutput: ${deepJson}\n`;

const heard = { stage: 'test.listen@1', in: { audio: '$input.audio' } };
const documentWith = (nodes: object, more: object = {}) => ({
  ...{ name: 'mine', version: 1, input: { audio: { media: 'audio/*' } }, nodes, output: {} },
  ...more,
});
const one = { nodes: { again: heard }, as: 'line', collect: {} };
const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`n${i}`, heard]));
const audio = { base64: 'AAAA', mediaType: 'audio/wav' };
const asJob = (document: object, input: object = { audio }) => JSON.stringify({ pipeline: document, input });

const post = async (path: string, body: string, type = 'application/json') => {
  const response = await api.ask(path, { method: 'POST', body, headers: { 'content-type': type } });
  return { response, problem: (await response.json()) as { detail: string; errors?: { path: string }[] } };
};

describe('a posted document is refused, and the place is named', () => {
  test.each<[string, object, string, RegExp]>([
    ['65 nodes', documentWith(many), 'nodes', /at most 64 nodes/],
    [
      'a circle',
      documentWith({
        a: { stage: heard.stage, in: { ...heard.in, hint: '$b.text' } },
        b: { stage: heard.stage, in: { ...heard.in, hint: '$a.text' } },
      }),
      'nodes',
      /wait for each other/,
    ],
    [
      'an unknown stage',
      documentWith({ a: { stage: 'test.sniff@1', in: {} } }),
      'nodes.a.stage',
      /test\.sniff@1/,
    ],
    [
      'a text where a file belongs',
      documentWith({ heard, a: { ...heard, in: { audio: '$heard.text' } } }),
      'nodes.a.in.audio',
      /expected a file of type audio\/\*, but it is text/,
    ],
    [
      'an each over what is no list',
      documentWith({ heard, all: { ...one, each: '$heard.text' } }),
      'nodes.all.each',
      /expected a list, but it is text/,
    ],
    [
      'a quorum larger than the list',
      documentWith({ all: { ...one, each: ['a', 'b'], join: { quorum: 3 } } }),
      'nodes.all.join.quorum',
      /3/,
    ],
  ])('%s', async (_name, document, path, sentence) => {
    const { response, problem } = await post('/v1/jobs', asJob(document));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      422,
      'application/problem+json',
    ]);
    expect(problem).toMatchObject({
      code: 'pipeline.invalid',
      detail: expect.stringMatching(sentence) as string,
    });
    expect(problem.errors!.map((fault) => fault.path).join()).toContain(path);
  });

  test('a pattern that never ends, or looks ahead', async () => {
    const input = (pattern: string) => ({
      input: { audio: { media: 'audio/*' }, name: { type: 'string', pattern } },
    });
    const name = `${'a'.repeat(50_000)}!`;
    const endless = await post('/v1/jobs', asJob(documentWith({ heard }, input('^(a+)+$')), { audio, name }));
    expect(endless.problem).toMatchObject({
      status: 422,
      detail: expect.stringMatching(/^input\.name: must match/) as string,
    });
    const ahead = await post('/v1/jobs', asJob(documentWith({ heard }, input('(?=a)')), { audio, name }));
    expect(ahead.problem).toMatchObject({
      status: 422,
      code: 'pipeline.invalid',
      detail: expect.stringMatching(/^input\.name/) as string,
    });
  });
});

describe(`${LEVELS} levels are refused`, () => {
  const nested = expect.stringMatching(/nested deeper/) as string;

  test.each([
    ['in an input', '/v1/jobs', `{"pipeline":"listen","input":{"hint":${deepJson}}}`, 'application/json'],
    ['in a document', '/v1/jobs', `{"pipeline":{"name":"mine","output":${deepJson}}}`, 'application/json'],
    [
      'in the rows of a batch',
      '/v1/batches',
      `{"pipeline":"listen","rows":[${deepJson}]}`,
      'application/json',
    ],
    ['in a document as JSON', '/v1/pipelines/validate', `{"output":${deepJson}}`, 'application/json'],
    ['in a document as YAML', '/v1/pipelines/validate', deepYaml, 'application/yaml'],
    ['in lists of lists in YAML', '/v1/pipelines/validate', '- '.repeat(LEVELS), 'application/yaml'],
    ['by indentation in YAML', '/v1/pipelines/validate', `a:\n${' '.repeat(LEVELS)}b: 1`, 'application/yaml'],
  ])('%s', async (_name, path, body, type) => {
    const { response, problem } = await post(path, body, type);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid', detail: nested });
  });

  test('in a field of a form', async () => {
    const form = new FormData();
    form.set('pipeline', 'listen');
    form.set('params.loudness', deepJson);
    const response = await api.ask('/v1/jobs', { method: 'POST', body: form });
    expect(await response.json()).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^params\.loudness is nested deeper/) as string,
    });
  });

  test('in a row of an uploaded file: that row alone', async () => {
    const good = JSON.stringify({ custom_id: 'good', input: { audio } });
    const uploaded = await post(
      '/v1/artifacts',
      `${good}\n{"custom_id":"deep","input":${deepJson}}\n`,
      'application/jsonl',
    );
    const { id } = uploaded.problem as unknown as { id: string };
    const sent = await post('/v1/batches', JSON.stringify({ pipeline: 'listen', artifact: id }));
    const { id: batchId } = sent.problem as unknown as { id: string };
    let batch: { status: string };
    do batch = (await (await api.ask(`/v1/batches/${batchId}`)).json()) as typeof batch;
    while (batch.status === 'validating');
    expect(batch).toMatchObject({
      counts: { total: 2, invalid: 1 },
      errors: [
        {
          line: 2,
          code: 'input.invalid',
          message: expect.stringMatching(/^Line 2 is nested deeper/) as string,
        },
      ],
    });
  });
});
