import type { Model } from './model.ts';

/**
 * Verified weights on this machine. Nothing is fetched over the network while tasks run: `find` looks into the store's
 * folder and, when `INTERMODAL_MODEL_MIRROR` names one, a mirror folder (`<mirror>/<id>/<file>`).
 */
export interface ModelStore {
  /**
   * The absolute path of every file by its name, or undefined when the model is not here.
   * @throws IntermodalError `model.corrupt` when a file does not match its sha256.
   */
  find(model: Model): Promise<Readonly<Record<string, string>> | undefined>;
}
