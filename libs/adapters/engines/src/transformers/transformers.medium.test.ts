import { once } from 'node:events';
import { createServer } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { env } from '@huggingface/transformers';
import type { IntermodalError } from '@intermodal/contracts';
import type { EngineContext, ModelStore } from '@intermodal/models';
import {
  makeExternalOnnx,
  makeOnnx,
  storeOfFolder,
  textEncoderFolder,
  type ModelFolder,
} from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ModelHouse } from '../hosts/model-house.ts';
import { load } from './text-encoder/text-encoder-runner.ts';
import { TEXT_ENCODER } from './text-encoder/text-encoder.ts';
import embedder from './text-embedder/transformers.engine.ts';
import { OpenedModel } from './transformers.testing.ts';

const { signal } = new AbortController();
const described = { id: 'tiny-encoder', tasks: ['text.embed' as const] };
const NETWORK = 'onnx/model.onnx';
const storeWith = (files: ModelFolder, more: Partial<Parameters<typeof storeOfFolder>[1]> = {}) =>
  storeOfFolder({ ...textEncoderFolder(), ...files }, { ...described, tasks: [...described.tasks], ...more });
const utf8 = (text: string) => new TextEncoder().encode(text);

/** The error of a model that is asked for something; without its folder in it. */
async function refusal(models: ModelStore): Promise<IntermodalError> {
  await using opened = await OpenedModel.open(models, TEXT_ENCODER);
  const error: unknown = await opened.call({ kind: 'embed', texts: ['one', 'two'] }).then(
    () => new Error('It was not refused.'),
    (thrown: unknown) => thrown,
  );
  expect((error as Error).message).not.toMatch(/\/intermodal-|\/tmp|\n/);
  return error as IntermodalError;
}

describe('the memory that a model is thought to need', () => {
  const tooLarge = async (more: Parameters<typeof storeWith>[1], memoryBytes: number): Promise<unknown> => {
    await using models = await storeWith({}, more);
    await using opened = await OpenedModel.open(models, TEXT_ENCODER, { memoryBytes });
    return await opened.call({ kind: 'embed', texts: ['one'] }).catch((error: unknown) => error);
  };

  it('is that of the library and of its weights, unless its entry knows better', async () => {
    const MIB = 1024 ** 2;
    expect(await tooLarge({}, 140 * MIB)).toMatchObject({
      code: 'model.too_large',
      message: expect.stringMatching(
        /^The model tiny-encoder needs about 151 MiB, and all .* 140 MiB/,
      ) as string,
    });
    expect(await tooLarge({ memoryBytes: { cpu: 300 * MIB } }, 200 * MIB)).toMatchObject({
      message: expect.stringMatching(/needs about 300 MiB/) as string,
    });
    expect(await tooLarge({}, 200 * MIB)).not.toBeInstanceOf(Error);
  });
});

describe('what Transformers.js would do silently, or die of', () => {
  it.each([
    ['a missing file of weights', makeExternalOnnx('model.onnx_data'), /keeps weights in model.onnx_data/],
    ['weights outside of its folder', makeExternalOnnx('../../etc/passwd'), /outside of its folder/],
    ['half a network', textEncoderFolder()[NETWORK]!.subarray(0, 300), /is no whole ONNX network/],
    ['no network at all', utf8('no network'), /is no whole ONNX network/],
  ])('%s is refused before a process opens it', async (_, network, why) => {
    await using models = await storeWith({ [NETWORK]: network });
    expect(await refusal(models)).toMatchObject({
      code: 'model.unavailable',
      message: expect.stringMatching(why) as string,
    });
  });

  it('a network that onnxruntime cannot open is refused without a path', async () => {
    const unknown = makeOnnx({
      inputs: { input_ids: ['n'] },
      outputs: { y: ['n'] },
      nodes: [{ operator: 'NoSuchOperator', inputs: ['input_ids'], outputs: ['y'] }],
    });
    await using models = await storeWith({ [NETWORK]: unknown });
    expect(await refusal(models)).toMatchObject({
      code: 'model.unavailable',
      message: expect.stringMatching(
        /^The model tiny-encoder could not be opened: .*NoSuchOperator/,
      ) as string,
    });
  });

  it.each(['tokenizer.json', 'tokenizer_config.json', 'config.json'])(
    'a %s that is no JSON is refused',
    async (file) => {
      await using models = await storeWith({ [file]: utf8('{') });
      if (file === 'config.json') {
        expect(await embedder.probe(testContext(models))).toMatchObject({
          available: false,
          reason: 'The model tiny-encoder cannot be opened: its config.json is not JSON.',
        });
        return;
      }
      expect(await refusal(models)).toMatchObject({ code: 'model.unavailable' });
    },
  );

  it('a network that gives what is no number is found out', async () => {
    const network = makeOnnx({
      inputs: {
        input_ids: { type: 'int64', dims: ['batch', 'length'] },
        attention_mask: { type: 'int64', dims: ['batch', 'length'] },
      },
      outputs: { last_hidden_state: ['batch', 'length', 1] },
      nodes: [
        { operator: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: { to: 1 } },
        { operator: 'Unsqueeze', inputs: ['ids', 'last'], outputs: ['each'] },
        { operator: 'Neg', inputs: ['each'], outputs: ['negative'] },
        { operator: 'Log', inputs: ['negative'], outputs: ['last_hidden_state'] },
      ],
      weights: { last: { dims: [1], data: BigInt64Array.of(2n) } },
    });
    await using models = await storeWith({ [NETWORK]: network });
    expect(await refusal(models)).toMatchObject({
      code: 'model.output_invalid',
      message: expect.stringMatching(/no numbers \(NaN or infinite\)\.$/) as string,
    });
  });
});

