import { onTestFinished } from 'vitest';
import { makeLocalBench, type LocalBench, type LocalBenchOptions } from './local-scheduler.ts';

/** The local scheduler in a project of one test; all that it started is ended after the test. */
export function localBench(options: LocalBenchOptions = {}): LocalBench {
  const bench = makeLocalBench(options);
  onTestFinished(bench.end);
  return bench;
}
