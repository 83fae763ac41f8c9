import type { Search } from '../../core/experiment/search.ts';
import { estimateBudget, planRungs } from '../../core/search/index.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { summarize } from '../../core/stats/statistics.ts';
import { formatTimeLimit } from '../../core/units.ts';
import { withoutUndefined } from '../../core/value.ts';
import { getPastRuns } from '../past-runs/past-runs.ts';
import type { Project } from '../project/project.ts';
import type { SearchPlan } from '../project/types.ts';
import { getHours } from '../submit/price.ts';

/** Members of a sweep, and how they run. */
interface SearchedRuns {
  readonly template: string;
  readonly resources: Resources;
  /** Members without repetitions. */
  readonly trials: number;
}

/** Runs of the template whose times count. */
const MOST_RUNS = 50;

/** The repetitions that follow when all members have ended. */
export function countRepetitions({ confirm }: Search, trials: number): number {
  return confirm === undefined ? 0 : Math.min(confirm.top, trials) * (confirm.seeds - 1);
}

/**
 * What a sweep takes that goes on by itself: its rungs, and the hours that are expected if members come in an order that says nothing of
 * how good they are. A step takes what it took in the completed runs of the template, if there are any; otherwise the time limit is
 * counted on.
 */
export async function planSearch(project: Project, search: Search, runs: SearchedRuns): Promise<SearchPlan> {
  const { stop } = search;
  const rungs = stop === undefined ? [] : planRungs(stop);
  const budget = stop && estimateBudget(stop, runs.trials);
  const share = budget === undefined ? 1 : budget.expected / budget.most;
  const wholeRuns = runs.trials * share + countRepetitions(search, runs.trials);
  const { seconds, pastRuns } = await measureRuns(project, runs);
  const { gpuHours = 0, cpuHours = 0 } = getHours(
    seconds === undefined
      ? runs.resources
      : { ...runs.resources, time_limit: formatTimeLimit(Math.max(1, Math.round(seconds))) },
  );
  const each = (gpuHours > 0 ? gpuHours : cpuHours) / (runs.resources.pack?.size ?? 1);
  if (each === 0) return { search, rungs };
  return { search, rungs, expected: { hours: wholeRuns * each, unit: gpuHours > 0 ? 'GPU' : 'CPU', pastRuns } };
}

/** The median time of the completed runs of a template, all stages together. */
async function measureRuns(
  project: Project,
  { template }: SearchedRuns,
): Promise<{ readonly seconds?: number; readonly pastRuns: number }> {
  const runs = await getPastRuns(project, { template, where: 'status = completed', limit: MOST_RUNS, usage: 'none' });
  const completed = Map.groupBy(
    runs.filter(({ status }) => status === 'completed'),
    ({ expId }) => expId,
  );
  const seconds = [...completed.values()].map((stages) =>
    stages.reduce((sum, { startedMs, endedMs }) => sum + (endedMs - (startedMs ?? endedMs)) / 1_000, 0),
  );
  const { median } = summarize(seconds);
  return { ...withoutUndefined({ seconds: median }), pastRuns: seconds.length };
}
