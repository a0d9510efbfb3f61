import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IntermodalApiError } from '@intermodal/client';
import type { ArtifactRef, ModelEntry, PipelineDocument } from '@intermodal/contracts';
import { readWavLayout, wavBlocks } from '@intermodal/models';
import {
  dualTowerFolder,
  MADE_TONES,
  makePixels,
  makePng,
  maskSegmenterFolder,
  multiModalityFolder,
  openDetectorFolder,
  pictureToTextFolder,
  soundTowerFolder,
  speakerSegmenterFolder,
  SPEAKER_TONES,
  textEncoderFolder,
  toneClassifierFolder,
  toneLevel,
  toneMakerFolder,
  writeSounds,
  type ModelFolder,
} from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedExamples } from '../documented-example.ts';
import { startStackOfOwnModels, type StackOfOwnModels } from '../own-models.ts';
import type { RunningStack } from '../running-stack.ts';

// Models of Transformers.js of one's own, one of them described as docs/models.md shows it, pulled, and used through the whole stack.

const [sentences, music] = documentedExamples('docs/models.md', 'test/e2e/own-transformers-model.test.ts');

let own: StackOfOwnModels;
let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  own = await startStackOfOwnModels([
    [JSON.parse(sentences!.code) as ModelEntry, textEncoderFolder({ dtype: 'q8' })],
    [entryOf('towers', 'image.embed', dualTowerFolder()), dualTowerFolder()],
    [entryOf('finder', 'image.find-objects', openDetectorFolder('owlvit')), openDetectorFolder('owlvit')],
    [entryOf('segments', 'image.segment', maskSegmenterFolder('detr')), maskSegmenterFolder('detr')],
    [
      {
        ...entryOf('maker', 'image.generate', multiModalityFolder()),
        tasks: ['image.generate', 'image.answer'],
      },
      multiModalityFolder(),
    ],
    [entryOf('captioner', 'image.describe', pictureToTextFolder()), pictureToTextFolder()],
    [entryOf('ears', 'audio.classify', toneClassifierFolder()), toneClassifierFolder()],
    [entryOf('names', 'audio.embed', soundTowerFolder()), soundTowerFolder()],
    [entryOf('composer', 'audio.generate', toneMakerFolder()), toneMakerFolder()],
    [entryOf('talkers', 'speech.diarise', speakerSegmenterFolder()), speakerSegmenterFolder()],
  ]);
  ({ stack, folder } = own);
});
afterAll(() => own.stop());

function entryOf(id: string, task: ModelEntry['tasks'][number], files: ModelFolder): ModelEntry {
  const [networks, beside] = [/\.onnx$/, /\.json$/].map((ending) =>
    Object.keys(files).flatMap((file) => (ending.test(file) ? [{ file }] : [])),
  );
  return {
    ...{ id, summary: 'Of a test.', engine: 'transformers', architecture: 'by hand', licence: 'own' },
    ...{ tasks: [task], source: { kind: 'folder', folder: '/' }, files: beside! },
    variants: [{ dtype: 'fp32', device: 'cpu', files: networks! }],
  };
}

const within = () => ({ signal: AbortSignal.timeout(60_000), pollMs: 50 });
const outputOf = async (job: Parameters<RunningStack['client']['jobs']['submit']>[0]) => {
  const { id } = await stack.client.jobs.submit(job);
  const { output, error } = await stack.client.jobs.wait(id, within());
  expect(error).toBeUndefined();
  const { tasks } = await stack.client.jobs.get(id, { tasks: true });
  return { output: output as Record<string, unknown>, tasks };
};

test('sentences become vectors by the model that was described', async () => {
  const { output, tasks } = await outputOf({
    pipeline: 'text-embedding',
    input: { texts: ['three', 'tres', 'nine'] },
  });
  const [three, tres, nine] = output['vectors'] as [number[], number[], number[]];
  expect(three).toEqual(tres);
  expect(three).not.toEqual(nine);
  expect(tasks).toMatchObject([{ engine: 'transformers', model: 'house-sentences', device: 'cpu' }]);
});

