import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseEnded, type EndedRecord } from '../../src/core/experiment/job-record.ts';
import type { Checkpoint } from '../../src/core/settings/run-settings.ts';
import type { SubmittedProject } from '../support/project-folder.ts';

/** Where {@link trains} saves. */
export const STEPS: Checkpoint = { path: 'ckpt/step*', pick: 'step' };

/** A program that counts steps up to `steps`, twenty a second, from its checkpoint on, and saves when it is asked to. */
export function trains(steps: number, start = 'exec'): string {
  return `${start} python3 -u -c '
import os, signal, sys, time
checkpoint = os.environ["SHEAF_CHECKPOINT"]
step = int(open(checkpoint).read()) if checkpoint else 0
folder = os.environ["SHEAF_OUT"] + "/ckpt"
os.makedirs(folder, exist_ok=True)
asked = []
signal.signal(signal.SIGUSR1, lambda *_: asked.append(1))
while step < ${steps}:
    step += 1
    print(step)
    time.sleep(0.05)
    if asked:
        open(f"{folder}/step{step}", "w").write(str(step))
        sys.exit(0)
'
`;
}

/** The same, of a program that saves every fifth step and has never heard of signals. */
export function trainsDeaf(steps: number, start?: string): string {
  return trains(steps, start)
    .replace(/signal\.signal.*\n/, '')
    .replace('if asked:', 'if step % 5 == 0:')
    .replace(/ +sys\.exit\(0\)\n/, '');
}

/** The numbers from 1 to `last`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

/** What an experiment's attempts printed, and how each ended. */
export interface Story {
  readonly attempts: readonly string[];
  readonly ends: readonly (EndedRecord | undefined)[];
  readonly logs: readonly (readonly number[])[];
}

export function storyOf(project: SubmittedProject, expId = 'exp0'): Story {
  const attempts = readdirSync(join(project.root, 'experiments', expId, 'attempts')).toSorted();
  const ends = attempts.map((attempt) => {
    const parsed = parseEnded(project.read('ended.json', attempt, expId));
    return parsed.kind === 'record' ? parsed.record : undefined;
  });
  // An attempt that resumes from the last step prints nothing.
  const logs = attempts.map((attempt) => (project.read('out.log', attempt, expId).match(/\d+/g) ?? []).map(Number));
  return { attempts, ends, logs };
}

/** Each attempt of {@link trainsDeaf} went on from what the one before had saved last, up to the end. */
export function expectRegularResume(logs: readonly (readonly number[])[], last: number): void {
  // An attempt that resumed from the last step printed nothing.
  const printed = logs.filter((log) => log.length > 0);
  for (const [i, log] of printed.slice(1).entries()) {
    const saved = (log[0] ?? 0) - 1;
    const reached = printed[i]?.at(-1) ?? 0;
    expect(saved % 5).toBe(0);
    // It may have been ended just before it saved the step that it printed.
    expect(reached - saved).toBeGreaterThanOrEqual(0);
    expect(reached - saved).toBeLessThanOrEqual(5);
  }
  expect(logs.length).toBeGreaterThan(1);
  expect(printed.at(-1)?.at(-1)).toBe(last);
}
