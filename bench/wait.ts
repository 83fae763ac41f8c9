/**
 * Whether the bounds on queue waits cover what they claim, and what they cost beside simple methods: `npm run bench:wait -- FOLDER`
 * on public traces (otherwise those of `SHEAF_TRACES`), `npm run bench:wait -- --slurm [JOBS]` on waits of real jobs. Prints
 * tables in Markdown.
 *
 * Bounds hold if their share is at most 3 points away from between the share of waits below and the share at most the bound (waits
 * of whole seconds tie), and if the mean pinball loss of log(1 + seconds) is at most 1.05 times that of the best simple
 * method.
 */
import { judgeBounds, QUANTILES, type JudgedBounds } from '../src/advisor/index.ts';
import { syntheticWaits } from './synthetic-queue.ts';
import { judgeTrace, METHODS, type Judgement } from './wait-judge.ts';
import { slurmWaits } from './wait-slurm.ts';
import {
  alibabaWaits,
  curieWaits,
  metacentrumWaits,
  nrelWaits,
  phillyRunTimes,
  type TraceWait,
} from './wait-traces.ts';

const POINTS = 0.03;
const MOST_LOSS = 1.05;
/** A job in a burst: as many came in the ten minutes before. */
const BURST = 10;
/** The index of p90. */
const P90 = 2;

interface Trace {
  readonly name: string;
  readonly waits: readonly TraceWait[];
}

function printTables(title: string, traces: readonly Trace[]): void {
  const judged = traces.map(({ name, waits }) => ({ name, judgements: judgeTrace(waits) }));
  print(`\n## ${title}\n`);
  printRow([
    'trace',
    'share',
    'of',
    'below – at most, %',
    ...METHODS.map((name) => `loss: ${name}`),
    'sheaf / best',
    'loss, minutes: sheaf',
    'least of the others',
    'holds',
  ]);
  printRow(Array.from({ length: 8 + METHODS.length }, () => '---'));
  for (const { name, judgements } of judged) {
    for (const [quantile, q] of QUANTILES.entries()) printRow(shareCells(name, judgements, quantile, q));
  }
  print('');
  printRow([
    'trace',
    'p90 at most, %: all',
    'largest tenth',
    'in bursts',
    'p90 above the longest wait, %',
    'longest p90, h',
    'longest wait, h',
  ]);
  printRow(Array.from({ length: 7 }, () => '---'));
  for (const { name, judgements } of judged) printRow(widthCells(name, judgements));
}

function shareCells(name: string, judgements: readonly Judgement[], quantile: number, q: number): string[] {
  const results = METHODS.map((_, method) => judge(judgements, method, quantile, q));
  const [own, ...others] = results;
  if (own === undefined) return [name, `p${100 * q}`, 'too few'];
  const least = (value: (each: JudgedBounds) => number): number =>
    Math.min(...others.map((each) => (each === undefined ? Infinity : value(each))));
  const ratio = own.logLoss / least(({ logLoss }) => logLoss);
  const missed = [
    ...(own.below - q > POINTS || q - own.covered > POINTS ? ['coverage'] : []),
    ...(ratio > MOST_LOSS ? ['loss'] : []),
  ];
  return [
    name,
    `p${100 * q}`,
    String(own.of),
    `${percent(own.below)} – ${percent(own.covered)}`,
    ...results.map((each) => each?.logLoss.toFixed(3) ?? ''),
    ratio.toFixed(2),
    minutes(own.lossS),
    minutes(least(({ lossS }) => lossS)),
    missed.length === 0 ? 'yes' : `no: ${missed.join(', ')}`,
  ];
}

function judge(
  judgements: readonly Judgement[],
  method: number,
  quantile: number,
  q: number,
): JudgedBounds | undefined {
  return judgeBounds(
    judgements.map(({ waitS, boundsS }) => ({ waitS, boundS: boundsS[method]?.[quantile] ?? 0 })),
    q,
  );
}

function widthCells(name: string, judgements: readonly Judgement[]): string[] {
  const bySize = judgements.toSorted((a, b) => (b.job.gpus ?? 0) - (a.job.gpus ?? 0));
  const most = (value: (each: Judgement) => number): number =>
    judgements.reduce((max, each) => Math.max(max, value(each)), 0);
  const p90 = ({ boundsS }: Judgement): number => boundsS[0]?.[P90] ?? 0;
  const longestS = most(({ waitS }) => waitS);
  const coveredOf = (some: readonly Judgement[]): string => {
    const judged = judge(some, 0, P90, 0.9);
    return judged === undefined ? '' : percent(judged.covered);
  };
  return [
    name,
    coveredOf(judgements),
    coveredOf(bySize.slice(0, Math.ceil(bySize.length / 10))),
    coveredOf(judgements.filter(({ burst }) => burst >= BURST)),
    percent(judgements.filter((each) => p90(each) > longestS).length / Math.max(1, judgements.length)),
    hours(most(p90)),
    hours(longestS),
  ];
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function minutes(seconds: number): string {
  return (seconds / 60).toFixed(1);
}

function hours(seconds: number): string {
  return (seconds / 3600).toFixed(1);
}

function printRow(cells: readonly string[]): void {
  print(`| ${cells.join(' | ')} |`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main([first, second]: readonly string[]): Promise<void> {
  if (first === '--slurm') {
    const waits = await slurmWaits(Number(second ?? 400));
    printTables('Real jobs', [{ name: 'real jobs on Slurm', waits }]);
    return;
  }
  const folder = first ?? process.env['SHEAF_TRACES'];
  if (folder === undefined)
    throw new Error('which folder has the traces? npm run bench:wait -- FOLDER, or SHEAF_TRACES');
  printTables('Traces in view while the method was chosen', [
    { name: 'Alibaba 2023, GPU pods', waits: alibabaWaits(folder) },
    { name: 'NREL Eagle 2019, sample', waits: nrelWaits(folder) },
    { name: 'synthetic queue, run times of Philly', waits: syntheticWaits(phillyRunTimes(folder), 10_000, 1) },
  ]);
  printTables('New traces, measured last', [
    { name: 'Curie 2012, GPU partition', waits: curieWaits(folder) },
    { name: 'MetaCentrum 2013, 11 queues', waits: metacentrumWaits(folder) },
  ]);
}

await main(process.argv.slice(2));
