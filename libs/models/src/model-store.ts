import type { Model, ModelVariant } from './model.ts';

/**
 * Verified weights on this machine. Nothing is fetched over the network while tasks run: `find` looks into the store's
 * folder and, when `INTERMODAL_MODEL_MIRROR` names one, a mirror folder (`<mirror>/<id>/<file>`).
 */
export interface ModelStore {
  /** Every model that is described, here or not: the shipped ones, and an operator's. */
  readonly catalogue: readonly Model[];
  /**
   * The absolute path of every file by its name, or undefined when the model is not here.
   * @param variant the first one, when left out
   * @throws IntermodalError `model.corrupt` when a file does not match its sha256, `model.unavailable` when a network keeps
   *   weights in a file that the model does not have
   */
  find(model: Model, variant?: ModelVariant): Promise<Readonly<Record<string, string>> | undefined>;
}
