/**
 * Prints the figures that sheaf promises, with their goals. Everything that is compared is measured in
 * this one run. `npm run bench -- --quick` takes a tenth of the sizes.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { codeFigures } from './code.ts';
import { writeJournal } from './journal.ts';
import { inProcess, median, report, timeInTurn, timeOnce, type Figure } from './measure.ts';

const scale = process.argv.includes('--quick') ? 0.1 : 1;
const ROUNDS = 21;
const checkout = resolve(import.meta.dirname, '..');
const bin = join(checkout, 'bin', 'sheaf');
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local'), NO_COLOR: '1' };
const sheaf = (...args: string[]): string[] => [bin, ...args];

interface Opened {
  readonly queryMs: number;
  readonly rssMiB: number;
}

function project(name: string, experiments: number): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), 'project: bench\nscheduler: local\ncommand: echo {{ flags }}\n');
  const params = Array.from({ length: 30 }, (_, i) => `param_${i}: ${i / 7}`);
  writeFileSync(join(root, 'templates', 'bench.yaml'), `${params.join('\n')}\nlearning_rate: 0.1\nseed: 0\n`);
  if (experiments > 0) writeJournal(join(root, '.sheaf', 'journal'), experiments);
  return root;
}

function ratio(a: number, b: number): string {
  return `${(a / b).toFixed(2)} ×`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

function startUp(): Figure[] {
  const [bare = 0, version = 0] = timeInTurn(ROUNDS, [
    () => ({ argv: [process.execPath, '-e', '0'] }),
    () => ({ argv: sheaf('--version'), env }),
  ]);
  return [
    {
      what: 'sheaf --version',
      measured: `${ratio(version, bare)} node -e 0 (${ms(version)})`,
      goal: '≤ 1.5 ×',
      ok: version / bare <= 1.5,
    },
  ];
}

function newExperiment(): Figure[] {
  const [full, empty] = [project('ten-thousand', 10_000 * scale), project('empty', 0)];
  const make = (root: string) => (i: number) => ({
    argv: sheaf('new', '--exp-id', `made_${i}`, '--template', 'bench', '--description', 'd'),
    cwd: root,
    env,
  });
  timeOnce(sheaf('new', '--exp-id', 'first', '--template', 'bench'), { cwd: full, env });
  timeOnce(sheaf('new', '--exp-id', 'first', '--template', 'bench'), { cwd: empty, env });
  const [inFull = 0, inEmpty = 0] = timeInTurn(ROUNDS, [make(full), make(empty)]);
  return [
    {
      what: `sheaf new into a project of ${10_000 * scale}`,
      measured: `${ratio(inFull, inEmpty)} the same in an empty one (${ms(inFull)} to ${ms(inEmpty)})`,
      goal: '≤ 1.3 ×',
      ok: inFull / inEmpty <= 1.3,
    },
  ];
}

function million(): Figure[] {
  const experiments = 100_000 * scale;
  const root = project('hundred-thousand', experiments);
  const opened = (...query: string[]): Opened =>
    inProcess(join(import.meta.dirname, 'open-store.ts'), [checkout, root, ...query], env);
  const { rssMiB } = opened();
  const queries = [
    'learning_rate < 0.01',
    'param_3 = choice_2',
    'accuracy >= 0.9 and status = failed',
    'params.param_4 > 200',
  ];
  const asked = queries.map((query) => median(Array.from({ length: 5 }, () => opened(query).queryMs)));
  return [
    {
      what: `peak memory of a rebuild of the view from ${experiments * 10} events`,
      measured: `${rssMiB.toFixed(0)} MiB`,
      goal: '≤ 600 MiB',
      ok: rssMiB <= 600,
    },
    {
      what: `--where over ${experiments} experiments, slowest of ${queries.length}`,
      measured: ms(Math.max(...asked)),
      goal: '≤ 100 ms',
      ok: Math.max(...asked) <= 100,
    },
  ];
}

function sweep(): Figure[] {
  const grid = (n: number): string[] => [
    '--grid',
    `learning_rate=${Array.from({ length: n / 10 }, (_, i) => `${i + 1}e-4`).join(',')}`,
    '--grid',
    `seed=${Array.from({ length: 10 }, (_, i) => i).join(',')}`,
  ];
  const root = project('sweep', 0);
  timeOnce(sheaf('sweep', '--template', 'bench', '--name', 's', ...grid(1_000), '--yes'), { cwd: root, env });
  const inodes = countInodes(join(root, '.sheaf', 'claims')) + countInodes(join(root, 'experiments'));
  const memory = [5_000 * scale, 20_000 * scale].map((n) => {
    const where = project(`memory-${n}`, 0);
    return peakMiB(sheaf('sweep', '--template', 'bench', '--name', 's', ...grid(n), '--yes'), where);
  });
  const [small = 0, large = 0] = memory;
  return [
    {
      what: 'inodes of an experiment, in a sweep of 1,000',
      measured: (inodes / 1_000).toFixed(1),
      goal: '≤ 1.1',
      ok: inodes <= 1_100,
    },
    {
      what: `peak memory of a sweep of ${20_000 * scale} against one of ${5_000 * scale}`,
      measured: `${ratio(large, small)} (${large.toFixed(0)} to ${small.toFixed(0)} MiB)`,
      goal: 'flat: ≤ 1.2 ×',
      ok: large / small <= 1.2,
    },
  ];
}

function countInodes(path: string): number {
  return existsSync(path) ? readdirSync(path, { recursive: true }).length : 0;
}

/** Peak memory of a command, MiB. */
function peakMiB(argv: readonly string[], cwd: string): number {
  return inProcess<{ mib: number }>(join(import.meta.dirname, 'peak-memory.ts'), [cwd, ...argv], env).mib;
}

const code = codeFigures(join(folder, 'code'), 20_000 * scale, bin, env);
const figures = [...startUp(), ...newExperiment(), ...sweep(), ...code, ...million()];
report(figures);
rmSync(folder, { recursive: true, force: true });
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
