import { IntermodalError, isArtifactRef } from '@intermodal/contracts';
import { SPILLED } from '@intermodal/pipeline';

/**
 * Refuses values that later floors would take for a file that the records vouch for. A sender names a file by
 * {"artifact": id}, which is looked up under the sender's own tenant; a whole reference is only ever written by us.
 * @throws IntermodalError `input.invalid` that names the place
 */
export function refuseReferences(value: unknown, path: string): void {
  if (value === null || typeof value !== 'object') return;
  if (isArtifactRef(value) || Object.hasOwn(value, SPILLED))
    throw new IntermodalError(
      'input.invalid',
      `${path}: give a file as {"artifact": "art_…"}; whole references are not accepted.`,
    );
  for (const [key, inner] of Object.entries(value))
    refuseReferences(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
}
