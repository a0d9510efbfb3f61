import type { Answer, Box, DetectedObject, Evidence, Facts } from '@intermodal/models';
import { sentence } from './words.ts';

/** Larger models that would be asked, in words. */
export const NEEDS = {
  language: 'it needs a visual language model, which is not installed here',
  detector: 'it needs an object detector (vision.detect-objects), which gave nothing here',
  reader: 'it needs a text reader (vision.read-text), which gave nothing here',
  codes: 'it needs a code reader (vision.read-codes), which gave nothing here',
  faces: 'it needs a face finder (vision.find-faces), which gave nothing here',
  colours: 'it needs the colours (vision.describe-colours), which were not given here',
  recogniser: 'it needs a speech recogniser (speech.transcribe) and sound, which were not given here',
  duration: 'the length was not given, and the file does not say it',
} as const;

export const told = (answer: string, confidence: number, evidence: readonly Evidence[]): Answer => ({
  answer: sentence(answer),
  answered: true,
  confidence: Math.round(Math.min(1, Math.max(0, confidence)) * 100) / 100,
  evidence,
  reason: null,
});

/** One sentence that says what cannot be told and why; what was seen of it stands as evidence. */
export const cannotTell = (what: string, why: string, evidence: readonly Evidence[] = []): Answer => ({
  answer: sentence(`I cannot tell ${what}: ${why}`),
  answered: false,
  confidence: 0,
  evidence,
  reason: sentence(why),
});

export const seen = (objects: readonly DetectedObject[]): Evidence[] =>
  objects.map(({ label, box }) => ({ kind: 'object', value: label, box }));

/** That something was looked for and not found. It is worth no more than the detector is, which says so itself. */
export const unseen = (what: string, { scope }: Facts): Evidence => ({
  kind: 'absence',
  value: scope === null ? `no ${what} found` : `no ${what} found by a detector that says: ${scope}`,
});
export const ABSENCE = 0.6;

export const surety = (objects: readonly DetectedObject[]): number =>
  objects.length === 0 ? ABSENCE : Math.min(...objects.map(({ score }) => score));

export const inBox = (inner: Box, outer: Box): boolean => {
  const x = inner.x + inner.width / 2;
  const y = inner.y + inner.height / 2;
  return x >= outer.x && x <= outer.x + outer.width && y >= outer.y && y <= outer.y + outer.height;
};
