import type { Plan } from '@intermodal/pipeline';
import { expect, it } from 'vitest';
import { PipelineShelf } from './pipeline-shelf.ts';

const plan = (name: string, version: number) => ({ document: { name, version } }) as Plan;
const shelf = new PipelineShelf([plan('b', 2), plan('b', 10), plan('a', 1)]);

it('finds the latest version, or the one asked for', () => {
  expect(shelf.find('b').document.version).toBe(10);
  expect(shelf.find('b@2').document.version).toBe(2);
  expect(shelf.latest().map(({ document }) => document.name)).toEqual(['a', 'b']);
});

it('says what there is instead', () => {
  expect(() => shelf.find('c')).toThrow(/no pipeline 'c'. There are a, b/);
  expect(() => shelf.find('b@3')).toThrow(/versions 2, 10/);
  for (const odd of ['', '@', 'b@', 'b@x', 'b@2@2', '__proto__', 'constructor'])
    expect(() => shelf.find(odd), odd).toThrow(/no pipeline/);
});

it('refuses two of one name and version', () => {
  expect(() => new PipelineShelf([plan('a', 1), plan('a', 1)])).toThrow(/a@1/);
});
