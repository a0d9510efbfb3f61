import { IntermodalError } from '@intermodal/contracts';
import { z } from 'zod';

/** What is to be made, in words; how many of them a model reads is its own matter. */
export const Description = z.string().max(10_000);

/** @param what is made, e.g. `picture` */
export const seedOf = (what: string) =>
  z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0)
    .describe(`Another one gives another ${what} of the same words`);

/** @throws IntermodalError `input.invalid` @param cure e.g. `say what the picture is to show` */
export function refuseUndescribed(description: string, cure: string): void {
  if (description.trim() !== '') return;
  throw new IntermodalError('input.invalid', `The description is empty: ${cure}.`);
}
