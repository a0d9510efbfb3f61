import { defineCapability } from '../capability.ts';
import type { PictureAnswerer } from './picture-answerer.ts';

/** Answers a question by what stands on a page, which it sees as a picture. */
export type PageAnswerer = PictureAnswerer;

export const PageAnswerer = defineCapability<PageAnswerer>('PageAnswerer');
