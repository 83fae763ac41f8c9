import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import { writeSpace, type SpaceText } from '../../core/sweep/space-texts.ts';
import { nowMs } from '../../system/index.ts';
import { getKnownNames } from '../experiments/select.ts';
import { summarizeProgress } from '../jobs/progress.ts';
import { sumGpuHours, type GpuHours } from '../past-runs/gpu-hours.ts';
import type { Project } from '../project/project.ts';
import type { ExperimentsProgress } from '../project/types.ts';
import { metricOf } from '../tables/cells.ts';
import { findUnreadable, type Unreadable } from '../harvest/unread.ts';
import { countCauses, explainMissing } from '../tables/missing.ts';
import { listMetrics, listVariedParameters, readMetric, type RunMetric, type VariedParameter } from './run-columns.ts';
import { selectMembers, summarizeMembers, type SweepSummary } from './show-sweep.ts';

/** The members of a sweep by columns, each in the same order: as they were made. */
export interface SweepMembers {
  readonly expIds: readonly string[];
  readonly statuses: readonly Status[];
  /** The parameters that differ. */
  readonly parameters: readonly VariedParameter[];
  /** Finite values of the metric; null for a member without, and for one that was stopped, whose value is not of a whole run. */
  readonly values: readonly (number | null)[];
}

/** Runs with all that a page needs to draw them. */
export interface RunsInspection {
  readonly progress: ExperimentsProgress;
  /** The metrics that they have. */
  readonly metrics: readonly RunMetric[];
  /** The one of the values; absent if no member has any. */
  readonly metric?: string;
  /** Why members have no finite value of it: how many, by cause. */
  readonly missing: { readonly [cause: string]: number };
  /** Absent if there are more than {@link MOST_MEMBERS}. */
  readonly members?: SweepMembers;
}

/** A sweep with its members. */
export interface SweepInspection extends RunsInspection {
  readonly summary: SweepSummary;
  /** What its jobs had so far, by the GPUs that they asked for. */
  readonly gpuHours: GpuHours;
  /** Members that are archived, which are only in the summary and in the GPU hours. */
  readonly archived: number;
  /** Its whole space, as flags; absent if flags cannot say it. */
  readonly space?: SpaceText;
}

/** Of which runs, and how. */
export interface InspectedRuns {
  /** See {@link inspectSweep}. */
  readonly metric?: string | undefined;
  readonly unreadable: Unreadable;
  /** Runs that were stopped have values, too. */
  readonly includesStopped?: boolean;
}

/** More members cannot be told apart in a figure. */
export const MOST_MEMBERS = 10_000;

/**
 * A sweep with its members. Never asks the scheduler.
 *
 * @param metric as it is named in results; default: the first one whose better values are known and that most members have
 * @throws SheafError `sweep.unknown`
 */
export async function inspectSweep(project: Project, name: string, metric?: string): Promise<SweepInspection> {
  const all = selectMembers(project, name);
  const shown = all.filter(({ record }) => record.archived?.value !== true).toReversed();
  const summary = summarizeMembers(project, name, all);
  const space = writeSpace(summary.parts.map((part) => part.space));
  return {
    ...inspectRuns(project, shown, { metric, unreadable: await findUnreadable(project, { sweep: name }) }),
    summary,
    ...(space && { space }),
    gpuHours: sumGpuHours(project, all, { fromMs: 0, toMs: nowMs() }),
    archived: all.length - shown.length,
  };
}

/** Runs by columns, in their order. Never asks the scheduler. */
export function inspectRuns(
  project: Project,
  runs: readonly Experiment[],
  { metric, unreadable, includesStopped = false }: InspectedRuns,
): RunsInspection {
  const known = getKnownNames(project.store);
  const metrics = listMetrics(runs, known);
  const chosen = metrics.find((each) => each.name === metric) ?? rankMetrics(metrics)[0];
  const statuses = runs.map(({ record, waiting }): Status => (waiting ? 'queued' : getExperimentStatus(record).status));
  const values = chosen === undefined ? runs.map(() => null) : readMetric(runs, chosen.name);
  return {
    progress: summarizeProgress(runs, nowMs()),
    metrics,
    ...(chosen && { metric: chosen.name }),
    missing: chosen === undefined ? {} : countMissing(runs, chosen.name, unreadable),
    ...(runs.length <= MOST_MEMBERS && {
      members: {
        expIds: runs.map(({ expId }) => expId),
        statuses,
        parameters: listVariedParameters(runs, known),
        values: values.map((value, i) => (statuses[i] === 'stopped' && !includesStopped ? null : value)),
      },
    }),
  };
}

function countMissing(runs: readonly Experiment[], metric: string, unreadable: Unreadable): RunsInspection['missing'] {
  const values = readMetric(runs, metric);
  return countCauses(
    runs.flatMap((run, i) => {
      if (values[i] !== null) return [];
      const found = metricOf(run, metric);
      return [{ metric, cause: explainMissing(run, metric, unreadable) ?? found?.nonfinite ?? 'not_a_number' }];
    }),
  );
}

/** Those with values first; of these, those whose better values are known; of these, those that most runs have. */
export function rankMetrics(metrics: readonly RunMetric[]): RunMetric[] {
  const order = ({ n, mode }: RunMetric): number =>
    n === 0 ? 0 : n + (mode === undefined ? 0 : Number.MAX_SAFE_INTEGER / 2);
  return metrics.toSorted((a, b) => order(b) - order(a));
}
