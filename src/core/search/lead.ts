import { percentile } from '../stats/statistics.ts';
import type { Lead } from '../settings/search-settings.ts';
import { formatCount } from '../text/phrases.ts';
import { formatDuration } from '../units.ts';

/** What a member of a sweep waited in the queue, and how long it then had its place. */
export interface MemberTimes {
  /** Seconds from its submission to its start. */
  readonly waitS: number;
  /** Seconds from its start to its end. */
  readonly runS: number;
}

/** How many members are queued ahead, and what that follows from. */
export interface LeadNow {
  readonly count: number;
  /** Medians, with the number of members they are of; absent if the number is given, or if too few have run. */
  readonly usual?: MemberTimes & { readonly members: number };
}

/** Fewer members say little about the queue. */
const LEAST_MEMBERS = 5;
/** How many of the newest count: a queue changes. */
const NEWEST = 20;
/** Beyond three times the places, proposals know too little of those before them. */
const MOST_TIMES = 3;

/**
 * How many members wait in the queue beside those that have a place, so that a place that becomes free is taken at once.
 *
 * `auto`: places × (usual wait ÷ usual run), at most three times the places; none until five members have run. That is Little's law: in the
 * steady state, members that wait ÷ members that run = wait ÷ run. What it saves: `npm run bench:search`.
 *
 * @param places how many members are meant to run at once
 * @param times of members that have run, the newest last
 */
export function computeLead(lead: Lead, places: number, times: readonly MemberTimes[]): LeadNow {
  if (lead !== 'auto') return { count: lead };
  const newest = times.slice(-NEWEST);
  if (newest.length < LEAST_MEMBERS) return { count: 0 };
  const median = (of: (each: MemberTimes) => number): number => percentile(newest.map(of), 0.5) ?? 0;
  const [waitS, runS] = [median((each) => each.waitS), median((each) => each.runS)];
  const most = MOST_TIMES * places;
  const count = runS > 0 ? Math.min(most, Math.round((places * waitS) / runS)) : waitS > 0 ? most : 0;
  return { count, usual: { waitS, runS, members: newest.length } };
}

/** `up to 12 members queued ahead: the newest 20 waited 40m and ran 20m (medians)` */
export function describeLead({ count, usual }: LeadNow): string {
  const ahead = `up to ${formatCount(count, 'member')} queued ahead`;
  if (usual === undefined) return ahead;
  const [wait, run] = [usual.waitS, usual.runS].map((seconds) => formatDuration(Math.round(seconds)));
  return `${ahead}: the newest ${usual.members} waited ${wait} and ran ${run} (medians)`;
}
