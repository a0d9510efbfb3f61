import { describe, expect, it } from 'vitest';
import { defineCapability } from './capability.ts';
import { defineEngine, type EngineContext } from './engine.ts';
import { EngineRoom } from './engine-room.ts';

const Greeter = defineCapability<{ greet(): string }>('Greeter');
const context: EngineContext = {
  models: { catalogue: [], find: () => Promise.reject(new Error('not told')) },
  hosts: { device: 'cpu', open: () => Promise.reject(new Error('not told')) },
  remotes: {},
  threads: 1,
  log: { info() {}, warn() {} },
};

function engine(name: string, options: { reason?: string; model?: string; onOpen?: () => void } = {}) {
  const events: string[] = [];
  const made = defineEngine(Greeter, {
    name,
    probe: async () => (options.reason ? { available: false, reason: options.reason } : { available: true }),
    open: async () => {
      events.push('open');
      options.onOpen?.();
      return {
        use: { greet: () => name },
        device: 'cpu' as const,
        model: options.model,
        close: async () => void events.push('close'),
      };
    },
  });
  return { made, events };
}

describe('EngineRoom', () => {
  it('takes the first available engine in the order of the table', async () => {
    const absent = engine('best', { reason: 'best is not installed: apt-get install best.' });
    const good = engine('good', { model: 'good-1' });
    const spare = engine('spare');
    const room = new EngineRoom(
      [spare.made, good.made, absent.made],
      { Greeter: ['best', 'good', 'spare'] },
      context,
    );
    expect(await room.resolve('Greeter')).toMatchObject({ engine: 'good', model: 'good-1', device: 'cpu' });
    expect(spare.events).toEqual([]);
    await room.close();
    expect(good.events).toEqual(['open', 'close']);
  });

  it('opens once for any number of askers at once', async () => {
    const good = engine('good');
    const room = new EngineRoom([good.made], { Greeter: ['good'] }, context);
    const all = await Promise.all([1, 2, 3].map(() => room.resolveAll({ hello: Greeter })));
    expect(all.map((it) => it.hello?.engine)).toEqual(['good', 'good', 'good']);
    await room.close();
    expect(good.events).toEqual(['open', 'close']);
  });

  it('says what is missing and how to get it', async () => {
    const a = engine('a', { reason: 'install package a.' });
    const b = engine('b', { reason: 'install package b' });
    const room = new EngineRoom([a.made, b.made], { Greeter: ['a', 'b'] }, context);
    await expect(room.resolve('Greeter')).rejects.toMatchObject({
      code: 'engine.unavailable',
      message: 'Nothing here serves Greeter: install package a; or install package b.',
    });
  });

  it('never takes an engine that the table does not name', async () => {
    const room = new EngineRoom([engine('a').made], { Greeter: ['other'] }, context);
    await expect(room.resolve('Greeter')).rejects.toMatchObject({ code: 'engine.unavailable' });
  });

  it('probes again after a failure, since what is missing may be installed meanwhile', async () => {
    let broken = true;
    const flaky = engine('flaky', {
      onOpen: () => {
        if (broken) throw new Error('not yet');
      },
    });
    const room = new EngineRoom([flaky.made], { Greeter: ['flaky'] }, context);
    await expect(room.resolve('Greeter')).rejects.toThrow('not yet');
    broken = false;
    expect(await room.resolve('Greeter')).toMatchObject({ engine: 'flaky' });
    await room.close();
    await expect(room.resolve('Greeter')).rejects.toThrow('closed');
  });
});
