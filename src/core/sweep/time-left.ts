/** What an estimate of the time left needs of one experiment. Times in milliseconds since 1970. */
export interface MemberSpan {
  readonly status: string;
  /** The start of its first stage. */
  readonly startedMs?: number | undefined;
  /** The end of its last stage. */
  readonly endedMs?: number | undefined;
}

/**
 * The time until all queued and running members have ended, in milliseconds: the work that is left, divided by how many
 * members ran at once lately.
 *
 * A member takes as long as the mean of those that completed, and one that runs as long as the mean of those that took
 * longer than it did so far. Never negative.
 *
 * @returns undefined before the first member has completed, while nothing runs, and while a member runs for longer than any
 * that completed: those then say too little about how long the others take
 */
export function estimateTimeLeft(members: readonly MemberSpan[], nowMs: number): number | undefined {
  const tookMs = members.flatMap((member) => (member.status === 'completed' ? lengthOf(member) : []));
  const running = members.filter(({ status }) => status === 'running');
  const queued = members.filter(({ status }) => status === 'queued').length;
  const meanMs = mean(tookMs);
  if (meanMs === undefined) return undefined;
  const restsMs = running.map(({ startedMs = nowMs }) => estimateRest(tookMs, nowMs - startedMs));
  const atOnce = Math.max(running.length, countAtOnce(members, nowMs - meanMs, nowMs));
  if (queued + running.length === 0 || atOnce < LEAST_AT_ONCE) return undefined;
  const knownMs = restsMs.filter((rest) => rest !== undefined);
  if (knownMs.length < running.length) return undefined;
  const workMs = knownMs.reduce((sum, rest) => sum + rest, queued * meanMs);
  return Math.max(workMs / Math.max(1, atOnce), queued > 0 ? meanMs : 0, ...knownMs);
}

/** With fewer at once, the members wait for something else than each other. */
const LEAST_AT_ONCE = 0.5;

/**
 * Members that ended per hour of the time in which at least one ran.
 *
 * @returns undefined before the first one has ended
 */
export function measureRate(members: readonly MemberSpan[], nowMs: number): number | undefined {
  const ended = members.filter((member) => lengthOf(member).length > 0 && !isOpen(member)).length;
  const busyMs = measureBusy(members, nowMs);
  return ended === 0 || busyMs <= 0 ? undefined : (ended / busyMs) * MS_PER_HOUR;
}

const MS_PER_HOUR = 3_600_000;

function isOpen({ status }: MemberSpan): boolean {
  return status === 'running' || status === 'queued';
}

function lengthOf({ startedMs, endedMs }: MemberSpan): [number] | [] {
  // Clocks of two hosts can differ.
  return startedMs === undefined || endedMs === undefined ? [] : [Math.max(0, endedMs - startedMs)];
}

function mean(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function estimateRest(tookMs: readonly number[], elapsedMs: number): number | undefined {
  const elapsed = Math.max(0, elapsedMs);
  return mean(tookMs.filter((took) => took >= elapsed).map((took) => took - elapsed));
}

/** How many members ran at once between two times, on average. */
function countAtOnce(members: readonly MemberSpan[], fromMs: number, toMs: number): number {
  const sharedMs = intervalsOf(members, toMs).map(([start, end]) => Math.min(end, toMs) - Math.max(start, fromMs));
  const ranMs = sharedMs.reduce((sum, shared) => sum + Math.max(0, shared), 0);
  return toMs > fromMs ? ranMs / (toMs - fromMs) : 0;
}

/** Start and end of what ran, or now as its end. */
function intervalsOf(members: readonly MemberSpan[], nowMs: number): [start: number, end: number][] {
  return members.flatMap(({ status, startedMs, endedMs }) => {
    const end = status === 'running' ? nowMs : endedMs;
    return startedMs === undefined || end === undefined ? [] : [[startedMs, end]];
  });
}

function measureBusy(members: readonly MemberSpan[], nowMs: number): number {
  let [busyMs, untilMs] = [0, -Infinity];
  for (const [start, end] of intervalsOf(members, nowMs).toSorted(([a], [b]) => a - b)) {
    busyMs += Math.max(0, end - Math.max(start, untilMs));
    untilMs = Math.max(untilMs, end);
  }
  return busyMs;
}