const look: PipelineDocument = {
  name: 'look',
  version: 1,
  input: { image: { media: 'image/*' } },
  nodes: {
    told: { stage: 'vision.caption@1', in: { image: '$input.image' }, params: {}, onError: 'fail' },
    matched: {
      ...{ stage: 'vision.match-labels@1', in: { image: '$input.image' }, onError: 'fail' },
      params: { labels: ['red', 'green', 'blue'] },
    },
  },
  output: { caption: '$told.caption', tags: '$matched.tags' },
};

test('pictures of many jobs are described and labelled, each as itself', async () => {
  const colours = { red: [250, 10, 10], green: [10, 240, 10], blue: [10, 10, 250] } as const;
  const uploaded = await Promise.all(
    Object.entries(colours).map(async ([name, colour]) => {
      const path = join(folder, `${name}.png`);
      await writeFile(path, makePng(makePixels({ width: 50, height: 30 }, colour)));
      return { name, image: { artifact: (await stack.client.artifacts.upload(path)).id } };
    }),
  );
  const wanted = Array.from({ length: 12 }, (_, i) => uploaded[i % 3]!);
  const seen = await Promise.all(wanted.map(({ image }) => outputOf({ pipeline: look, input: { image } })));
  expect(seen.map(({ output }) => output['caption'])).toEqual(wanted.map(({ name }) => `a ${name} picture`));
  expect(seen.map(({ output }) => (output['tags'] as { label: string }[])[0]!.label)).toEqual(
    wanted.map(({ name }) => name),
  );
});

const make: PipelineDocument = {
  name: 'make-and-look',
  version: 1,
  input: { description: { type: 'string' }, question: { type: 'string' } },
  nodes: {
    made: {
      ...{ stage: 'vision.generate@1', in: { description: '$input.description' }, onError: 'fail' },
      params: { seed: 3 },
    },
    found: {
      ...{ stage: 'vision.find-objects@1', in: { image: '$made.image' }, onError: 'fail' },
      params: { labels: ['a red thing', 'blue'] },
    },
    parts: { stage: 'vision.segment@1', in: { image: '$made.image' }, params: {}, onError: 'fail' },
    asked: {
      ...{
        stage: 'vision.answer@1',
        in: { image: '$made.image', question: '$input.question' },
        onError: 'fail',
      },
      params: { maxTokens: 9 },
    },
  },
  output: {
    ...{ objects: '$found.objects', segments: '$parts.segments' },
    ...{ answer: '$asked.answer', cut: '$asked.cut' },
  },
};

test('a picture is made of words; what is named is found in it, its parts are told, and it can be asked about', async () => {
  const { output, tasks } = await outputOf({
    pipeline: make,
    input: { description: 'a blue picture', question: 'what twice' },
  });
  expect(output).toMatchObject({
    ...{ answer: 'blue blue', cut: false },
    objects: [{ label: 'blue', box: { x: 0, y: 0, width: 32, height: 32 } }],
    segments: [{ label: 'blue thing', share: 1, grey: 1 }],
  });
  expect(tasks!.map(({ model }) => model).sort()).toEqual(['finder', 'maker', 'maker', 'segments']);
  const stages = new Map(
    (await stack.client.stages.list()).stages.map(({ name, engines }) => [name, engines]),
  );
  expect(stages.get('vision.answer')).toEqual({ PictureAnswerer: ['transformers'], ImageTools: ['sharp'] });
  expect(stages.get('vision.classify')).toMatchObject({
    ImageClassifier: ['transformers', 'onnx-classifier'],
  });
});

const asking = (stage: string): PipelineDocument => ({
  name: 'ask',
  version: 1,
  input: { image: { media: 'image/*' } },
  nodes: {
    asked: {
      ...{ stage, in: { image: '$input.image', question: 'what' }, onError: 'fail' },
      params: { maxTokens: 9 },
    },
  },
  output: { answer: '$asked.answer' },
});
const refusalOf = async (stage: string, picture: Uint8Array) => {
  const path = join(folder, 'asked.png');
  await writeFile(path, picture);
  const image = { artifact: (await stack.client.artifacts.upload(path)).id };
  const { id } = await stack.client.jobs.submit({ pipeline: asking(stage), input: { image } });
  return (await stack.client.jobs.wait(id, within())).error;
};

