import type { StatusLine, StatusReport } from '../../app/index.ts';
import type { Status } from '../../core/experiment/status.ts';
import { isoOrNull } from '../parts/json.ts';
import { statusLineJson, type StatusLineJson } from '../parts/status-line.ts';

/** The state of experiments, after the scheduler was asked. */
export type StatusJson = {
  readonly asked_at: string | null;
  readonly counts: { readonly [status: string]: number };
  readonly experiments: readonly StatusLineJson[];
  /** Experiments whose status is another one than before. */
  readonly changed: readonly { readonly exp_id: string; readonly from: Status; readonly to: Status }[];
};

export function statusJson({ askedAtMs, counts, lines, changed }: StatusReport): StatusJson {
  return {
    asked_at: isoOrNull(askedAtMs),
    counts,
    experiments: lines.map(statusLineJson),
    changed: changed.map(({ expId, from, to }) => ({ exp_id: expId, from, to })),
  };
}

/** While waiting: an experiment has ended. */
export type EndedJson = StatusLineJson & { readonly event: 'ended' };

export function endedJson(line: StatusLine): EndedJson {
  return { event: 'ended', ...statusLineJson(line) };
}

/** While waiting: no experiment is active any more. */
export type AllEndedJson = { readonly event: 'all_ended'; readonly counts: { readonly [status: string]: number } };

/** Experiments that were never submitted are not counted. */
export function allEndedJson({ counts }: StatusReport): AllEndedJson {
  const { created: _, ...ended } = counts;
  return { event: 'all_ended', counts: ended };
}
