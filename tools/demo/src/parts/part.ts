import type { DemoOptions } from '../options.ts';
import type { Job } from '../job.ts';

/** One pipeline, shown. */
export interface Part {
  readonly pipeline: string;
  /** What it does, in a few words. */
  readonly title: string;
  /** The port that takes the file. */
  readonly port: string;
  /** The option that gives another file. */
  readonly option: 'audio' | 'image' | 'video';
  /** The name of the file that the demo makes. */
  readonly fileName: string;
  /** Makes the file; resolves with what is in it, to show. */
  make(path: string, signal: AbortSignal): Promise<string>;
  /** Input and params beside the file, and how they are shown. */
  request(options: DemoOptions): {
    readonly input?: Record<string, unknown>;
    readonly params?: Record<string, unknown>;
    readonly shown?: string;
  };
  /** What came out, for people. */
  told(job: Job, options: DemoOptions): string[];
}