test('half a picture is refused before a model is asked about it, and a model that is not here by what can be pulled', async () => {
  const whole = makePng(makePixels({ width: 300, height: 200 }, [250, 10, 10]));
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  expect(await refusalOf('vision.answer@1', half)).toMatchObject({ code: 'media.unreadable' });
  expect(await refusalOf('vision.answer-page@1', whole)).toMatchObject({
    code: 'engine.unavailable',
    message:
      'Nothing here serves PageAnswerer: no model for document.answer is here that the engine transformers opens: ' +
      'intermodal models pull one of donut-base-docvqa.',
  });
});

test('recordings of any rate and length are heard, each as itself, and a picture is none', async () => {
  const upload = async (name: string, write: (path: string) => Promise<void>) => {
    const path = join(folder, name);
    await write(path);
    return { audio: { artifact: (await stack.client.artifacts.upload(path)).id } };
  };
  const [quiet, high] = [
    { kind: 'silence', ms: 1_500 } as const,
    { kind: 'tone', hertz: 3_000, ms: 700 } as const,
  ];
  const inputs = [
    await upload('quiet.wav', (path) => writeSounds(path, [quiet], 44_100)),
    await upload('rung.wav', (path) => writeSounds(path, [quiet, high, quiet], 48_000)),
  ];
  const heard = await Promise.all(
    [0, 1, 0, 1, 0, 1].map((i) =>
      outputOf({ pipeline: 'sound-classification', input: inputs[i]!, params: { minScore: 0.5 } }),
    ),
  );
  const labels = heard.map(({ output }) => (output['tags'] as { label: string }[]).map(({ label }) => label));
  expect(labels.slice(0, 2)).toEqual([['quiet'], expect.arrayContaining(['whistle'])]);
  expect(labels.slice(2)).toEqual([...labels.slice(0, 2), ...labels.slice(0, 2)]);
  expect(heard[1]!.tasks).toMatchObject([{ engine: 'transformers', model: 'ears' }]);

  const picture = await upload('picture.png', (path) =>
    writeFile(path, makePng(makePixels({ width: 9, height: 9 }, [0, 0, 0]))),
  );
  const { id } = await stack.client.jobs.submit({ pipeline: 'sound-classification', input: picture });
  expect((await stack.client.jobs.wait(id, within())).error).toMatchObject({
    code: 'media.unsupported',
    message: expect.stringMatching(/a picture/) as string,
  });
});

const listen: PipelineDocument = {
  name: 'listen',
  version: 1,
  input: { audio: { media: 'audio/*' } },
  nodes: {
    matched: {
      ...{ stage: 'audio.match-labels@1', in: { audio: '$input.audio' }, onError: 'fail' },
      params: { labels: ['hum', 'whistle', 'hiss'] },
    },
    talk: { stage: 'speech.diarise@1', in: { audio: '$input.audio' }, params: {}, onError: 'fail' },
  },
  output: { tags: '$matched.tags', turns: '$talk.turns' },
};

test('a recording is told by labels of one’s own, and by who speaks when', async () => {
  const path = join(folder, 'talk.wav');
  const [first, second] = SPEAKER_TONES;
  const said = [first, second, first].map((hertz) => ({ kind: 'tone', hertz, ms: 2_000 }) as const);
  await writeSounds(path, said, 48_000);
  const audio = { artifact: (await stack.client.artifacts.upload(path)).id };
  const { output } = await outputOf({ pipeline: listen, input: { audio } });
  expect((output['tags'] as { label: string }[]).map(({ label }) => label)[0]).toBe('hum');
  expect((output['turns'] as { speaker: number }[]).map(({ speaker }) => speaker)).toEqual([1, 2, 1]);
});

const probe: PipelineDocument = {
  name: 'probe',
  version: 1,
  input: { media: { media: 'audio/*' } },
  nodes: { probed: { stage: 'media.probe@1', in: { media: '$input.media' }, params: {}, onError: 'fail' } },
  output: { format: '$probed.format', durationMs: '$probed.durationMs', audio: '$probed.audio' },
};

