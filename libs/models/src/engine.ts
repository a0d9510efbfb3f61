import type { Capability, InterfaceOf } from './capability.ts';
import type { ModelHosts } from './model-hosts.ts';
import type { ModelStore } from './model-store.ts';
import type { RemoteServers } from './remote-server.ts';

export type Device = 'cpu' | 'cuda';

/** What an engine may use to open itself. */
export interface EngineContext {
  readonly models: ModelStore;
  readonly remotes: RemoteServers;
  /** Where weights are run. */
  readonly hosts: ModelHosts;
  /** Threads that one program or model may use: cores / slots, at least 1. */
  readonly threads: number;
  readonly log: EngineLog;
}

export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** An opened engine, and what is recorded with every result it makes. */
export interface OpenedEngine<Interface> {
  readonly use: Interface;
  readonly model?: string;
  readonly device: Device | 'remote';
  /** Ends every process and session that was opened. Called once, when the worker drains. */
  close(): Promise<void>;
}

/** Available, or one sentence that says what is missing and how to get it. */
export type Probe = { readonly available: true } | { readonly available: false; readonly reason: string };

/** What provides a capability: a library that runs weights, or a program. One `*.engine.ts` file each. */
export interface Engine<Interface = unknown> {
  readonly capability: string;
  /** The name shown with results and used in preference tables, e.g. `pocketsphinx`. */
  readonly name: string;
  /** Cheap, and safe to call when nothing is installed. */
  probe(context: EngineContext): Promise<Probe>;
  /** Called at most once per worker process, and only after `probe` said available. */
  open(context: EngineContext): Promise<OpenedEngine<Interface>>;
}

export const defineEngine = <C extends Capability<unknown>>(
  capability: C,
  engine: Omit<Engine<InterfaceOf<C>>, 'capability'>,
): Engine<InterfaceOf<C>> => ({ capability: capability.name, ...engine });