describe('the precision of a model', () => {
  const probe = async (...given: Parameters<typeof storeWith>) => {
    await using models = await storeWith(...given);
    return await embedder.probe(testContext(models));
  };

  it.each([
    [{ dtype: 'gguf' as const }, /dtype is to be fp32, q8 or the like/],
    [
      { dtype: 'q8' as const },
      /has the network onnx\/model.onnx, and a network of dtype q8 is named NAME_quantized.onnx/,
    ],
    [{ variants: [] }, /has no variants: say under "variants" which dtype/],
  ])('is what the catalogue says, or an error: %j', async (more, why) => {
    expect(await probe({}, more)).toEqual({ available: false, reason: expect.stringMatching(why) as string });
  });

  it('is not taken for fp32 where that is what lies there', async () => {
    const { [NETWORK]: network, ...rest } = textEncoderFolder();
    await using models = await storeOfFolder(
      { ...rest, 'onnx/model_quantized.onnx': network! },
      { ...described, dtype: 'fp32' },
    );
    expect(await embedder.probe(testContext(models))).toMatchObject({
      reason: expect.stringMatching(/a network of dtype fp32 is named NAME.onnx/) as string,
    });
  });
});

describe('which model is opened', () => {
  it('is not one that lacks a file that others of its kind have', async () => {
    const { 'tokenizer_config.json': _, ...folder } = textEncoderFolder();
    await using models = await storeOfFolder(folder, described);
    expect(await embedder.probe(testContext(models))).toMatchObject({
      reason:
        'The model tiny-encoder has no file tokenizer_config.json, and a text encoder needs it: add it to the files of the model.',
    });
  });

  it('says which would have to be pulled, and which kinds it opens', async () => {
    await using tiny = await storeWith({});
    const empty: ModelStore = { catalogue: tiny.catalogue, find: async () => undefined };
    expect(await embedder.probe(testContext(empty))).toMatchObject({
      reason:
        'no model for text.embed is here that the engine transformers opens: intermodal models pull one of tiny-encoder.',
    });
    expect(await embedder.probe(testContext())).toMatchObject({ available: false });
    await using other = await storeWith({
      'config.json': utf8('{"model_type":"yolos","architectures":["YolosModel"]}'),
    });
    expect(await embedder.probe(testContext(other))).toMatchObject({
      reason: expect.stringMatching(
        /^The model tiny-encoder is a yolos, YolosModel, and for text.embed the engine transformers opens a text encoder \(bert,/,
      ) as string,
    });
  });

  it('a variant for a graphics card is not opened where none is used, and one for the processor is, everywhere', async () => {
    await using forCuda = await storeWith({}, { device: 'cuda' });
    expect(await embedder.probe(testContext(forCuda))).toMatchObject({
      reason: 'The model tiny-encoder runs on a graphics card only (fp32-cuda), and none is used here.',
    });
    await using models = await storeWith({});
    await using house = new ModelHouse({ device: 'cuda', threads: 1 });
    const context: EngineContext = { ...testContext(models), hosts: house };
    const engine = await embedder.open(context);
    expect(engine.device).toBe('cpu');
    expect((await engine.use.embed(['one'], { signal })).vectors).toHaveLength(1);
  });
});

describe('the process of a model', () => {
  afterEach(() => vi.restoreAllMocks());
  const opened = (folder: string) => load({ load: { folder, dtype: 'fp32' }, device: 'cpu', threads: 1 });
  const call = { signal, alive() {}, partial() {} };

  it('prints nothing of what it was given, when a run fails', async () => {
    const said = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')];
    const { 'tokenizer.json': json, ...rest } = textEncoderFolder();
    // A word that has no row in the table.
    const tokenizer = new TextDecoder().decode(json).replace('"nine":12', '"nine":99');
    await using models = await storeOfFolder({ ...rest, 'tokenizer.json': utf8(tokenizer) }, described);
    const paths = (await models.find(models.catalogue[0]!))!;
    const runner = await opened(paths['config.json']!.replace('/config.json', ''));
    await expect(runner.handle({ kind: 'embed', texts: ['nine'] }, call)).rejects.toMatchObject({
      code: 'model.failed',
    });
    for (const spy of said) expect(spy.mock.calls).toEqual([]);
  });

  it('fetches nothing, whatever is missing, and takes no relative folder', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const host = env.remoteHost;
    try {
      env.remoteHost = `http://127.0.0.1:${port}/`;
      await using models = await storeWith({});
      const paths = (await models.find(models.catalogue[0]!))!;
      const folder = paths['config.json']!.replace('/config.json', '');
      const { 'tokenizer.json': tokenizer } = paths;
      await writeFile(tokenizer!, '');
      await expect(opened(folder)).rejects.toThrow();
      await expect(opened(`${folder}/nothing`)).rejects.toThrow();
      await expect(opened(relative(process.cwd(), folder))).rejects.toThrow(/absolute path/);
      await expect(env.fetch('http://127.0.0.1/')).rejects.toThrow(/Nothing is fetched while models run/);
      expect(asked).toEqual([]);
    } finally {
      env.remoteHost = host;
      server.close();
    }
  });
});
