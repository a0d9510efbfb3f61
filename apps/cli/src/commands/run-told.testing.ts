import { IntermodalClient } from '@intermodal/client';
import { CliConfig, readConfig } from '@intermodal/config';
import type { CommandContext } from './context.ts';
import { createProgram, runProgram } from './program.ts';

export type Told = Record<string, unknown>;

/** Runs a command line against an API that knows only what it was told, by `METHOD /path`. */
export async function runTold(
  folder: string,
  args: readonly string[],
  told: Told = {},
  settings: Readonly<Record<string, string>> = {},
) {
  const sent: { what: string; body: unknown }[] = [];
  const out: string[] = [];
  const notes: string[] = [];
  const answer = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const what = `${init?.method} ${new URL(String(url)).pathname}`;
    if (!Object.hasOwn(told, what)) throw new Error(`not told: ${what}`);
    const text = typeof init?.body === 'string' ? init.body : undefined;
    sent.push({ what, body: text === undefined ? init?.body : JSON.parse(text) });
    const reply = told[what];
    if (reply instanceof Response) return reply.clone();
    return Response.json(reply);
  };
  const context: CommandContext = {
    config: () => readConfig(CliConfig, { INTERMODAL_DATA_DIR: folder, ...settings }),
    client: () =>
      Promise.resolve(new IntermodalClient({ url: 'http://api', key: 'k', fetch: answer, attempts: 1 })),
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    screen: undefined,
    signal: new AbortController().signal,
    exitCode: 0,
  };
  const program = createProgram(context, '1.2.3');
  const quiet = {
    writeOut: (text: string) => void out.push(text),
    writeErr: (text: string) => void notes.push(text),
  };
  for (const command of [program, ...program.commands]) command.configureOutput(quiet);
  const code = await runProgram(program, args, context);
  return { code, out: out.join('\n'), notes: notes.join('\n'), sent };
}
