import { ImageTools, Translator } from '@intermodal/models';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { engineOf, itemsTogether } from './items-together.ts';
import { defineStage, type Stage } from './stage.ts';

const declared = {
  ...{ name: 'text.say', version: 1, pool: 'text' as const, summary: 'Says it.' },
  ...{ input: z.object({}), output: z.object({}) },
};
const batch = { maxItems: 8, maxDelayMs: 5, prepare: async () => 0, run: async () => [{}] };

test('tasks go together where their stage and the engine of its first need take several', () => {
  const together = defineStage({ ...declared, batch }) as unknown as Stage;
  const translating = defineStage({
    ...declared,
    needs: { translator: Translator },
    batch,
  }) as unknown as Stage;
  const alone = defineStage({ ...declared, run: async () => ({}) }) as unknown as Stage;
  expect([itemsTogether(together, undefined), itemsTogether(alone, 'transformers')]).toEqual([8, 0]);
  expect(
    ['transformers', 'apertium', 'remote', undefined].map((it) => itemsTogether(translating, it)),
  ).toEqual([8, 0, 0, 0]);
});

test('the engine of the first need does the work, where it could be opened', () => {
  const stage = defineStage({
    ...declared,
    needs: { translator: Translator, images: ImageTools },
    batch,
  }) as unknown as Stage;
  const opened = { engine: 'apertium', device: 'cpu' };
  expect(engineOf(stage, { ImageTools: { engine: 'sharp', device: 'cpu' }, Translator: opened })).toBe(
    'apertium',
  );
  expect(engineOf(stage, { Translator: { unavailable: 'not here' } })).toBeUndefined();
  expect(engineOf(stage, {})).toBeUndefined();
});
