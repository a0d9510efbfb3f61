import { LocalFile } from '@intermodal/contracts';
import type { ObjectFinder, PictureAnswerer, PictureTextEmbedder } from '@intermodal/models';
import { imageToolsDouble, makePixels, runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import answerPage from './answer-page.stage.ts';
import answer from './answer.stage.ts';
import caption from './caption.stage.ts';
import embedText from './embed-text.stage.ts';
import embed from './embed.stage.ts';
import estimateDepth from './estimate-depth.stage.ts';
import findObjects from './find-objects.stage.ts';
import generate from './generate.stage.ts';
import matchLabels from './match-labels.stage.ts';
import segment from './segment.stage.ts';

const image = new LocalFile('/any.jpg', 'image/jpeg');
const images = imageToolsDouble({
  probe: async () => ({ width: 300, height: 200, format: 'jpeg', frames: 1 }),
  pixels: async (_path, { maxEdge }) => makePixels({ width: maxEdge!, height: 1 }, [0, 0, 0]),
});

/** Two directions; a picture as wide as it may be is in the first. */
const embedder: PictureTextEmbedder = {
  maxEdge: 7,
  embedPictures: async (pictures) => pictures.map(({ width }) => (width === 7 ? [1, 0] : [0, 1])),
  embedTexts: async (texts) => ({
    vectors: texts.map((text) => (text.includes('cat') ? [0.99, Math.sqrt(1 - 0.99 ** 2)] : [0.97, 0.24])),
    tokens: null,
  }),
};

describe('stages of models that see', () => {
  it('embed a picture at the size that is of use, and texts', async () => {
    await using it = await runStage(embed, { image }, { needs: { embedder, images } });
    expect(it.output).toEqual({ vector: [1, 0] });
    await using texts = await runStage(embedText, { texts: ['a dog'] }, { needs: { embedder } });
    expect(texts.output).toEqual({ vectors: [[0.97, 0.24]] });
    const empty = runStage(embedText, { texts: ['a', ' '] }, { needs: { embedder } });
    await expect(empty).rejects.toMatchObject({ message: 'The text 2 of 2 is empty.' });
  });

  it('compare labels with a picture', async () => {
    const asked: string[] = [];
    const heard = {
      ...embedder,
      embedTexts: ((texts, options) => (
        asked.push(...texts),
        embedder.embedTexts(texts, options)
      )) satisfies PictureTextEmbedder['embedTexts'],
    };
    const match = (params: { labels: string[]; template?: string; minScore?: number }) =>
      runStage(matchLabels, { image }, { needs: { embedder: heard, images }, params });
    await using all = await match({ labels: ['dog', 'cat'] });
    expect(asked).toEqual(['a photo of dog', 'a photo of cat']);
    expect(all.output.tags.map(({ label }) => label)).toEqual(['cat', 'dog']);
    expect(all.output.tags.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1);
    // exp(100 * 0.99) against exp(100 * 0.97)
    expect(all.output.tags[0]!.score).toBeCloseTo(1 / (1 + Math.exp(-2)), 4);
    await using sure = await match({ labels: ['dog', 'cat'], template: '{} drawn by $&', minScore: 0.5 });
    expect(asked.slice(2)).toEqual(['dog drawn by $&', 'cat drawn by $&']);
    expect(sure.output.tags).toHaveLength(1);
    await expect(match({ labels: ['dog', 'cat'], template: 'nothing' })).rejects.toThrow(/expected \{\}/);
  });

  it('find what is named, at its place in the picture', async () => {
    const finder: ObjectFinder = {
      maxEdge: 150,
      find: async ({ width }, labels) =>
        labels.map((label, i) => ({
          ...{ label, score: 0.9 - i * 0.5, box: { x: width / 2, y: 0, width: 15, height: 1 } },
        })),
    };
    const needs = { finder, images };
    const find = (params: { labels: string[]; minScore?: number }) =>
      runStage(findObjects, { image }, { needs, params });
    await using sure = await find({ labels: ['red thing', 'cat'], minScore: 0.5 });
    expect(sure.output).toEqual({
      objects: [{ label: 'red thing', score: 0.9, box: { x: 150, y: 0, width: 30, height: 200 } }],
      ...{ width: 300, height: 200 },
    });
    await using all = await find({ labels: ['red thing', 'cat'] });
    expect(all.output.objects).toHaveLength(2);
    await expect(find({ labels: [] })).rejects.toThrow(/labels/);
    await expect(find({ labels: ['a', 'a '] })).rejects.toThrow(/each label once/);
  });

  it('say what a picture shows', async () => {
    const describer = {
      maxEdge: 9,
      describe: async ([picture]: readonly { width: number }[], { maxTokens }: { maxTokens: number }) => [
        { text: `${picture!.width} wide, ${maxTokens} words`, isCut: true },
      ],
    };
    await using it = await runStage(
      caption,
      { image },
      { needs: { describer, images }, params: { maxTokens: 5 } },
    );
    expect(it.output).toEqual({ caption: '9 wide, 5 words', cut: true });
  });

  it.each([
    ['a picture', answer],
    ['a page', answerPage],
  ])('answer a question about %s, piece by piece', async (_, stage) => {
    const answerer: PictureAnswerer = {
      maxEdge: 9,
      async answer({ width }, question, { onText }) {
        onText?.('it ');
        onText?.('is');
        return { text: `it is ${width} ${question}`, isCut: false };
      },
    };
    const needs = { answerer, images };
    await using it = await runStage(stage, { image, question: 'wide' }, { needs });
    expect(it.output).toEqual({ answer: 'it is 9 wide', cut: false });
    expect(it.partials).toEqual([{ answer: 'it ' }, { answer: 'is' }]);
    await expect(runStage(stage, { image, question: ' ' }, { needs })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });

  it('write what is near as white', async () => {
    const written: unknown[] = [];
    const estimator = {
      maxEdge: 9,
      estimate: async () => ({ width: 2, height: 1, nearness: Float32Array.of(0, 1) }),
    };
    const writing = imageToolsDouble({
      ...images,
      greyToPng: async (picture) => void written.push(picture),
    });
    await using it = await runStage(estimateDepth, { image }, { needs: { estimator, images: writing } });
    expect(it.output).toMatchObject({ width: 300, height: 200, depth: { mediaType: 'image/png' } });
    expect(written).toEqual([{ width: 2, height: 1, grey: Uint8Array.of(0, 255) }]);
  });

  it('make a picture of what is described', async () => {
    const written: unknown[] = [];
    const made = (seed: number) => makePixels({ width: 2, height: 1 }, [seed, 0, 0]);
    const maker = { make: async (_: string, { seed }: { seed: number }) => made(seed) };
    const writing = imageToolsDouble({ pixelsToPng: async (picture) => void written.push(picture) });
    const needs = { maker, images: writing };
    await using it = await runStage(generate, { description: 'a cat' }, { needs, params: { seed: 7 } });
    expect(it.output).toMatchObject({ width: 2, height: 1, image: { mediaType: 'image/png' } });
    expect(written).toEqual([made(7)]);
    const empty = runStage(generate, { description: ' ' }, { needs });
    await expect(empty).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('say what places belong to, the largest first', async () => {
    const written: unknown[] = [];
    const segmenter = {
      maxEdge: 9,
      labels: ['roof', 'lawn', 'sky'],
      segment: async () => ({
        ...{ width: 5, height: 1, places: Int32Array.of(2, 0, 2, -1, 1) },
        segments: ['roof', 'sky', 'sky'],
      }),
    };
    const writing = imageToolsDouble({
      ...images,
      greyToPng: async (picture) => void written.push(picture),
    });
    await using it = await runStage(segment, { image }, { needs: { segmenter, images: writing } });
    expect(it.output).toMatchObject({
      segments: [
        { label: 'sky', share: 0.4, grey: 1 },
        { label: 'roof', share: 0.2, grey: 2 },
        { label: 'sky', share: 0.2, grey: 3 },
      ],
      labels: ['roof', 'lawn', 'sky'],
    });
    expect(written).toEqual([{ width: 5, height: 1, grey: Uint8Array.of(1, 2, 1, 0, 3) }]);
  });
});
