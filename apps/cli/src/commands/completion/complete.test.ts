import { Option, type Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { IntermodalClient } from '@intermodal/client';
import { CliConfig, readConfig } from '@intermodal/config';
import { JOB_STATES, SCOPE_NAMES } from '@intermodal/contracts';
import { MODELS } from '@intermodal/models';
import type { CommandContext } from '../context.ts';
import { createProgram, runProgram } from '../program.ts';
import { VALUES } from './values.ts';

type Told = Record<string, unknown>;

/** What is offered for words, by an API that knows only what it was told, by path. */
async function offered(words: readonly string[], told: Told = {}, add?: (program: Command) => void) {
  const out: string[] = [];
  const asked: string[] = [];
  const answer = (url: string | URL | Request): Promise<Response> => {
    const { pathname, search } = new URL(String(url));
    asked.push(pathname + search);
    const reply = told[pathname];
    if (reply instanceof Error || reply === undefined)
      return Promise.reject(reply ?? new Error(`not told: ${pathname}`));
    return Promise.resolve(Response.json(reply));
  };
  const context: CommandContext = {
    config: () => readConfig(CliConfig, {}),
    client: () =>
      Promise.resolve(new IntermodalClient({ url: 'http://api', key: 'k', fetch: answer, attempts: 1 })),
    print: (line) => void out.push(line),
    note: (line) => void out.push(line),
    screen: undefined,
    signal: new AbortController().signal,
    exitCode: 0,
  };
  const program = createProgram(context, '1.2.3');
  add?.(program);
  const code = await runProgram(program, ['__complete', '--', ...words], context);
  return { code, lines: out, values: out.map((line) => line.split('\t')[0]), asked };
}
const valuesOf = async (...words: string[]) => (await offered(words)).values;

const job = { id: 'job_1', pipeline: 'p@1', status: 'failed' };
const batch = { id: 'bat_1', pipeline: 'p@1', status: 'running' };

describe('words of the program', () => {
  it('are its commands with their descriptions, but not what is hidden', async () => {
    const { lines, values, code } = await offered(['']);
    expect(code).toBe(0);
    expect(lines).toContain('submit\trun a pipeline');
    expect(values).toEqual(expect.arrayContaining(['batch', 'completion', 'help']));
    expect(values).not.toContain('__complete');
  });

  it('are those of a subcommand, after help too, and only what goes on from what is typed', async () => {
    expect(await valuesOf('batch', 're')).toEqual(['results', 'retry']);
    expect(await valuesOf('help', 'batch', 're')).toEqual(['results', 'retry']);
    expect(await valuesOf('nothing', 'of', 'ours', '')).toEqual(
      expect.not.arrayContaining(['submit', 'batch']),
    );
  });

  it('are options of the command at hand, before and after its arguments', async () => {
    expect(await valuesOf('batch', 'submit', '--w')).toEqual(['--webhook', '--wait']);
    expect(await valuesOf('submit', 'p', '-i', 'a=b', '--pr')).toEqual(['--priority']);
    expect(await valuesOf('jobs', '')).toEqual(expect.arrayContaining(['--status', '--json', '--help']));
    expect(await valuesOf('submit', 'p', '--', '--pr')).toEqual([]);
  });

  it('follow a command that was added a moment ago', async () => {
    const add = (program: Command) =>
      void program
        .command('paint')
        .description('x')
        .addOption(new Option('--colour <name>', 'y').choices(['red', 'rose', 'blue']));
    expect((await offered(['pai'], {}, add)).values).toEqual(['paint']);
    expect((await offered(['paint', '--c'], {}, add)).values).toEqual(['--colour']);
    expect((await offered(['paint', '--colour', 'r'], {}, add)).values).toEqual(['red', 'rose']);
  });
});

describe('values', () => {
  it('of fixed lists need no API, behind a space or =', async () => {
    const { values, asked } = await offered(['jobs', '--status', '']);
    expect(values).toEqual([...JOB_STATES]);
    expect(asked).toEqual([]);
    expect(await valuesOf('jobs', '--status=f')).toEqual(['--status=failed']);
    expect(await valuesOf('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await valuesOf('keys', 'create', 'ci', '--scope', '')).toEqual(SCOPE_NAMES);
    expect(await valuesOf('models', 'pull', '--preset', 'cpu-s')).toEqual(['cpu-small']);
  });

  it('that are models come from the catalogue, as many as are named', async () => {
    const { values, asked } = await offered(['models', 'pull', MODELS[0]!.id, '']);
    expect(values).toEqual(expect.arrayContaining(MODELS.map(({ id }) => id)));
    expect(asked).toEqual([]);
    expect(await valuesOf('models', 'show', MODELS[0]!.id)).toContain(MODELS[0]!.id);
  });

  it('that are pipelines come from the API, and files beside them where a document may stand', async () => {
    const told = { '/v1/pipelines': { pipelines: [{ name: 'speech', version: 1, summary: 'Says it.' }] } };
    expect((await offered(['submit', 's'], told)).lines).toEqual(['speech\tSays it.', ':files']);
    expect((await offered(['batch', 'submit', 's'], told)).lines).toEqual(['speech\tSays it.', ':files']);
    expect((await offered(['pipelines', 'show', 's'], told)).lines).toEqual(['speech\tSays it.']);
    expect((await offered(['batch', 'submit', 'speech', ''], told)).lines).toEqual([':files']);
  });

  it.each(['watch', 'retry', 'cancel', 'job'])('of %s are the newest 20 jobs', async (command) => {
    const told = { '/v1/jobs': { jobs: [job], next: null }, '/v1/batches': { batches: [batch], next: null } };
    const { lines, asked } = await offered([command, ''], told);
    expect(lines).toContain('job_1\tp@1 failed');
    expect(asked).toContain('/v1/jobs?limit=20');
    expect(lines.includes('bat_1\tp@1 running')).toBe(command === 'watch');
  });

  it('that are files or folders are left to the shell', async () => {
    expect(await valuesOf('upload', 'a.wav', '')).toEqual([':files']);
    expect(await valuesOf('submit', 'p', '--input', 'audio=')).toEqual([':files']);
    expect(await valuesOf('watch', 'job_1', '-o', '')).toEqual([':folders']);
  });

  it('are nothing, in silence, when the API refuses or is away', async () => {
    expect(await offered(['retry', ''], { '/v1/jobs': new Error('away') })).toMatchObject({
      code: 0,
      lines: [],
    });
    expect((await offered(['submit', ''], {})).lines).toEqual([':files']);
  });
});

describe('places', () => {
  /** Every argument and every option with a value, as `VALUES` names them. */
  const places = new Set<string>();
  const collect = (command: Command, path: readonly string[]): void => {
    for (const one of command.commands) {
      const here = [...path, one.name()];
      for (const argument of one.registeredArguments) places.add([...here, `<${argument.name()}>`].join(' '));
      for (const { long, required } of one.options) if (required) places.add([...here, long].join(' '));
      collect(one, here);
    }
  };
  collect(createProgram({} as CommandContext, '1'), []);

  it('that have values are all of the program', () => {
    expect(Object.keys(VALUES).filter((place) => !places.has(place))).toEqual([]);
  });

  it('that want an id, a pipeline or a file all have values', () => {
    // It answers with a status of HTTP, which is any number.
    places.delete('webhooks listen --status');
    const wanted = [...places].filter((place) => /<(id|pipeline|file|rows)>$|--(status|tenant)$/.test(place));
    expect(wanted.filter((place) => !Object.hasOwn(VALUES, place))).toEqual([]);
  });
});
