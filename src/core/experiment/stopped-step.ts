import type { Outcome } from './outcome.ts';

/** As the reason of a decision begins: `rung 1,000: 0.71, 14th of 16`. */
const RUNG = /^rung ([\d,]+):/;

/** The step of the rung at which a sweep stopped a run, as its reason says; undefined for any other run. */
export function getStoppedStep(outcome: Outcome | undefined): number | undefined {
  const digits = outcome?.status === 'stopped' ? RUNG.exec(outcome.said ?? '')?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits.replaceAll(',', ''));
}
