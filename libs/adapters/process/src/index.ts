export { failStart } from './fail-start.ts';
export { Readiness, type Look } from './health.ts';
export { onStop } from './on-stop.ts';
export { openStatus, type Status } from './open-status.ts';
export { packageVersion } from './package-version.ts';
export { spareCollections } from './spare-collections.ts';
export { startFaults, type ServiceChecks } from './start-faults.ts';
export { jsonAnswer, type StatusAnswer } from './status-routes.ts';
