/** One file of a model, as it is at its source. */
export interface ModelFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Where `intermodal models pull` gets it. */
  readonly url: string;
}

/** Weights: one `*.model.ts` file each. */
export interface Model {
  readonly id: string;
  readonly summary: string;
  readonly licence: string;
  readonly files: readonly ModelFile[];
}

export const defineModel = (model: Model): Model => model;
