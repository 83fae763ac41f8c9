/**
 * `npm run bench:wait [-- FOLDER]`: whether the bounds on queue waits cover what they claim, on public traces (the folder, else
 * `SHEAF_TRACES`). Each job is forecast from jobs alone that had started when it came.
 */
import { coverage, firstOfEach, replayWaits, type Coverage, type Replayed } from '../src/advisor/index.ts';
import type { PastWait } from '../src/core/past-wait.ts';
import { report, type Figure } from './measure.ts';
import { syntheticWaits } from './synthetic-queue.ts';
import { alibabaWaits, nrelWaits, phillyRunTimes } from './wait-traces.ts';

const QUANTILES = [0.5, 0.75, 0.9, 0.95];
const GOAL = 0.03;

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function figuresOf(name: string, waits: readonly PastWait[]): Figure[] {
  const ordered = waits.toSorted((a, b) => a.eligibleMs - b.eligibleMs);
  const nowMs = ordered.reduce((last, { startMs, eligibleMs }) => Math.max(last, startMs ?? eligibleMs), 0) + 1;
  return QUANTILES.map((q) => {
    const { replayed } = replayWaits(ordered, q, nowMs);
    const whole = coverage(replayed);
    const thirds = thirdsOf(replayed).map((third) => coverage(third));
    return {
      what: `${name}, p${q * 100}`,
      measured: whole === undefined ? 'too few' : `${words(whole)}; thirds ${thirds.map(coveredOf).join(' ')}`,
      goal: `${percent(q - GOAL)} to ${percent(q + GOAL)} %`,
      ok: whole !== undefined && [whole.covered, whole.tiesShared].some((share) => Math.abs(share - q) <= GOAL),
    };
  });
}

function thirdsOf(replayed: readonly Replayed[]): (readonly Replayed[])[] {
  const at = (i: number): number => Math.round((i * replayed.length) / 3);
  return [0, 1, 2].map((i) => replayed.slice(at(i), at(i + 1)));
}

function words({ covered, below, tiesShared, of }: Coverage): string {
  return `${percent(covered)} % of ${of} (below ${percent(below)}, ties shared ${percent(tiesShared)})`;
}

function coveredOf(each: Coverage | undefined): string {
  return each === undefined ? '-' : percent(each.covered);
}

const folder = process.argv[2] ?? process.env['SHEAF_TRACES'];
if (folder === undefined) {
  process.stderr.write('which folder has the traces? npm run bench:wait -- FOLDER, or SHEAF_TRACES\n');
  process.exit(2);
}
const nrel = nrelWaits(folder);
report([
  ...figuresOf('Alibaba 2023, GPU pods', alibabaWaits(folder)),
  ...figuresOf('NREL Eagle, each job', nrel),
  ...figuresOf('NREL Eagle, each submission once', firstOfEach(nrel)),
  ...figuresOf('synthetic queue, run times of Philly', syntheticWaits(phillyRunTimes(folder), 10_000, 1)),
]);
