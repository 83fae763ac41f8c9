/**
 * Whether the bounds on queue waits cover what they claim, and how far off they are: `npm run bench:wait -- FOLDER` on
 * public traces (otherwise those of `SHEAF_TRACES`), `npm run bench:wait -- --slurm [JOBS]` on waits of real jobs. Each job
 * is predicted from jobs of its partition that had started when it came, and from no others. A figure holds when the share
 * of waits that are at most the bound is the nominal one within 3 points, or, if waits of whole seconds tie with the bound,
 * the share with the ties shared. The loss is the mean pinball loss: minutes by which a bound is too high, times 1 − q, or
 * too low, times q.
 */
import { computeCoverage, selectFirstOfEach, replayWaits, type Coverage, type Replayed } from '../src/advisor/index.ts';
import type { PastWait } from '../src/core/cluster/past-wait.ts';
import { report, type Figure } from './measure.ts';
import { syntheticWaits } from './synthetic-queue.ts';
import { slurmWaits } from './wait-slurm.ts';
import { alibabaWaits, curieWaits, metacentrumWaits, nrelWaits, phillyRunTimes } from './wait-traces.ts';

const QUANTILES = [0.5, 0.75, 0.9, 0.95];
const GOAL = 0.03;

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function figuresOf(name: string, waits: readonly PastWait[]): Figure[] {
  const queues = [...Map.groupBy(waits, ({ partition = '' }) => partition).values()].map((queue) =>
    queue.toSorted((a, b) => a.eligibleMs - b.eligibleMs),
  );
  return QUANTILES.map((q) => {
    const replayed = queues.flatMap((queue) => replayWaits(queue, q, endOf(queue)).replayed);
    const whole = computeCoverage(replayed);
    const thirds = thirdsOf(replayed).map((third) => computeCoverage(third));
    return {
      what: `${name}, p${q * 100}`,
      measured:
        whole === undefined
          ? 'too few'
          : `${words(whole, q)}; thirds ${thirds.map(coveredOf).join(' ')}; ${sizeWords(replayed, q)}`,
      goal: `${percent(q - GOAL)} to ${percent(q + GOAL)} %`,
      ok: whole !== undefined && [whole.covered, whole.tiesShared].some((share) => Math.abs(share - q) <= GOAL),
    };
  });
}

function endOf(waits: readonly PastWait[]): number {
  return waits.reduce((last, { startMs, eligibleMs }) => Math.max(last, startMs ?? eligibleMs), 0) + 1;
}

/** How far off the bounds are, and how long the longest is. */
function sizeWords(replayed: readonly Replayed[], q: number): string {
  const loss = replayed.reduce(
    (sum, { waitS, boundS }) => sum + Math.max(q * (waitS - boundS), (1 - q) * (boundS - waitS)),
    0,
  );
  const most = (value: (each: Replayed) => number): string =>
    (replayed.reduce((max, each) => Math.max(max, value(each)), 0) / 3600).toFixed(1);
  return `loss ${(loss / replayed.length / 60).toFixed(1)} min; longest bound ${most((each) => each.boundS)} h, longest wait ${most((each) => each.waitS)} h`;
}

function thirdsOf(replayed: readonly Replayed[]): (readonly Replayed[])[] {
  const at = (i: number): number => Math.round((i * replayed.length) / 3);
  return [0, 1, 2].map((i) => replayed.slice(at(i), at(i + 1)));
}

/** A share with the standard error that chance alone gives it. */
function words({ covered, below, tiesShared, of }: Coverage, q: number): string {
  const chance = percent(Math.sqrt((q * (1 - q)) / of));
  return `${percent(covered)} ± ${chance} % of ${of} (below ${percent(below)}, ties shared ${percent(tiesShared)})`;
}

function coveredOf(each: Coverage | undefined): string {
  return each === undefined ? '-' : percent(each.covered);
}

async function main([first, second]: readonly string[]): Promise<void> {
  if (first === '--slurm') {
    const waits = await slurmWaits(Number(second ?? 400));
    report(figuresOf('real jobs on Slurm', selectFirstOfEach(waits)));
    return;
  }
  const folder = first ?? process.env['SHEAF_TRACES'];
  if (folder === undefined)
    throw new Error('which folder has the traces? npm run bench:wait -- FOLDER, or SHEAF_TRACES');
  const nrel = nrelWaits(folder);
  report([
    ...figuresOf('Alibaba 2023, GPU pods', alibabaWaits(folder)),
    ...figuresOf('Curie, GPU partition, each submission once', selectFirstOfEach(curieWaits(folder))),
    ...figuresOf('MetaCentrum, each submission once', selectFirstOfEach(metacentrumWaits(folder))),
    ...figuresOf('NREL Eagle, each job', nrel),
    ...figuresOf('NREL Eagle, each submission once', selectFirstOfEach(nrel)),
    ...figuresOf('synthetic queue, run times of Philly', syntheticWaits(phillyRunTimes(folder), 10_000, 1)),
  ]);
}

await main(process.argv.slice(2));
