import type { Forecast } from '../forecast.ts';
import type { Offer } from '../offer.ts';
import type { Candidate, Job } from '../job/job.ts';
import { roundUpTime } from '../efficiency/time-limit.ts';
import { MARGINS } from '../efficiency/thresholds.ts';

/**
 * The limit to ask for, seconds, where a job says none and the one that it would be given ends one run of ten or more: 1.15
 * times the p90, as far as partition and account permit. Undefined: what it is given will do, or nothing is known to go by.
 * A limit is never lowered here: that is what `time_limit: auto` is for, which goes by more runs.
 */
export function chooseRaisedLimit(
  job: Job,
  { offer, access, timeLimitS }: Candidate,
  { p90S }: Forecast,
): number | undefined {
  if (job.timeLimitS !== undefined || timeLimitS === undefined || p90S === undefined || p90S <= timeLimitS) {
    return undefined;
  }
  const leftS = getReservationLeftS(job, offer) ?? Infinity;
  const most = Math.min(offer.maxTimeS ?? Infinity, access?.maxWallS ?? Infinity, leftS);
  const wanted = Math.min(roundUpTime(p90S * MARGINS.time.value), most);
  return wanted > timeLimitS ? wanted : undefined;
}

/** How long a job may run until the reservation ends that it is in, seconds; undefined: it is in none, or that has no end. */
export function getReservationLeftS({ nowMs }: Job, { reservedToMs }: Offer): number | undefined {
  return nowMs === undefined || reservedToMs === undefined
    ? undefined
    : Math.max(0, Math.floor((reservedToMs - nowMs) / 1_000));
}
