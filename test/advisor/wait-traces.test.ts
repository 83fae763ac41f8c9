/** The bounds on queue waits on the newest part of public traces, where SHEAF_TRACES names their folder; `npm run bench:wait` prints all of it. */
import { expect, test } from 'vitest';
import { judgeTrace, METHODS } from '../../bench/wait-judge.ts';
import { alibabaWaits, curieWaits, metacentrumWaits, nrelWaits, type TraceWait } from '../../bench/wait-traces.ts';
import { judgeBounds, QUANTILES, type JudgedBounds } from '../../src/advisor/index.ts';

/** The number of newest jobs whose bounds are judged, and of those that are searched for absurd bounds. */
const JUDGED = 2_000;
const SEARCHED = 800;
/** Of fewer forecasts, the loss rests on a few of them. */
const ENOUGH = 500;
const MOST_LOSS = 1.05;
/** What is claimed, beyond what chance does to a share of some hundreds. */
const POINTS = 0.03;

const traces: readonly [string, (folder: string) => readonly TraceWait[]][] = [
  ['GPU pods of Alibaba', alibabaWaits],
  ['jobs of NREL', nrelWaits],
];

test.for(traces)(
  '%s are covered as claimed, within 3 points and chance, and for no more than simple methods pay',
  ([, read], context) => {
    const folder = process.env['SHEAF_TRACES'];
    if (folder === undefined) return context.skip('SHEAF_TRACES names no folder with traces');
    const judgements = judgeTrace(newest(read(folder), JUDGED));
    for (const [quantile, q] of QUANTILES.entries()) {
      const judged = METHODS.map((_, method): JudgedBounds | undefined =>
        judgeBounds(
          judgements.map(({ waitS, boundsS }) => ({ waitS, boundS: boundsS[method]?.[quantile] ?? 0 })),
          q,
        ),
      );
      const [{ of = 1, covered = 0, below = 1, logLoss = Infinity } = {}, ...simple] = judged;
      const chance = 2 * Math.sqrt((q * (1 - q)) / of);
      expect(covered, `p${100 * q}`).toBeGreaterThanOrEqual(q - POINTS - chance);
      expect(below, `p${100 * q}`).toBeLessThanOrEqual(q + POINTS + chance);
      const least = Math.min(...simple.map((each) => each?.logLoss ?? Infinity));
      if (of >= ENOUGH) expect(logLoss, `p${100 * q}`).toBeLessThanOrEqual((MOST_LOSS + chance) * least);
    }
    return undefined;
  },
);

const bounded: readonly [string, (folder: string) => readonly TraceWait[]][] = [
  ...traces,
  ['jobs of the GPU partition of Curie', curieWaits],
  ['jobs of MetaCentrum', metacentrumWaits],
];

test.for(bounded)('%s never get a bound above twice the longest wait', ([, read], context) => {
  const folder = process.env['SHEAF_TRACES'];
  if (folder === undefined) return context.skip('SHEAF_TRACES names no folder with traces');
  const waits = newest(read(folder), SEARCHED);
  const longestS = waits.reduce((most, { eligibleMs, startMs }) => Math.max(most, (startMs - eligibleMs) / 1000), 0);
  const most = judgeTrace(waits).reduce((max, { boundsS }) => Math.max(max, ...(boundsS[0] ?? [])), 0);
  expect(most).toBeLessThanOrEqual(2 * longestS);
  return undefined;
});

function newest(waits: readonly TraceWait[], count: number): TraceWait[] {
  return waits.toSorted((a, b) => a.eligibleMs - b.eligibleMs).slice(-count);
}
