import type { IntermodalClient } from '@intermodal/client';
import type { CliConfig } from '@intermodal/config';

/** What a command may use. Nothing is opened before a command asks for it. */
export interface CommandContext {
  config(): CliConfig;
  client(): Promise<IntermodalClient>;
  /** One line of result, on stdout. */
  print(line: string): void;
  /** One line for people, on stderr: it may be redirected away. */
  note(line: string): void;
  /** Whether stderr is a terminal that can be redrawn, and how large it is. */
  readonly screen: { readonly rows: number; readonly columns: number; write(text: string): void } | undefined;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  exitCode: number;
}

export const printJson = (context: CommandContext, value: unknown): void =>
  context.print(JSON.stringify(value));
