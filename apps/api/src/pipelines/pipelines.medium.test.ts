import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';

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
