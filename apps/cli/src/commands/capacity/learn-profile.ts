import type { JobView, StageView, TaskView } from '@intermodal/contracts';
import type { Profile, Step } from './profile.ts';

type Ran = TaskView & { stage: string; startedAt: string; finishedAt: string; seconds: number };
type Timed = Pick<JobView, 'pipeline' | 'tasks'> & { readonly fileBytes: number };

/**
 * What completed jobs of one pipeline have shown. Undefined when none of their tasks ran: there is nothing to learn then.
 * @param jobs at least one, with their tasks
 */
export function learnProfile(jobs: readonly Timed[], stages: readonly StageView[]): Profile | undefined {
  const ran = jobs.map(({ tasks = [] }) => tasks.filter(isRan));
  const names = [...new Set(ran.flat().map(({ stage }) => stage))];
  if (names.length === 0) return undefined;
  const levels = levelsOf(names, ran);
  const steps = names.map((stage): Step => {
    const tasks = ran.flat().filter((task) => task.stage === stage);
    const view = stages.find(({ name, version }) => `${name}@${version}` === stage);
    const meanSeconds = mean(tasks.map(({ seconds }) => seconds));
    return {
      ...{ stage, pool: view?.pool ?? stage.split('.')[0]!, level: levels.get(stage)! },
      tasksPerJob: tasks.length / jobs.length,
      // What is over within the clock's tick still takes some time.
      meanSeconds: Math.max(meanSeconds, 0.001),
      deviationSeconds: Math.sqrt(mean(tasks.map(({ seconds }) => (seconds - meanSeconds) ** 2))),
      filesRead: filesIn(view?.input),
      filesWritten: filesIn(view?.output),
    };
  });
  return {
    ...{ pipeline: jobs[0]!.pipeline, jobs: jobs.length },
    fileBytesPerJob: mean(jobs.map(({ fileBytes }) => fileBytes)),
    steps: steps.sort((a, b) => a.level - b.level || a.stage.localeCompare(b.stage)),
  };
}

/** A stage comes after another one when in every job all of that one had ended before any of this began. */
function levelsOf(stages: readonly string[], jobs: readonly (readonly Ran[])[]): Map<string, number> {
  const span = (tasks: readonly Ran[], stage: string) => {
    const own = tasks.filter((task) => task.stage === stage);
    return {
      begins: Math.min(...own.map(({ startedAt }) => Date.parse(startedAt))),
      ends: Math.max(...own.map(({ finishedAt }) => Date.parse(finishedAt))),
    };
  };
  const spans = jobs.map((tasks) => new Map(stages.map((stage) => [stage, span(tasks, stage)])));
  const isBefore = (one: string, other: string): boolean =>
    spans.every((of) => of.get(one)!.ends <= of.get(other)!.begins);
  const levels = new Map<string, number>();
  const levelOf = (stage: string): number => {
    const known = levels.get(stage);
    if (known !== undefined) return known;
    // Also keeps two stages that never ran in one job from waiting for each other.
    levels.set(stage, 0);
    const before = stages.filter((one) => one !== stage && isBefore(one, stage) && !isBefore(stage, one));
    const level = 1 + Math.max(-1, ...before.map(levelOf));
    levels.set(stage, level);
    return level;
  };
  for (const stage of stages) levelOf(stage);
  return levels;
}

const isRan = (task: TaskView): task is Ran =>
  task.status === 'completed' && task.stage !== null && task.seconds !== null && task.kept !== true;

/** Ports whose value is a file, alone or in a list. */
function filesIn(schema: Readonly<Record<string, unknown>> | undefined): number {
  const ports = Object.values((schema?.['properties'] ?? {}) as Record<string, unknown>);
  return ports.filter((port) => JSON.stringify(port).includes('"x-media-type"')).length;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
