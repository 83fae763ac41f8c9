import { withoutUndefined } from '../../core/value.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus, isActive, type Status } from '../../core/experiment/status.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { estimateTimeLeft, measureRate, type MemberSpan } from '../../core/sweep/time-left.ts';
import { guessDirection } from '../../harvest/index.ts';
import type { BestMember, ExperimentsProgress } from '../project/types.ts';

/** How far experiments are as far as the record says. @param members as they are on record at `atMs` */
export function summarizeProgress(members: readonly Experiment[], atMs: number): ExperimentsProgress {
  const spans = members.map(spanOf);
  const counts: { [status in Status]?: number } = {};
  for (const { status } of spans) counts[status] = (counts[status] ?? 0) + 1;
  const begunMs = spans.reduce((first, { startedMs = Infinity }) => Math.min(first, startedMs), Infinity);
  const perHour = measureRate(spans, atMs);
  const leftMs = estimateTimeLeft(spans, atMs);
  const best = findBest(members);
  return withoutUndefined({
    total: members.length,
    counts,
    ended: spans.filter(({ status }) => status !== 'created' && !isActive(status)).length,
    ...(begunMs === Infinity ? {} : { elapsedMs: Math.max(0, atMs - begunMs) }),
    perHour,
    leftMs,
    best,
  });
}

/** From the start of the first stage to the end of the last one. */
function spanOf({ record, waiting }: Experiment): MemberSpan & { readonly status: Status } {
  if (waiting !== undefined) return { status: 'queued' };
  const outcomes = Object.values(record.attempts).map(getAttemptOutcome);
  const starts = outcomes.flatMap((outcome) => ('startedMs' in outcome ? (outcome.startedMs ?? []) : []));
  const ends = outcomes.flatMap((outcome) => ('endedMs' in outcome ? outcome.endedMs : []));
  return {
    status: getExperimentStatus(record).status,
    startedMs: starts.length === 0 ? undefined : Math.min(...starts),
    endedMs: ends.length === 0 ? undefined : Math.max(...ends),
  };
}

function findBest(members: readonly Experiment[]): BestMember | undefined {
  let best: BestMember | undefined;
  for (const { expId, record, waiting } of members) {
    const harvest = waiting === undefined ? record.harvest?.value.harvest : undefined;
    const metrics = harvest?.partial ? undefined : harvest?.metrics;
    const name: string | undefined = best?.metric ?? Object.keys(metrics ?? {}).find((each) => modeOf(each, metrics));
    const value = name === undefined ? undefined : metrics?.[name]?.value;
    const mode = name === undefined ? undefined : (best?.mode ?? modeOf(name, metrics));
    if (name === undefined || mode === undefined || typeof value !== 'number') continue;
    const isBetter = best === undefined || (mode === 'max' ? value > best.value : value < best.value);
    if (isBetter) best = { expId, metric: name, value, mode };
  }
  return best;
}

/** As the rule of a metric says, otherwise as far as its name does. */
function modeOf(name: string, metrics: { readonly [name: string]: { readonly mode?: Mode } } = {}): Mode | undefined {
  return metrics[name]?.mode ?? guessDirection(name);
}
