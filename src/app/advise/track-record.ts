import type { Settled, TrackRow } from '../../advisor/index.ts';
import type { Predictions } from '../../core/experiment/advised.ts';
import { getAttemptOutcome, type Outcome } from '../../core/experiment/outcome.ts';
import { type Attempt } from '../../core/experiment/attempt.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { compareTexts } from '../../core/text/compare-texts.ts';
import { withoutUndefined } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import { listPastRuns } from '../past-runs/past-runs.ts';
import type { Project } from '../project/project.ts';

/** What was predicted, and what happened. */
export interface TrackRecord {
  readonly rows: readonly TrackRow[];
  /** The same of each partition that was chosen, by name. */
  readonly partitions: readonly { readonly partition: string; readonly rows: readonly TrackRow[] }[];
  /** Each forecast of which something is known, newest first. */
  readonly settled: readonly Settled[];
}

/** The number of newest experiments that are read. */
const MOST = 500;

/** How the forecasts came true that advice gave for attempts of this project. */
export async function trackRecord(project: Project): Promise<TrackRecord> {
  const settled = [...getSettledForecasts(project), ...(await settledMemory(project))];
  const { trackRecord: rowsOf } = await import('../../advisor/index.ts');
  const byPartition = Map.groupBy(settled, ({ partition = '' }) => partition);
  const partitions = [...byPartition]
    .filter(([partition]) => partition !== '')
    .map(([partition, own]) => ({ partition, rows: rowsOf(own) }))
    .toSorted((a, b) => compareTexts(a.partition, b.partition));
  return { rows: rowsOf(settled), partitions, settled: settled.toSorted((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0)) };
}

/** Of waits and run times, from the record alone: quick enough for every piece of advice. */
export function getSettledForecasts(project: Project): Settled[] {
  return advisedAttempts(project).flatMap(({ experiment, attempt, partition, predictions }) => {
    const outcome = getAttemptOutcome(attempt);
    const where = `${experiment.expId} ${attempt.stage}-${attempt.n}`;
    const common = withoutUndefined({ where, atMs: attempt.submittedMs, partition });
    const [wait, run] = [waited(project, attempt, outcome), ran(outcome)];
    return [
      ...(predictions.wait === undefined || wait === undefined
        ? []
        : [{ of: 'wait' as const, ...getPrediction(predictions.wait), ...common, ...wait }]),
      ...(predictions.run === undefined || run === undefined
        ? []
        : [{ of: 'run' as const, ...getPrediction(predictions.run), ...common, ...run }]),
    ];
  });
}

/** Of memory: the largest peak of a GPU that the monitor saw. */
async function settledMemory(project: Project): Promise<Settled[]> {
  const advised = advisedAttempts(project).filter(({ predictions }) => predictions.memory !== undefined);
  const experiments = [...new Map(advised.map(({ experiment }) => [experiment.key, experiment])).values()];
  const { runs } = await listPastRuns(project, experiments, { limit: Infinity, usage: 'records' });
  return advised.flatMap(({ experiment, attempt, partition, predictions }): Settled[] => {
    const run = runs.find(
      ({ expId, stage, n }) => expId === experiment.expId && stage === attempt.stage && n === attempt.n,
    );
    const [gib, actual] = [predictions.memory?.gib, run?.usage?.peakGpuGib];
    if (gib === undefined || actual === undefined || run?.status !== 'completed') return [];
    const where = `${experiment.expId} ${attempt.stage}-${attempt.n}`;
    return [
      {
        of: 'memory',
        kind: 'estimate',
        p50: gib,
        p90: gib,
        actual,
        where,
        ...withoutUndefined({ atMs: attempt.submittedMs, partition }),
      },
    ];
  });
}

interface AdvisedAttempt {
  readonly experiment: Experiment;
  readonly attempt: Attempt;
  readonly partition: string | undefined;
  readonly predictions: Predictions;
}

function advisedAttempts({ store }: Project): AdvisedAttempt[] {
  const newest = store.select({ sort: { field: 'submitted', descending: true }, limit: MOST, nowMs: nowMs() });
  return [...newest].flatMap((experiment) =>
    Object.values(experiment.record.attempts).flatMap((attempt): AdvisedAttempt[] => {
      const { choice, predictions } = attempt.advised?.value ?? {};
      const partition = choice?.['partition'];
      return predictions === undefined ? [] : [{ experiment, attempt, partition, predictions }];
    }),
  );
}

type Actual = Pick<Settled, 'actual' | 'atLeast'>;

/** Undefined: it waited for something else than the queue, or it is not known. */
function waited({ store }: Project, { token, submittedMs }: Attempt, outcome: Outcome): Actual | undefined {
  const submission = token && store.submission(token.value);
  const request = submission?.request?.value;
  const sinceMs = submission?.job?.value.submittedMs ?? submittedMs;
  if (sinceMs === undefined || request?.held === true || request?.maxParallel !== undefined) return undefined;
  if ((request?.after ?? []).length > 0 || (request?.behind ?? []).length > 0) return undefined;
  const startedMs = 'startedMs' in outcome ? outcome.startedMs : undefined;
  if (startedMs !== undefined) return { actual: Math.max(0, startedMs - sinceMs) / 1000 };
  return outcome.status === 'queued' ? { actual: (nowMs() - sinceMs) / 1000, atLeast: true } : undefined;
}

/** Undefined: it did not do all of its work. */
function ran(outcome: Outcome): Actual | undefined {
  if (!('startedMs' in outcome) || outcome.startedMs === undefined) return undefined;
  if (outcome.status === 'running') return { actual: (nowMs() - outcome.startedMs) / 1000, atLeast: true };
  if (!('endedMs' in outcome)) return undefined;
  const actual = (outcome.endedMs - outcome.startedMs) / 1000;
  if (outcome.status === 'completed') return { actual };
  return outcome.status === 'failed' && outcome.cause === 'timeout' ? { actual, atLeast: true } : undefined;
}

function getPrediction({
  kind,
  p50S,
  p90S,
  plannedS,
}: NonNullable<Predictions['wait']>): Pick<Settled, 'kind' | 'p50' | 'p90' | 'planned'> {
  return { kind, ...withoutUndefined({ p50: p50S, p90: p90S, planned: plannedS }) };
}
