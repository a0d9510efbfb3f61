import type { ContractStack } from './stack/start-contract-stack.ts';

/** What a suite gets. The stack is one for all suites: leave it as it was found, with every process running. */
export interface SuiteContext {
  /** Of the two API processes, which share their records. */
  readonly urls: readonly [string, string];
  /** Of a proxy in front of them: each request goes to the other one than the request before. */
  readonly url: string;
  /** API keys of two tenants. The owner is that of local mode and an operator; the foreign one has every scope but `admin`. */
  readonly keys: { readonly owner: string; readonly foreign: string };
  readonly stack: ContractStack;
  /** A folder with `speech.wav` (two English sentences; absent where flite is not installed), `tone.wav`, `picture.png` and `text.txt`. */
  readonly fixtures: string;
  /** Of what is random: the same one plays the same. */
  readonly seed: number;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** For people, on standard error. */
  say(what: string): void;
}

export interface Case {
  readonly name: string;
  readonly passed: boolean;
  readonly detail?: string;
  /** A negative control: it passes when what it plants is refused or found. */
  readonly control?: true;
}

export interface SuiteResult {
  readonly cases: readonly Case[];
  /** What was counted or measured, for the table. */
  readonly figures?: Readonly<Record<string, number | string>>;
}

export interface Suite {
  /** That of its file, `<name>.suite.ts`. */
  readonly name: string;
  readonly summary: string;
  run(context: SuiteContext): Promise<SuiteResult>;
}

export const defineSuite = (suite: Suite): Suite => suite;

/** Collects cases: one passes when its check does not throw. */
export class Cases {
  readonly list: Case[] = [];

  async check(name: string, check: () => unknown): Promise<void> {
    this.list.push(await caseOf(name, check));
  }

  /** @param check throws when what it plants is *not* refused or found */
  async control(name: string, check: () => unknown): Promise<void> {
    this.list.push({ ...(await caseOf(name, check)), control: true });
  }
}

async function caseOf(name: string, check: () => unknown): Promise<Case> {
  try {
    await check();
    return { name, passed: true };
  } catch (error) {
    return { name, passed: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
