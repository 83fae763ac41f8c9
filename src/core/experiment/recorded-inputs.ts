import type { Attempt } from './attempt.ts';
import type { Fingerprints } from './fingerprint.ts';
import type { ExperimentRecord } from './record.ts';

/** What is on record of the inputs of an attempt; undefined if nothing is. */
export function getFingerprints(attempt: Attempt | undefined): Fingerprints | undefined {
  const recorded = Object.entries(attempt?.inputs ?? {});
  return recorded.length === 0 ? undefined : Object.fromEntries(recorded.map(([name, { value }]) => [name, value]));
}

/**
 * What an experiment read last, by name: each input as the newest attempt that has it on record read it. Stages that read
 * inputs of the same name count as one.
 */
export function getNewestInputs({ attempts }: ExperimentRecord): Fingerprints {
  const byAge = Object.values(attempts).toSorted((a, b) => (a.submittedMs ?? 0) - (b.submittedMs ?? 0) || a.n - b.n);
  return Object.assign({}, ...byAge.map(getFingerprints)) as Fingerprints;
}
