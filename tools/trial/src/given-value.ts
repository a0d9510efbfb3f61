import { z } from 'zod';

/** Anything but null: a node that is wired to a null is skipped. */
export const GivenValue = z.json().refine((value) => value !== null, 'expected a value');
