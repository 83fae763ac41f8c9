/**
 * `npm run build && node bench/group.ts [experiments]`: prints what `export --group-by` over many experiments takes, as a
 * whole process: into few groups, and into groups of three seeds.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeJournal } from './journal.ts';
import { inProcess, median, report, timeInTurn, timeOnce } from './measure.ts';

const experiments = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local'), NO_COLOR: '1' };
const root = join(folder, 'project');
const bin = resolve(import.meta.dirname, '..', 'bin', 'sheaf');
mkdirSync(join(root, 'templates'), { recursive: true });
writeFileSync(join(root, 'sheaf.yaml'), 'project: bench\nscheduler: local\n');
writeJournal(join(root, '.sheaf', 'journal'), experiments);
const rebuiltMs = timeOnce([bin, 'list'], { cwd: root, env });
const grouped = (...by: string[]): string[] => [bin, 'export', join(folder, 'table.csv'), '--group-by', ...by];
const [few = 0, many = 0] = timeInTurn(5, [
  () => ({ argv: grouped('learning_rate'), cwd: root, env }),
  () => ({ argv: grouped('param_1', 'learning_rate'), cwd: root, env }),
]);
const peak = inProcess<{ mib: number }>(join(import.meta.dirname, 'peak-memory.ts'), [root, ...grouped('learning_rate')], env);
report([
  {
    what: `export --group-by over ${experiments} experiments, 5 groups`,
    measured: `${few.toFixed(0)} ms, ${peak.mib.toFixed(0)} MiB`,
    goal: '≤ 1 s',
    ok: few <= 1_000,
  },
  {
    what: 'the same in 1,000 groups',
    measured: `${many.toFixed(0)} ms`,
    goal: '≤ 1 s',
    ok: many <= 1_000,
  },
]);
process.stdout.write(`view made in ${(rebuiltMs / 1000).toFixed(1)} s; median of ${median([few, many]).toFixed(0)} ms\n`);
rmSync(folder, { recursive: true, force: true });
