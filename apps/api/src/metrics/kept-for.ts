export interface KeptOptions {
  /** An answer of less than this long ago is given again. */
  readonly keepMs: number;
  /** One that took long is kept for longer: no more than this part of the time is spent on asking. */
  readonly busyMost: number;
  /** One that takes longer has failed. It is not begun again before it has ended. */
  readonly withinMs: number;
  readonly now?: () => number;
}

/** Asks no more often than it must, however many ask: those who come meanwhile share an answer. A failure is never kept. */
export function keptFor<Value>(
  read: () => Promise<Value>,
  { keepMs, busyMost, withinMs, now = () => performance.now() }: KeptOptions,
): () => Promise<Value> {
  let kept: { readonly value: Value; readonly until: number } | undefined;
  let reading: Promise<Value> | undefined;
  return async () => {
    if (kept && now() < kept.until) return kept.value;
    const begun = now();
    reading ??= read()
      .then((value) => {
        kept = { value, until: now() + Math.max(keepMs, (now() - begun) / busyMost) };
        return value;
      })
      .finally(() => (reading = undefined));
    // Whoever asked may have given up by the time it fails.
    reading.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`There was no answer in ${withinMs} ms.`)), withinMs);
    });
    try {
      return await Promise.race([reading, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
