import { formatSpan } from '../../../core/units.ts';
import { formatClockTime } from '../../../core/text/clock-time.ts';
import type { LiveInfo } from '../../api/live-state.ts';

/** How fresh the page is, in words. */
export interface LiveWords {
  readonly state: 'starting' | 'live' | 'late' | 'lost';
  readonly word: string;
  readonly detail: string;
}

/**
 * The worst that is known is the word; the detail has all.
 *
 * @param since when the connection became what it is, and the time of now, milliseconds since 1970
 */
export function describeLive(
  { connection, refusal, scheduler, record, unrecorded }: LiveInfo,
  since: number,
  nowMs: number,
): LiveWords {
  const age = (ms: number): string => `${formatClockTime(ms).slice(11, 19)}, ${formatSpan(ms, nowMs)} ago`;
  const asked =
    scheduler === undefined
      ? 'What the scheduler says is not known yet.'
      : scheduler.askedAt === null
        ? 'There was no job to ask the scheduler about.'
        : `Scheduler asked at ${age(scheduler.askedAt)}.`;
  if (connection === 'connecting') return { state: 'starting', word: 'Connecting', detail: 'Waiting for the server.' };
  if (connection === 'disconnected') {
    return {
      state: 'lost',
      word: 'Disconnected',
      detail: `The server has not answered since ${age(since)}. This page tries again by itself. ${asked}`,
    };
  }
  if (record !== undefined) return { state: 'lost', word: 'Project away', detail: `${record.message}. ${asked}` };
  if (unrecorded !== undefined) {
    const detail = `What jobs did could not be recorded: ${unrecorded}. sheaf tries again until it can. ${asked}`;
    return { state: 'late', word: 'Not recorded', detail };
  }
  if (scheduler !== undefined && scheduler.problem !== null) {
    const from = scheduler.problemSince ?? scheduler.askedAt;
    const when = from === null ? '' : ` since ${age(from)}`;
    return { state: 'late', word: 'Scheduler down', detail: `It has not answered${when}: ${scheduler.problem}` };
  }
  if (connection === 'polling') {
    return {
      state: 'late',
      word: 'Every 10 s',
      detail: `${refusal === undefined ? 'The event stream does not come through' : `The server refuses an event stream: ${refusal}`}, so the page asks every 10 seconds. ${asked}`,
    };
  }
  return { state: 'live', word: 'Live', detail: `Changes appear within seconds. ${asked}` };
}