test('music is made of a description, as long and in the format that was asked for', async () => {
  const { output, tasks } = await outputOf(JSON.parse(music!.code) as { pipeline: string });
  const audio = output['audio'] as ArtifactRef;
  expect([audio.mediaType, output['durationMs']]).toEqual(['audio/flac', 8_000]);
  expect(tasks!.map(({ model }) => model)).toContain('composer');
  const probed = await outputOf({ pipeline: probe, input: { media: { artifact: audio.id } } });
  expect(probed.output).toEqual({
    ...{ format: 'flac', durationMs: 8_000 },
    audio: { codec: 'flac', sampleRate: 32_000, channels: 1 },
  });
});

test('two descriptions are two sounds, and one seed is one sound', async () => {
  const made = async (description: string, seed: number) => {
    const params = { seconds: 1.5, seed, format: 'wav' };
    const { output } = await outputOf({ pipeline: 'music', input: { description }, params });
    return output['audio'] as ArtifactRef;
  };
  const levelsOf = async (description: string) => {
    const path = join(folder, 'made.wav');
    await stack.client.artifacts.download((await made(description, 1)).id, path);
    const { sampleRate } = await readWavLayout(path);
    const blocks = wavBlocks(path, { blockSamples: 1e6, ...within() });
    const samples = (await blocks.next()).value as Int16Array;
    expect(samples.length).toBe(1.5 * sampleRate);
    return Object.values(MADE_TONES).map((hertz) =>
      Math.round(toneLevel(samples, hertz, sampleRate) / 3_276.7),
    );
  };
  // Tenths of what is loudest.
  expect(await levelsOf('a low sound')).toEqual([5, 0]);
  expect(await levelsOf('a high sound')).toEqual([0, 5]);
  const [one, again, other] = [
    await made('low and high', 1),
    await made('low and high', 1),
    await made('low and high', 2),
  ];
  expect(again.sha256).toBe(one.sha256);
  expect(other.sha256).not.toBe(one.sha256);
});

test.each<
  [
    what: string,
    code: string,
    job: { description?: unknown; params?: Record<string, unknown> },
    sentence: RegExp,
  ]
>([
  ['no description', 'input.absent', {}, /description/],
  ['an empty description', 'input.invalid', { description: '' }, /description/],
  ['a blank description', 'input.invalid', { description: ' ' }, /^The description is empty: say how/],
  ['a number as description', 'input.invalid', { description: 7 }, /description/],
  [
    '10,000 characters',
    'input.too_large',
    { description: 'low '.repeat(2_500) },
    /^The model composer reads 24 tokens/,
  ],
  ['more characters', 'input.invalid', { description: 'low '.repeat(2_501) }, /description/],
  ['0 seconds', 'input.invalid', { params: { seconds: 0 } }, /seconds/],
  ['31 seconds', 'input.invalid', { params: { seconds: 31 } }, /seconds/],
  ['seconds in words', 'input.invalid', { params: { seconds: 'ten' } }, /seconds/],
  ['a seed that is no whole number', 'input.invalid', { params: { seed: 0.5 } }, /seed/],
  ['a guidance of 0', 'input.invalid', { params: { guidance: 0 } }, /guidance/],
  ['a model of its own', 'input.invalid', { params: { model: 'musicgen-large' } }, /model/],
  ['an unknown format', 'input.invalid', { params: { format: 'midi' } }, /format/],
])('music of %s is refused: %s', async (_, code, { params = {}, ...input }, sentence) => {
  const described =
    'description' in input || Object.keys(params).length === 0 ? input : { description: 'low' };
  const refused = async () => {
    const job = { pipeline: 'music', input: described as Record<string, string>, params: params as never };
    const { id } = await stack.client.jobs.submit(job);
    const { error } = await stack.client.jobs.wait(id, within());
    return { code: error!.code, message: error!.message };
  };
  const told = await refused().catch((error: unknown) => {
    if (!(error instanceof IntermodalApiError)) throw error;
    return { code: error.code, message: error.detail };
  });
  expect(told).toEqual({ code, message: expect.stringMatching(sentence) as string });
});
