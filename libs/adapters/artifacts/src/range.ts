import { IntermodalError } from '@intermodal/contracts';
import type { ByteRange } from '@intermodal/pipeline';

/** For a range that has no byte in common with the artifact. `details.bytes` is the size of the whole. */
export const unsatisfiable = (range: ByteRange, bytes: number | undefined): IntermodalError =>
  new IntermodalError(
    'input.invalid',
    `The artifact${bytes === undefined ? '' : ` of ${bytes} bytes`} has no bytes ${range.first} to ${range.last}.`,
    { details: { bytes } },
  );
