import { IntermodalError } from '@intermodal/contracts';
import type { ModelBucket } from '@intermodal/models';
import type { OpenBucket } from './bucket-place.ts';

/** Buckets that were opened, each once, until all are closed. */
export class OpenBuckets {
  readonly #open: OpenBucket | undefined;
  readonly #opened = new Map<string, Promise<ModelBucket>>();

  constructor(open: OpenBucket | undefined) {
    this.#open = open;
  }

  readonly open: OpenBucket = (name) => {
    if (!this.#open)
      return Promise.reject(
        new IntermodalError('model.unavailable', `the bucket ${name} cannot be opened by this process`),
      );
    const opening = this.#opened.get(name) ?? this.#open(name);
    this.#opened.set(name, opening);
    return opening;
  };

  async close(): Promise<void> {
    for (const opening of await Promise.allSettled(this.#opened.values()))
      if (opening.status === 'fulfilled') await opening.value.close();
    this.#opened.clear();
  }
}
