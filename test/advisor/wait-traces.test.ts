/** The bounds on queue waits on public traces, where SHEAF_TRACES names their folder; `npm run bench:wait` prints all of it. */
import { expect, test } from 'vitest';
import { alibabaWaits, curieWaits, metacentrumWaits, nrelWaits } from '../../bench/wait-traces.ts';
import { computeCoverage, selectFirstOfEach, replayWaits } from '../../src/advisor/index.ts';
import type { PastWait } from '../../src/core/cluster/past-wait.ts';

const QUANTILES = [0.5, 0.75, 0.9, 0.95];
const AT_THE_END = 1e15;
/** What is claimed, beyond what chance does to a share of a few hundred: one standard error. */
const POINTS = 0.03;

const traces: readonly [string, (folder: string) => readonly PastWait[]][] = [
  ['GPU pods of Alibaba', alibabaWaits],
  ['jobs of NREL, each submission once', (folder) => selectFirstOfEach(nrelWaits(folder))],
];

test.for(traces)(
  '%s are covered as claimed, within 3 points and chance, with or without their ties',
  ([, read], context) => {
    const folder = process.env['SHEAF_TRACES'];
    if (folder === undefined) return context.skip('SHEAF_TRACES names no folder with traces');
    const waits = read(folder).toSorted((a, b) => a.eligibleMs - b.eligibleMs);
    for (const q of QUANTILES) {
      const share = computeCoverage(replayWaits(waits, q, AT_THE_END).replayed);
      const off = [share?.covered ?? 0, share?.tiesShared ?? 0].map((each) => Math.abs(each - q));
      const chance = Math.sqrt((q * (1 - q)) / (share?.of ?? 1));
      expect(Math.min(...off), `p${100 * q}`).toBeLessThanOrEqual(POINTS + chance);
    }
    return undefined;
  },
);

const bounded: readonly [string, (folder: string) => readonly PastWait[]][] = [
  ...traces,
  ['jobs of the GPU partition of Curie', (folder) => selectFirstOfEach(curieWaits(folder))],
  ['jobs of MetaCentrum', (folder) => selectFirstOfEach(metacentrumWaits(folder))],
];

test.for(bounded)('%s never get a bound above twice the longest wait', ([, read], context) => {
  const folder = process.env['SHEAF_TRACES'];
  if (folder === undefined) return context.skip('SHEAF_TRACES names no folder with traces');
  const waits = read(folder).toSorted((a, b) => a.eligibleMs - b.eligibleMs);
  const longestS = waits.reduce(
    (most, { eligibleMs, startMs = 0 }) => Math.max(most, (startMs - eligibleMs) / 1000),
    0,
  );
  for (const q of QUANTILES) {
    const { replayed } = replayWaits(waits, q, AT_THE_END);
    const most = replayed.reduce((max, { boundS }) => Math.max(max, boundS), 0);
    expect(most, `p${100 * q}`).toBeLessThanOrEqual(2 * longestS);
  }
  return undefined;
});
