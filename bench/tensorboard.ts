import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { scalarRecord, versionRecord } from '../test/support/event-file.ts';
import { timeInTurn, timeOnce, type Figure } from './measure.ts';

const ROUNDS = 5;
export const TAGS: readonly string[] = [
  'loss/train_step',
  'loss/validation',
  'optimizer/learning_rate',
  'accuracy/train',
];

/** Prints the number of scalars that TensorBoard's own reader finds in a folder. */
export const EVENT_ACCUMULATOR = `
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
run = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0}).Reload()
print(sum(len(run.Scalars(tag)) for tag in run.Tags()['scalars']))
`;

/**
 * What reading an event file costs, whole process, against TensorBoard's own reader in the Python that
 * `SHEAF_BENCH_PYTHON` names.
 */
export function tensorboardFigures(root: string, points: number, env: NodeJS.ProcessEnv): Figure[] {
  const file = join(root, 'events.out.tfevents.1000000000.bench.1.0');
  mkdirSync(root, { recursive: true });
  writeFileSync(file, eventFile(points));
  const what = `${points} scalars of one event file of ${(statSync(file).size / 1e6).toFixed(1)} MB, whole process`;
  const goal = '≥ 20 × faster than EventAccumulator';
  const python = process.env['SHEAF_BENCH_PYTHON'];
  if (python === undefined) return [{ what, measured: 'peer skipped: set SHEAF_BENCH_PYTHON', goal, ok: true }];
  const reader = bundled(root, 'read-events.ts');
  const [ours = 0, theirs = 0] = timeInTurn(ROUNDS, [
    () => ({ argv: [process.execPath, reader, file], env }),
    () => ({ argv: [python, '-c', EVENT_ACCUMULATOR, root], env }),
  ]);
  const measured = `${(theirs / ours).toFixed(1)} × (${ours.toFixed(0)} to ${theirs.toFixed(0)} ms)`;
  return [{ what, measured, goal, ok: theirs / ours >= 20 }];
}

/** An event file with `points` scalars, spread over the tags {@link TAGS} in turn. */
export function eventFile(points: number): Buffer {
  const records = [versionRecord()];
  for (let i = 0; i < points; i += 1) {
    const step = Math.floor(i / TAGS.length);
    records.push(scalarRecord(TAGS[i % TAGS.length] ?? '', step, Math.exp(-i / points), 1e9 + i / 10));
  }
  return Buffer.concat(records);
}

/** As what is installed: one file of JavaScript. */
function bundled(root: string, module: string): string {
  const file = join(root, module.replace('.ts', '.mjs'));
  const rolldown = resolve(import.meta.dirname, '../node_modules/.bin/rolldown');
  timeOnce([rolldown, join(import.meta.dirname, module), '--file', file, '--platform', 'node', '--format', 'esm']);
  return file;
}
