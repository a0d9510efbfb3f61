import { defineCapability } from '../capability.ts';
import type { ReadCode } from './code-reader.ts';
import type { FoundFace } from './face-finder.ts';
import type { Box } from './image-tools.ts';
import type { DetectedObject } from './object-detector.ts';
import type { ReadLine } from './text-reader.ts';

export interface ColourShare {
  /** One of the eleven basic colour terms, e.g. `red`. */
  readonly name: string;
  /** 0..1 of the surface. */
  readonly share: number;
}

/** What is known about a picture, film or recording. What is null was not looked for; an empty list was, and not found. */
export interface Facts {
  /** Pixels; positions are told against it. */
  readonly picture: { readonly width: number; readonly height: number } | null;
  readonly objects: readonly DetectedObject[] | null;
  /** What the detector can see at all. About anything else its silence says nothing. */
  readonly detectable: readonly string[] | null;
  /** What the detector says that it is good for, e.g. that it knows drawn things only. */
  readonly scope: string | null;
  /** The colours of the whole picture, the largest share first. */
  readonly colours: readonly ColourShare[] | null;
  readonly objectColours:
    readonly { readonly label: string; readonly box: Box; readonly colours: readonly ColourShare[] }[] | null;
  readonly text: readonly ReadLine[] | null;
  readonly codes: readonly ReadCode[] | null;
  readonly faces: readonly FoundFace[] | null;
  readonly durationMs: number | null;
  /** What is said; empty when nobody speaks. */
  readonly transcript: string | null;
}

export interface Evidence {
  readonly kind: 'object' | 'absence' | 'colour' | 'text' | 'code' | 'face' | 'duration' | 'transcript';
  readonly value: string;
  readonly box?: Box;
}

export interface Answer {
  /** One or two sentences; when it is not answered, what cannot be told. */
  readonly answer: string;
  readonly answered: boolean;
  /** 0..1; 0 when it is not answered. */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** Why it cannot be told, and what could. Null when it is answered. */
  readonly reason: string | null;
}

export interface Answerer {
  /** Answers a question in English from the facts alone. Never throws for a question that it does not understand. */
  answer(question: string, facts: Facts, options: { signal: AbortSignal }): Promise<Answer>;
}

export const Answerer = defineCapability<Answerer>('Answerer');
