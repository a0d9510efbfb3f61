import type { DTYPE_ENDINGS, Model } from '@intermodal/models';

/** What the runners of this engine are given to load. */
export interface FolderLoad {
  /** Absolute: a relative one would be taken for a repository at the hub. All files in it that are opened were verified. */
  readonly folder: string;
  readonly dtype: keyof typeof DTYPE_ENDINGS | 'gguf';
  readonly pooling?: Model['pooling'];
}
