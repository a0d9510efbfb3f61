export interface KeptOptions {
  /** An answer of less than this long ago is given again. */
  readonly keepMs: number;
  /** One that takes longer has failed. It is not begun again before it has ended. */
  readonly withinMs: number;
  readonly now?: () => number;
}

/** Asks no more often than it must, however many ask: those who come meanwhile share an answer. A failure is never kept. */
export function keptFor<Value>(
  read: () => Promise<Value>,
  { keepMs, withinMs, now = () => performance.now() }: KeptOptions,
): () => Promise<Value> {
  let kept: { readonly value: Value; readonly at: number } | undefined;
  let reading: Promise<Value> | undefined;
  return async () => {
    if (kept && now() - kept.at < keepMs) return kept.value;
    reading ??= read()
      .then((value) => {
        kept = { value, at: now() };
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
