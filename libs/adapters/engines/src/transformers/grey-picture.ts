import type { Pixels } from '@intermodal/models';

/** What models that see are warmed up with. */
export const GREY_PICTURE: Pixels = { width: 64, height: 64, rgb: new Uint8Array(3 * 64 * 64).fill(128) };
