import { translatorContract, testContext } from '@intermodal/testing/engine-contracts';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runningInGroup } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import { KeptProgram } from '../programs/kept-program.ts';
import { allOrNone } from '../programs/all-or-none.ts';
import apertium from './apertium.engine.ts';
import { installedPairs } from './installed-pairs.ts';

translatorContract('apertium', () => apertium.open(testContext()));

describe('installed pairs', () => {
  it('are named by two letters, without variants', async () => {
    const pairs = (await installedPairs()).map(({ from, to }) => `${from}-${to}`);
    expect(pairs).toEqual(expect.arrayContaining(['en-es', 'es-en']));
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('are none where Apertium is not installed', async () => {
    expect(await installedPairs('/there/is/no/such/folder')).toEqual([]);
  });
});

describe('KeptProgram', () => {
  const { signal } = new AbortController();
  const echo = (script: string) =>
    new KeptProgram({
      name: 'the echo',
      script,
      listenTo: 'stdout',
      parse: (text) => (text.endsWith('\n') ? text.trim() : undefined),
    });

  it('answers in order and keeps one process', async () => {
    const program = echo('while read line; do echo "$line"; done');
    expect(await Promise.all(['a', 'b', 'c'].map((it) => program.ask(`${it}\n`, signal)))).toEqual([
      'a',
      'b',
      'c',
    ]);
    await program.close();
  });

  it('fails the request that its program dies on, and starts it again for the next', async () => {
    const program = echo('while read line; do test "$line" = die && kill -9 $$; echo "$line"; done');
    const [died, next] = await Promise.allSettled([
      program.ask('die\n', signal),
      program.ask('live\n', signal),
    ]);
    expect(died).toMatchObject({ status: 'rejected', reason: { code: 'stage.crashed' } });
    expect(next).toEqual({ status: 'fulfilled', value: 'live' });
    await program.close();
  });

  it('notices when a part of a pipeline dies', async () => {
    const program = echo(allOrNone(['cat', 'read line', 'cat']));
    await expect(program.ask('a\n', signal)).rejects.toMatchObject({ code: 'stage.crashed' });
    await program.close();
  });

  it('ends a request that hangs, when it is told to, and refuses all after its close', async () => {
    const program = echo('cat >/dev/null');
    const stop = new AbortController();
    const hanging = program.ask('a\n', stop.signal);
    const reason = new Error('told to');
    setImmediate(() => stop.abort(reason));
    await expect(hanging).rejects.toBe(reason);
    await program.close();
    await expect(program.ask('a\n', signal)).rejects.toThrow('closed');
  });

  it('says so when there is no such program', async () => {
    const program = echo('exec /there/is/no/such/program');
    await expect(program.ask('a\n', signal)).rejects.toMatchObject({ code: 'stage.crashed' });
    await program.close();
  });

  it.runIf(process.platform === 'linux')('leaves nothing when its parent is killed', async () => {
    const source = JSON.stringify(join(import.meta.dirname, '../programs/'));
    const script = `
      const { KeptProgram } = await import(${source} + 'kept-program.ts');
      const { allOrNone } = await import(${source} + 'all-or-none.ts');
      const talk = { name: 'x', script: allOrNone(['cat', 'cat']), listenTo: 'stdout', parse: (text) => text };
      const program = new KeptProgram(talk);
      await program.ask('hello', new AbortController().signal);
      console.log(program.pid);
      process.kill(process.pid, 'SIGKILL');`;
    let printed = '';
    try {
      execFileSync(
        process.execPath,
        ['--conditions=@intermodal/source', '--input-type=module', '-e', script],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      );
    } catch (error) {
      printed = (error as { stdout: string }).stdout;
    }
    const group = Number(printed.trim());
    expect(group).toBeGreaterThan(0);
    await expect.poll(() => runningInGroup(group)).toEqual([]);
  });
});
