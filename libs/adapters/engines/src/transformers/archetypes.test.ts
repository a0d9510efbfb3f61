import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ModelTask } from '@intermodal/contracts';
import { PRESETS } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { ARCHETYPES, type KnownArchetype } from './archetypes.ts';

const opens = ({ archetype, tasks }: KnownArchetype, type: string, wanted: readonly ModelTask[]): boolean =>
  archetype.modelTypes.includes(type) && wanted.some((task) => tasks.includes(task));

const root = join(import.meta.dirname, '..', '..', '..', '..', '..');

describe('the archetypes', () => {
  it('are all that there is a runner for', async () => {
    const files = (await readdir(import.meta.dirname, { recursive: true })).map((file) => basename(file));
    const runners = ARCHETYPES.map(({ archetype }) => basename(archetype.runner));
    expect(runners.sort()).toEqual(files.filter((file) => file.endsWith('-runner.ts')).sort());
  });

  it('are those of all models in the presets', () => {
    const models = Object.values(PRESETS).flatMap((preset) => preset.models);
    for (const { id, engine, modelType, tasks } of models)
      if (engine === 'transformers')
        expect([id, ARCHETYPES.some((known) => opens(known, modelType!, tasks))]).toEqual([id, true]);
  });

  it.each(ARCHETYPES.map((known) => [known.archetype.name, known] as const))(
    'of a %s each type is of one alone, and a test runs it for its tasks',
    async (_, { archetype, tasks, test }) => {
      for (const type of archetype.modelTypes) {
        const others = ARCHETYPES.filter((it) => it.archetype.modelTypes.includes(type));
        // Two of one type are told apart by the classes in their config.
        if (others.length > 1) for (const other of others) expect(other.archetype.classes).toBeDefined();
      }
      const text = await readFile(join(root, test), 'utf8');
      expect(tasks.some((task) => text.includes(task))).toBe(true);
    },
  );
});
