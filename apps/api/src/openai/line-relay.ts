import type { JobEvent } from '@intermodal/contracts';

/**
 * Lines of a transcript in their order, while they are being heard side by side: each as soon as all before it are there. The first that
 * was lost holds back the others; then they come with the end.
 */
export class LineRelay {
  readonly #heard = new Map<number, string>();
  #next = 0;

  /** @returns texts that can be passed on now */
  take(event: JobEvent): string[] {
    const place = 'path' in event && /^lines\[(\d+)\]\.heard$/.exec(event.path)?.[1];
    if (!place || event.type !== 'task.partial') return [];
    const { segment } = event.value as { segment?: { text?: unknown } };
    if (typeof segment?.text === 'string') this.#heard.set(Number(place), segment.text);
    const texts: string[] = [];
    for (let text = this.#heard.get(this.#next); text !== undefined; text = this.#heard.get(++this.#next))
      texts.push(text);
    return texts;
  }
}
