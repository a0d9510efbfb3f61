import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '@intermodal/pipeline';
import { parse } from 'yaml';
import { OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

describe('validate', () => {
  const validate = async (body: string, type = 'application/yaml') => {
    const response = await api.ask('/v1/pipelines/validate', {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    return response.json();
  };
  const yaml = `
name: mine
version: 1
input: { audio: { media: "audio/*" } }
nodes: { n: { stage: test.listen@1, in: { audio: $input.audoi, hint: x } } }
output: { text: $n.txet }
`;

  it('names every fault, of YAML and of JSON', async () => {
    const result = await validate(yaml);
    expect(result).toMatchObject({ valid: false });
    expect(JSON.stringify(result)).toMatch(/nodes\.n\.in\.audio.*output\.text/);
    const good = yaml.replace('audoi', 'audio').replace('txet', 'text');
    expect(await validate(good)).toEqual({ valid: true, errors: [] });
    expect(await validate('{"name": 1}', 'application/json')).toMatchObject({ valid: false });
  });

  it('knows the published pipelines that a document refers to', async () => {
    const using = (pipeline: string) => `
name: mine
version: 1
input: { audio: { media: "audio/*" } }
nodes: { one: { pipeline: ${pipeline}, in: { audio: $input.audio }, when: $input.audio } }
output: { text: $one.text }
`;
    expect(await validate(using('listen@1'))).toEqual({ valid: true, errors: [] });
    expect(await validate(using('listen@3'))).toEqual({
      valid: false,
      errors: [
        {
          path: 'nodes.one.pipeline',
          message: "there is no pipeline 'listen@3'; known are listen@1, listen@2",
        },
      ],
    });
  });

  it('refuses what is no document at all', async () => {
    expect(await validate('')).toMatchObject({ code: 'request.invalid' });
    expect(await validate('a: [')).toMatchObject({
      code: 'request.invalid',
      detail: expect.stringMatching(/line 1/),
    });
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]`).join('\n')}`;
    expect(await validate(bomb)).toMatchObject({ code: 'request.invalid' });
  });
});

describe('publish', () => {
  const publish = (text: string, key?: string) =>
    api.ask('/v1/pipelines', {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/yaml', ...(key && { authorization: `Bearer ${key}` }) },
    });
  const own = (version: number, hint = 'x', name = 'mine') => `
name: ${name}
version: ${version}
summary: Mine.
input: { audio: { media: "audio/*" } }
nodes: { n: { stage: test.listen@1, in: { audio: $input.audio, hint: ${hint} } } }
output: { text: $n.text }
`;

  it('makes a version that never changes, and is run, shown, listed and put into others by its name', async () => {
    const first = await publish(own(1));
    expect([first.status, first.headers.get('location')]).toEqual([201, '/v1/pipelines/mine@1']);
    expect(await first.json()).toMatchObject({ name: 'mine', versions: [1], input: { required: ['audio'] } });
    expect((await publish(own(1))).status).toBe(200);
    const other = await publish(own(1, 'y'));
    expect(await other.json()).toMatchObject({
      ...{ status: 409, code: 'pipeline.conflict' },
      detail: expect.stringMatching(/raise 'version'/) as string,
    });
    expect((await publish(own(2, 'y'))).status).toBe(201);
    const get = async (name: string) => (await api.ask(`/v1/pipelines/${name}`)).json();
    expect(await get('mine')).toMatchObject({ version: 2, versions: [1, 2] });
    expect(await get('mine@1')).toMatchObject({ version: 1, document: { summary: 'Mine.' } });
    expect(await get('mine@3')).toMatchObject({
      ...{ status: 404, code: 'pipeline.unknown' },
      detail: expect.stringMatching(/versions 1, 2/) as string,
    });
    const { pipelines } = (await (await api.ask('/v1/pipelines')).json()) as { pipelines: object[] };
    expect(pipelines).toMatchObject([{ name: 'listen' }, { name: 'mine', version: 2 }]);

    const audio = { base64: 'AAAA', mediaType: 'audio/wav' };
    const submit = async (pipeline: unknown) => {
      const response = await api.ask('/v1/jobs', {
        method: 'POST',
        body: JSON.stringify({ pipeline, input: { audio } }),
      });
      return response.json();
    };
    expect(await submit('mine')).toMatchObject({ pipeline: 'mine@2' });
    const around = {
      ...{ name: 'around', version: 1, input: { audio: { media: 'audio/*' } } },
      nodes: { one: { pipeline: 'mine@1', in: { audio: '$input.audio' } } },
      output: { text: '$one.text' },
    };
    expect(await submit(around)).toMatchObject({ pipeline: 'around@1' });
    const rows = [{ custom_id: 'a', input: { audio } }];
    const batch = { pipeline: 'mine@1', rows };
    const sent = await api.ask('/v1/batches', { method: 'POST', body: JSON.stringify(batch) });
    expect(await sent.json()).toMatchObject({ pipeline: 'mine@1', counts: { queued: 1 } });
  });

  it('is for its tenant alone, who may have the same name with another content', async () => {
    const foreign = compile(parse(own(1, 'foreign', 'theirs')), api.catalogue);
    await api.records.pipelines.publish(OTHER_TENANT, foreign);
    expect((await api.ask('/v1/pipelines/theirs')).status).toBe(404);
    expect((await publish(own(1, 'ours', 'theirs'))).status).toBe(201);
    expect(await api.records.pipelines.published(OTHER_TENANT)).toMatchObject([{ name: 'theirs' }]);
  });

  it('refuses what cannot run, with every fault, and names that are taken', async () => {
    const broken = await publish(own(1).replace('audio, hint', 'audoi, hint').replace('n.text', 'n.txet'));
    expect(await broken.json()).toMatchObject({ status: 422, code: 'pipeline.invalid', errors: [{}, {}] });
    expect(await (await publish(own(9, 'x', 'listen'))).json()).toMatchObject({
      ...{ status: 409, code: 'pipeline.conflict' },
      detail: expect.stringMatching(/^name: 'listen'/) as string,
    });
    expect((await publish('')).status).toBe(400);
    expect((await publish('7')).status).toBe(422);
  });
});
