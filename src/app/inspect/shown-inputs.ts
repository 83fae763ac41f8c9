import type { InputNow } from '../../core/files/compare-fingerprints.ts';
import type { Fingerprint } from '../../core/experiment/fingerprint.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getNewestInputs } from '../../core/experiment/recorded-inputs.ts';
import { nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';

/** An input as the newest attempt read it, beside what is there now. */
export interface ShownInput {
  readonly name: string;
  readonly recorded: Fingerprint;
  readonly now: InputNow;
}

/** What is only shown beside the rest may take this long: milliseconds, for all inputs together. */
const LIMIT_MS = 1_000;

/** The inputs of an experiment; empty while none is on record. */
export async function showInputs(project: Project, { record }: Experiment): Promise<readonly ShownInput[]> {
  const recorded = Object.entries(getNewestInputs(record));
  if (recorded.length === 0) return [];
  const { lookAgain } = await import('../inputs/look-again.ts');
  const begunMs = nowMs();
  const shown: ShownInput[] = [];
  for (const [name, each] of recorded) {
    const now = await lookAgain(project, each, Math.max(0, LIMIT_MS - (nowMs() - begunMs)) / 1000);
    const isLate = now.kind === 'unknown' && each.kind === 'whole' && nowMs() - begunMs >= LIMIT_MS;
    shown.push({ name, recorded: each, now: isLate ? LATE : now });
  }
  return shown;
}

const LATE: InputNow = { kind: 'unknown', why: `this takes longer than ${LIMIT_MS / 1000} s` };
