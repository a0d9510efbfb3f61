/**
 * At most `most` of what was found, in its order: the first, then cuts, then the others, each kind spread evenly when there
 * are too many of it.
 */
export function thinOut<Item extends { readonly cut: boolean }>(
  found: readonly Item[],
  most: number,
): Item[] {
  if (found.length <= most) return [...found];
  const [first, ...rest] = found;
  const cuts = spread(
    rest.filter((it) => it.cut),
    most - 1,
  );
  const others = spread(
    rest.filter((it) => !it.cut),
    most - 1 - cuts.length,
  );
  const kept = new Set([first!, ...cuts, ...others]);
  return found.filter((it) => kept.has(it));
}

const spread = <Item>(items: readonly Item[], most: number): Item[] =>
  items.length <= most
    ? [...items]
    : Array.from({ length: most }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / most)]!);
