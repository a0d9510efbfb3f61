import { setFlagsFromString } from 'node:v8';

/**
 * For a process through which pictures and sound go. By default V8 looks through its whole heap whenever 64 MB of arrays have come outside
 * of it, however large the heap is: with pictures of 640 x 480 for YOLOX that was after every fifth, and half of a worker's processor
 * time (28 ms a picture with it, 14 ms without). With this flag such arrays count as the heap does, whose limit grows with what is in use.
 */
export function spareCollections(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
