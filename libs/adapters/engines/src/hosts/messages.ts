import type { ErrorCode } from '@intermodal/contracts';
import type { Device } from '@intermodal/models';
import type { Stowed } from './stowage.ts';

/** What the process of a model is told. */
export type ToChild =
  | {
      readonly kind: 'open';
      /** Address of a module like `Runner`. */
      readonly runner: string;
      readonly load: unknown;
      readonly device: Device;
      readonly threads: number;
      /** Of an existing folder, for what is large. */
      readonly folder: string;
      readonly warmUp?: unknown;
    }
  | { readonly kind: 'call'; readonly id: number; readonly request: Stowed }
  /** The answer to this call is no longer wanted. */
  | { readonly kind: 'interrupt'; readonly id: number };

export type FromChild =
  | { readonly kind: 'ready' }
  /** It could not be opened. */
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** A long call goes on: the parent's patience begins anew, and lasts for so long at least. */
  | { readonly kind: 'alive'; readonly id: number; readonly forMs?: number | undefined }
  | { readonly kind: 'partial'; readonly id: number; readonly value: Stowed }
  | { readonly kind: 'result'; readonly id: number; readonly value: Stowed }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: Problem };

/** What went wrong, as a clause behind `The model NAME`. Without a code it was not foreseen. */
export interface Problem {
  readonly code?: ErrorCode;
  readonly clause: string;
}
