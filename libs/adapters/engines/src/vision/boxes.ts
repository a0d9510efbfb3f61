import type { Box } from '@intermodal/models';

interface Candidate {
  readonly score: number;
  readonly box: Box;
}

/** The surest first; what overlaps a surer one by more than `overlap` of their union is the same thing seen twice. */
export function eachOnce<Found extends Candidate>(candidates: readonly Found[], overlap: number): Found[] {
  const kept: Found[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score))
    if (kept.every((it) => overlapOf(it.box, candidate.box) <= overlap)) kept.push(candidate);
  return kept;
}

/** Intersection over union, 0..1. */
export function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** The part of a box that lies in the picture, in whole pixels, at least one. */
export function withinPicture(box: Box, picture: { width: number; height: number }): Box {
  const x = clamp(Math.round(box.x), picture.width - 1);
  const y = clamp(Math.round(box.y), picture.height - 1);
  const right = Math.min(Math.max(Math.round(box.x + box.width), x + 1), picture.width);
  const bottom = Math.min(Math.max(Math.round(box.y + box.height), y + 1), picture.height);
  return { x, y, width: right - x, height: bottom - y };
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);
