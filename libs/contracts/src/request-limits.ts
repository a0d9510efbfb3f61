/** A JSON body, in bytes at most. */
export const JSON_MAX_BYTES = 1_000_000;
/** Lists and objects within each other in one, at most. */
export const JSON_MAX_DEPTH = 64;
