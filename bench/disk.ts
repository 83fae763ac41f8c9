/**
 * `node bench/disk.ts [--quick]`: what `sheaf info --disk` takes for 100,000 experiments (10,000 with `--quick`), the first
 * time and again, against `du -s` of the same folders in this run. Needs a built checkout and about 7 GiB of disk.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeJournal } from './journal.ts';
import { costOnce, medianCost, report, timeOnce, type Cost } from './measure.ts';

const experiments = process.argv.includes('--quick') ? 10_000 : 100_000;
const bin = join(resolve(import.meta.dirname, '..'), 'bin', 'sheaf');
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-disk-'));
// What was changed within the last minute is not remembered.
const later = { SHEAF_TEST_CLOCK_OFFSET_MS: '120000' };
const env = { ...process.env, ...later, SHEAF_LOCAL_DIR: join(folder, 'local'), NO_COLOR: '1' };
const root = join(folder, 'project');

/** What an attempt leaves behind. */
const OF_ATTEMPT = ['run.sh', 'params.json', 'out.log', 'err.log', 'started.json', 'ended.json', 'metrics.jsonl'];
const CHECKPOINTS = ['step_100.pt', 'step_200.pt'];

function makeExperiments(): void {
  const claims = join(root, '.sheaf', 'claims');
  for (const kind of ['ids', 'attempts', 'runs']) mkdirSync(join(claims, kind), { recursive: true });
  for (let i = 0; i < experiments; i += 1) {
    const name = `bench_${String(i).padStart(6, '0')}`;
    const key = `k${String(i).padStart(9, '0')}`;
    const attempt = join(root, 'experiments', name, 'attempts', 'train-1');
    mkdirSync(join(attempt, 'checkpoints'), { recursive: true });
    for (const file of OF_ATTEMPT) writeFileSync(join(attempt, file), file);
    for (const file of CHECKPOINTS) writeFileSync(join(attempt, 'checkpoints', file), file);
    for (const file of ['experiment.yaml', 'results.json']) writeFileSync(join(root, 'experiments', name, file), file);
    symlinkSync(`${key} login1:1:1:1`, join(claims, 'ids', name));
    for (const kind of ['attempts', 'runs']) symlinkSync('bench login1:1:1:1', join(claims, kind, `${key}.train-1`));
  }
}

mkdirSync(root, { recursive: true });
writeFileSync(join(root, 'sheaf.yaml'), 'project: bench\nscheduler: local\ncommand: echo {{ flags }}\n');
writeJournal(join(root, '.sheaf', 'journal'), experiments);
makeExperiments();
// The view is made by the first command, whatever it is.
timeOnce([bin, 'list', '--limit', '1'], { cwd: root, env });

const info = (...more: string[]): Cost => costOnce([bin, 'info', '--disk', '--json', ...more], { cwd: root, env });
const du = (): Cost => costOnce(['du', '-s', join(root, 'experiments'), join(root, '.sheaf')]);
du();
const rounds = Array.from({ length: 3 }, () => ({ du: du(), first: info('--fresh'), again: info() }));
const [peer, first, again] = (['du', 'first', 'again'] as const).map((which) =>
  medianCost(rounds.map((round) => round[which])),
) as [Cost, Cost, Cost];
const words = ({ wallMs, cpuMs }: Cost): string =>
  `${(wallMs / 1000).toFixed(2)} s (processor ${(cpuMs / 1000).toFixed(2)} s)`;
report([
  {
    what: `sheaf info --disk of ${experiments} experiments`,
    measured: `${words(first)}, ${(first.wallMs / peer.wallMs).toFixed(2)} × du -s: ${words(peer)}`,
    goal: '≤ 3 × du -s',
    ok: first.wallMs <= 3 * peer.wallMs,
  },
  { what: 'the second time', measured: words(again), goal: '≤ 2 s', ok: again.wallMs <= 2_000 },
]);
rmSync(folder, { recursive: true, force: true });
