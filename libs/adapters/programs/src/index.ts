export { missingPrograms } from './missing-programs.ts';
export { killGroup, spawnGroup } from './process-group.ts';
export { runProgram, type ProgramResult } from './run-program.ts';
export { endChild, hasEnded, spawnBound } from './spawn-bound.ts';
