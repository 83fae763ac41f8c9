import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder: string = join(import.meta.dirname, '../fixtures/slurm/24.11/jobs');

/** What a program of Slurm 24.11 printed. The first line of the file is the command, which is left out. */
export function recorded(name: string): string {
  const text = readFileSync(join(folder, name), 'utf8');
  return text.slice(text.indexOf('\n') + 1);
}

/** A call of `sbatch`: one that brought no job, or was only to test. */
export interface RecordedRefusal {
  /** What was wrong with it. */
  readonly why: string;
  readonly ran: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function recordedRefusals(): readonly RecordedRefusal[] {
  return JSON.parse(readFileSync(join(folder, 'refusals.json'), 'utf8')) as RecordedRefusal[];
}

/** Calls of `sbatch --test-only`. */
export function recordedTrials(): readonly RecordedRefusal[] {
  return JSON.parse(readFileSync(join(folder, 'test-only.json'), 'utf8')) as RecordedRefusal[];
}
