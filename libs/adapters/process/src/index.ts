export { onStop } from './on-stop.ts';
export { watchLoop, type LoopWatch, type LoopWatchOptions } from './watch-loop.ts';
