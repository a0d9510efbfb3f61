export { Readiness, type Look } from './health.ts';
export { onStop } from './on-stop.ts';
export { jsonAnswer, StatusRoutes, type StatusAnswer } from './status-routes.ts';
export { watchLoop, type LoopWatch, type LoopWatchOptions } from './watch-loop.ts';
