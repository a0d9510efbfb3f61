import { makePixels, pictureClassifierFolder, storeOfFolder, type ModelFolder } from '@intermodal/testing';
import { imageClassifierContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import classifier from '../image-classifier/transformers.engine.ts';

const { signal } = new AbortController();
const storeWith = (files: ModelFolder) => storeOfFolder(files, { id: 'tiny-vit', tasks: ['image.classify'] });
const tiny = storeWith(pictureClassifierFolder());
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

imageClassifierContract('transformers, a vit,', async () => classifier.open(testContext(await tiny)));

const RED = makePixels({ width: 40, height: 24 }, [250, 10, 10]);
const YELLOW = makePixels({ width: 9, height: 70 }, [240, 240, 10]);

describe('a picture classifier', () => {
  const scoresOf = async (files: ModelFolder) => {
    await using models = await storeWith(files);
    const { use, close } = await classifier.open(testContext(models));
    try {
      const all = await use.classify([RED, YELLOW].map(use.see), { signal });
      return all.map((scores) => Object.fromEntries(scores.map((score, i) => [use.labels[i], score])));
    } finally {
      await close();
    }
  };
  const near = (value: number) => expect.closeTo(value, 1) as number;

  it('says what a picture is, of all labels one', async () => {
    const [red, yellow] = await scoresOf(pictureClassifierFolder());
    expect(red).toEqual({ red: near(1), green: near(0), blue: near(0) });
    expect(yellow).toEqual({ red: near(0.5), green: near(0.5), blue: near(0) });
  });

  it('judges each label by itself, where several may be true', async () => {
    const [, yellow] = await scoresOf(pictureClassifierFolder({ several: true }));
    expect(yellow).toEqual({ red: near(1), green: near(1), blue: near(0) });
  });

  it('is not one of another number of labels', async () => {
    const config = { model_type: 'vit', architectures: ['ViTForImageClassification'], id2label: { 0: 'a' } };
    const files = { ...pictureClassifierFolder(), 'config.json': Buffer.from(JSON.stringify(config)) };
    await expect(scoresOf(files)).rejects.toMatchObject({
      code: 'model.invalid',
      message: expect.stringMatching(/^The model tiny-vit gave 3 scores, .* has 1 labels/) as string,
    });
  });

  it('is no encoder of pictures, though both are of one type', async () => {
    const config = { model_type: 'vit', architectures: ['ViTModel'], id2label: { 0: 'a' } };
    await using models = await storeWith({
      ...pictureClassifierFolder(),
      'config.json': Buffer.from(JSON.stringify(config)),
    });
    expect(await classifier.probe(testContext(models))).toMatchObject({
      available: false,
      reason: expect.stringMatching(
        /^The model tiny-vit is a vit, ViTModel, and for image.classify/,
      ) as string,
    });
  });
});
