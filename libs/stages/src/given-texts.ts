import { IntermodalError } from '@intermodal/contracts';
import { z } from 'zod';

/** Texts that become vectors. */
export const GivenTexts = z.array(z.string()).min(1).max(2_048);

/** @throws IntermodalError `input.invalid`, which one is empty */
export function refuseEmpty(texts: readonly string[]): void {
  const empty = texts.findIndex((text) => text.trim() === '');
  if (empty >= 0)
    throw new IntermodalError('input.invalid', `The text ${empty + 1} of ${texts.length} is empty.`);
}
