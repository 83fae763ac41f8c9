import type { NewResults, RoundEffect, StatusLine, StatusReport, Waited } from '../../app/index.ts';
import type { Status } from '../../core/experiment/status.ts';
import { isoOrNull } from '../parts/json.ts';
import { roundEffectJson, type RoundEffectJson } from '../parts/round-effect.ts';
import { seenWaitJobJson, type SeenWaitJobJson } from './wait-job.ts';
import { statusLineJson, type StatusLineJson } from '../parts/status-line.ts';

/** The state of experiments, after the scheduler was asked. */
export type StatusJson = {
  readonly asked_at: string | null;
  readonly counts: { readonly [status: string]: number };
  readonly experiments: readonly StatusLineJson[];
  /** Experiments whose status is another one than before. */
  readonly changed: readonly { readonly exp_id: string; readonly from: Status; readonly to: Status }[];
  /** What sweeps did by themselves at this look. */
  readonly rounds: readonly RoundEffectJson[];
  readonly results: NewResultsJson;
  /** Jobs that wait for sweeps, see `sheaf wait --as-job`. */
  readonly wait_jobs: readonly SeenWaitJobJson[];
};

/** What was read, without being asked for, of experiments that completed. */
type NewResultsJson = {
  /** Number of experiments that were read. */
  readonly read: number;
  /** Those of them that lack a required metric. */
  readonly incomplete: readonly string[];
  /** Number of completed experiments that are not read yet. */
  readonly pending: number;
};

function newResultsJson({ lines, pending }: NewResults): NewResultsJson {
  const incomplete = lines.filter(({ kind }) => kind === 'incomplete').map(({ expId }) => expId);
  return { read: lines.length, incomplete, pending };
}

export function statusJson(report: StatusReport, results: NewResults): StatusJson {
  const { askedAtMs, counts, lines, changed, rounds, waitJobs = [] } = report;
  return {
    asked_at: isoOrNull(askedAtMs),
    counts,
    experiments: lines.map(statusLineJson),
    changed: changed.map(({ expId, from, to }) => ({ exp_id: expId, from, to })),
    rounds: rounds.map(roundEffectJson),
    results: newResultsJson(results),
    wait_jobs: waitJobs.map(seenWaitJobJson),
  };
}

/** While waiting: an experiment has ended. */
export type EndedJson = StatusLineJson & { readonly event: 'ended' };

export function endedJson(line: StatusLine): EndedJson {
  return { event: 'ended', ...statusLineJson(line) };
}

/** While waiting: a sweep has stopped, proposed or repeated members by itself. */
export type RoundJson = RoundEffectJson & { readonly event: 'round' };

export function roundJson(effect: RoundEffect): RoundJson {
  return { event: 'round', ...roundEffectJson(effect) };
}

/** While waiting: no experiment is active any more. */
export type AllEndedJson = {
  readonly event: 'all_ended';
  readonly counts: { readonly [status: string]: number };
  readonly results: NewResultsJson;
};

/** Experiments that were never submitted are not counted. */
export function allEndedJson({ counts, results }: Waited): AllEndedJson {
  const { created: _, ...ended } = counts;
  return { event: 'all_ended', counts: ended, results: newResultsJson(results) };
}
