import type { TraceWait } from './wait-traces.ts';

const NODES = 32;
const GPUS_A_NODE = 8;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
/** Longer ones are cut: a site has a limit too. */
const LONGEST_S = 3 * DAY_S;
/** GPUs that are wanted, of those there are, on average. */
const LOAD = 0.95;
const SIZES: readonly (readonly [gpus: number, share: number])[] = [
  [1, 0.7],
  [2, 0.12],
  [4, 0.1],
  [8, 0.08],
];

interface Job {
  readonly atS: number;
  readonly gpus: number;
  readonly runS: number;
  readonly limitS: number;
  startS?: number;
}

/**
 * Waits of a queue that we made up: a pool of GPUs, jobs that come by day more than by night, first come first served with backfill by
 * time limits (EASY), fed with the run times of a real cluster. The same for the same seed.
 *
 * @param runTimes seconds
 */
export function syntheticWaits(runTimes: readonly number[], count: number, seed: number): TraceWait[] {
  const jobs = arrivals(runTimes, count, seed);
  serve(jobs);
  return jobs.map(({ atS, startS = Number.NaN, runS, gpus, limitS }) => ({
    eligibleMs: atS * 1000,
    startMs: startS * 1000,
    endMs: (startS + runS) * 1000,
    partition: 'gpu',
    gpus,
    timeLimitS: limitS,
  }));
}

/** Park and Miller's generator: 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function arrivals(runTimes: readonly number[], count: number, seed: number): Job[] {
  const random = randomFrom(seed);
  const drawn = Array.from({ length: count }, () => {
    const runS = Math.min(LONGEST_S, Math.max(1, runTimes[Math.floor(random() * runTimes.length)] ?? 1));
    // People ask for what they need and for up to four times as much.
    return { gpus: drawSize(random()), runS, limitS: Math.min(LONGEST_S, Math.ceil(runS * (1 + 3 * random()))) };
  });
  const work = drawn.reduce((sum, { gpus, runS }) => sum + gpus * runS, 0);
  const pauseS = work / (LOAD * NODES * GPUS_A_NODE) / count;
  let atS = 0;
  return drawn.map((job) => {
    const byDay = 1 + 0.6 * Math.sin((2 * Math.PI * atS) / DAY_S);
    atS += (-Math.log(random()) * pauseS) / byDay;
    return { ...job, atS: Math.floor(atS) };
  });
}

function drawSize(random: number): number {
  let left = random;
  return SIZES.find(([, share]) => (left -= share) <= 0)?.[0] ?? 1;
}

interface Running {
  readonly endS: number;
  /** As the scheduler has to think. */
  readonly limitEndS: number;
  readonly gpus: number;
}

/** Gives every job its start. */
function serve(jobs: readonly Job[]): void {
  let free = NODES * GPUS_A_NODE;
  let running: Running[] = [];
  let queue: Job[] = [];
  let next = 0;
  while (next < jobs.length || queue.length > 0) {
    const nowS = Math.min(jobs[next]?.atS ?? Infinity, ...running.map(({ endS }) => endS));
    for (const { gpus } of running.filter(({ endS }) => endS <= nowS)) free += gpus;
    running = running.filter(({ endS }) => endS > nowS);
    for (; (jobs[next]?.atS ?? Infinity) <= nowS; next += 1) queue.push(...jobs.slice(next, next + 1));
    const begin = (job: Job): void => {
      job.startS = nowS;
      free -= job.gpus;
      running.push({ endS: nowS + job.runS, limitEndS: nowS + job.limitS, gpus: job.gpus });
    };
    while ((queue[0]?.gpus ?? Infinity) <= free) begin(queue.shift() as Job);
    queue = backfilled(queue, running, { nowS, free: () => free, begin });
  }
}

/** The first in the queue has its place; those behind it may start where they end before it, or leave it room. */
function backfilled(
  queue: readonly Job[],
  running: readonly Running[],
  { nowS, free, begin }: { readonly nowS: number; readonly free: () => number; readonly begin: (job: Job) => void },
): Job[] {
  const [first, ...others] = queue;
  if (first === undefined) return [];
  let will = free();
  let placeS = nowS;
  for (const { limitEndS, gpus } of running.toSorted((a, b) => a.limitEndS - b.limitEndS)) {
    if (will >= first.gpus) break;
    will += gpus;
    placeS = limitEndS;
  }
  let spare = will - first.gpus;
  const left = others.filter((job) => {
    const ends = nowS + job.limitS <= placeS;
    if (job.gpus > free() || (!ends && job.gpus > spare)) return true;
    if (!ends) spare -= job.gpus;
    begin(job);
    return false;
  });
  return [first, ...left];
}
