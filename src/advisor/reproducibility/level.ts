import type { RunConditions } from './conditions.ts';
import type { ReproducibilityFinding, ReproducibilityLevel } from './finding.ts';
import { compareFp8, compareGpus, supportFindings } from './hardware.ts';
import { compareExecution, compareMethods } from './method.ts';

/** How far a result is comparable with that of a reference, and why not further. */
export interface Reproducibility {
  readonly level: ReproducibilityLevel;
  /** What decides comes first. Never empty: of A it says what is the same. */
  readonly reasons: readonly string[];
}

const ORDER: readonly ReproducibilityLevel[] = ['C', 'B', 'A'];

/**
 * The best that can be promised of two runs. A: bitwise plausible. B: the same method, where hardware, the number of
 * processes or the order of adding differ. C: a different method, or one of which it is not known that it is the same.
 *
 * Runs of one study should share B; C wants consent, and a note in the record.
 */
export function judgeReproducibility(reference: RunConditions, candidate: RunConditions): Reproducibility {
  const findings = [
    ...compareMethods(reference, candidate),
    ...supportFindings(candidate),
    ...compareGpus(reference, candidate),
    ...compareFp8(reference, candidate),
    ...compareExecution(reference, candidate),
  ];
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  return { level: sorted[0]?.level ?? 'A', reasons: reasonsOf(sorted) };
}

function reasonsOf(findings: readonly ReproducibilityFinding[]): string[] {
  if (findings.length > 0) return findings.map(({ reason }) => reason);
  return ['the same GPU model, number of processes, batch, precision and software, and deterministic algorithms'];
}
