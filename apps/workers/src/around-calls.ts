type Method = (...given: unknown[]) => unknown;

/**
 * An engine, each call of which is made by `around`; what is no method stays as it is.
 * @param around gets the name of the method, what it is given, and what makes the call
 */
export function aroundCalls(
  use: unknown,
  around: (method: string, given: readonly unknown[], call: () => unknown) => unknown,
): unknown {
  if (typeof use !== 'object' || use === null) return use;
  return new Proxy(use, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function' || typeof key !== 'string') return member;
      // Of the engine itself: a method that has private fields knows no proxy.
      return (...given: unknown[]): unknown =>
        around(key, given, () => (member as Method).apply(target, given));
    },
  });
}
