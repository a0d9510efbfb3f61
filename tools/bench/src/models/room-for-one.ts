/** Bytes for one small model at a time, which takes some 85 MiB: each load evicts the other, and whoever misbehaves holds all of it. */
export const ROOM_FOR_ONE = 140 * 1024 ** 2;
