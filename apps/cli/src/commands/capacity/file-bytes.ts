import { isArtifactRef } from '@intermodal/contracts';

/** Bytes of the files that stand anywhere in these values; one that stands there twice is one file. */
export function fileBytes(...values: readonly unknown[]): number {
  const bytes = new Map<string, number>();
  const look = (value: unknown): void => {
    if (isArtifactRef(value)) bytes.set(value.id, value.bytes);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(look);
  };
  look(values);
  return [...bytes.values()].reduce((sum, one) => sum + one, 0);
}
