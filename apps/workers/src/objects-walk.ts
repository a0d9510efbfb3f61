import type { ObjectsPosition, StoredPage } from '@intermodal/pipeline';

/** The keys of artifacts begin with two hexadecimal digits: one prefix after the other, page by page, and again from the first. */
export function nextPosition({ prefix }: ObjectsPosition, page: StoredPage): ObjectsPosition {
  const last = page.entries.at(-1);
  if (page.more && last) return { prefix, after: last.id };
  return { prefix: ((Number.parseInt(prefix, 16) + 1) % 256).toString(16).padStart(2, '0') };
}
