import { describeCause } from '../../core/experiment/cause-words.ts';
import { formatDuration, formatSpan } from '../../core/units.ts';
import type { StatusLineJson } from '../../json/index.ts';
import { toMs } from './times.ts';

/**
 * How an experiment is, in one sentence: `failed after 41m: gpu_oom: CUDA ran out of memory`.
 *
 * @param nowMs milliseconds since 1970
 */
export function describeStatus(line: StatusLineJson, nowMs: number): string {
  const [submitted, started, ended] = [toMs(line.submitted_at), toMs(line.started_at), toMs(line.ended_at)];
  const cause = describeCause(line);
  const because = cause === undefined ? '' : `: ${cause}`;
  switch (line.status) {
    case 'created':
      return 'created, not submitted';
    case 'queued':
      return `queued${submitted === undefined ? '' : ` for ${formatSpan(submitted, nowMs)}`}${because}`;
    case 'running': {
      const limit = line.time_limit_seconds === null ? '' : ` of at most ${formatDuration(line.time_limit_seconds)}`;
      return `running${started === undefined ? '' : ` for ${formatSpan(started, nowMs)}`}${limit}${because}`;
    }
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'stopped': {
      const ran = started === undefined || ended === undefined ? '' : ` after ${formatSpan(started, ended)}`;
      return `${line.status}${ran}${because}`;
    }
  }
}

/** How long it runs, of the time that it may take: from 0 to 1; undefined if it has no limit or does not run. */
export function getTimeShare(line: StatusLineJson, nowMs: number): number | undefined {
  const started = toMs(line.started_at);
  if (line.status !== 'running' || started === undefined || line.time_limit_seconds === null) return undefined;
  return Math.min(1, Math.max(0, (nowMs - started) / 1000 / line.time_limit_seconds));
}
