/**
 * `npm run bench:checkpoints`: what `sheaf checkpoints list` takes for 1,000 experiments of 20 checkpoints, beside
 * `find -printf` over the same folders; both as whole processes, in turn. Then with the metric at each step, for which it
 * reads 1,000 series. `-- --quick` takes a tenth.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeSeriesFile } from '../src/app/series/series-file.ts';
import { writeJournal } from './journal.ts';
import { report, timeInTurn, timeOnce, type Figure } from './measure.ts';

const EXPERIMENTS = process.argv.includes('--quick') ? 100 : 1_000;
const CHECKPOINTS = 20;
const ROUNDS = 11;

const bin = resolve(import.meta.dirname, '..', 'bin', 'sheaf');
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local'), NO_COLOR: '1' };
const root = join(folder, 'project');
const experiments = Array.from({ length: EXPERIMENTS }, (_, i) =>
  join(root, 'experiments', `bench_${String(i).padStart(6, '0')}`),
);
const steps = Array.from({ length: CHECKPOINTS }, (_, i) => 1000 * (i + 1));

mkdirSync(join(root, '.sheaf'), { recursive: true });
writeFileSync(join(root, 'sheaf.yaml'), 'scheduler: local\n');
writeJournal(join(root, '.sheaf/journal'), EXPERIMENTS, { checkpoint: { path: 'ck/step_{step}.pt', pick: 'newest' } });
for (const experiment of experiments) {
  const work = join(experiment, 'attempts/train-1/work/ck');
  mkdirSync(work, { recursive: true });
  for (const step of steps) writeFileSync(join(work, `step_${step}.pt`), 'weights');
}

const list = [bin, 'checkpoints', 'list', '--limit', '0'];
const find = ['find', join(root, 'experiments'), '-printf', '%p\t%s\t%T@\n'];
const listIn = { argv: list, cwd: root, env };
timeOnce(list, listIn);

const figures: Figure[] = [];
const [bareMs = 0, findMs = 0] = timeInTurn(ROUNDS, [() => listIn, () => ({ argv: find })]);
figures.push(figure('', bareMs, findMs));
const at = Float64Array.from(steps);
for (const experiment of experiments) {
  const part = { attempt: 'train-1', points: { steps: at, values: at, times: at } };
  await writeSeriesFile(experiment, new Map([['accuracy', { parts: [part], superseded: [] }]]));
}
const [metricMs = 0, againMs = 0] = timeInTurn(ROUNDS, [() => listIn, () => ({ argv: find })]);
figures.push(figure(', with the metric at each step', metricMs, againMs));
report(figures);
rmSync(folder, { recursive: true, force: true });
process.exitCode = figures[0]?.ok ? 0 : 1;

function figure(what: string, listMs: number, walkMs: number): Figure {
  const goalMs = 3 * walkMs + 300;
  return {
    what: `checkpoints list, ${EXPERIMENTS} experiments × ${CHECKPOINTS}${what}`,
    measured: `${listMs.toFixed(0)} ms (find -printf ${walkMs.toFixed(0)} ms)`,
    goal: `≤ 3 × find + 300 ms = ${goalMs.toFixed(0)} ms`,
    ok: listMs <= goalMs,
  };
}
