import type { Tracing } from '@intermodal/telemetry';
import { noTracing } from '@intermodal/telemetry';
import { expect, test } from 'vitest';
import { tracedEngines } from './traced-engines.ts';

/** With a private field, as engines have: a method that is called on anything else fails. */
class Translator {
  readonly #to = 'es';
  readonly languages = ['es'];
  async translate(text: string): Promise<string> {
    return `${this.#to}: ${text}`;
  }
}
const chosen = { translator: { use: new Translator(), engine: 'toy', model: 'm', device: 'cpu' } } as const;
const needs = { translator: { name: 'Translator' } };

test('each call of an engine is a span that names it, and says nothing of what it was asked', async () => {
  const spans: unknown[] = [];
  const tracing = {
    isOn: true,
    span: (name: string, options: object, work: () => unknown) => {
      spans.push({ name, options });
      return work();
    },
  } as unknown as Tracing;
  const { translator } = tracedEngines(chosen, needs, tracing) as { translator: Translator };
  expect(await translator.translate('a secret')).toBe('es: a secret');
  expect(translator.languages).toEqual(['es']);
  expect(spans).toEqual([
    {
      name: 'Translator.translate',
      options: {
        kind: 'client',
        attributes: {
          'intermodal.capability': 'Translator',
          'intermodal.engine': 'toy',
          'intermodal.model': 'm',
          'intermodal.device': 'cpu',
        },
      },
    },
  ]);
});

test('where nothing is traced, stages get the engines themselves', () => {
  expect(tracedEngines(chosen, needs, noTracing).translator).toBe(chosen.translator.use);
});
