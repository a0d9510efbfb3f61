import type { ScanRequest } from './requests.ts';

/** The windows of a sequence, one after the other; values that do not fill a last window are left out. */
export function* sequenceSteps({ data, window, hop }: ScanRequest['sequence']): Generator<Float32Array> {
  for (let at = 0; at + window <= data.length; at += hop) yield data.slice(at, at + window);
}
