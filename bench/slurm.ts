/**
 * Prints the figures that sheaf promises on a Slurm cluster, with their goals: `npm run bench:slurm`. A cluster of its
 * own is brought up for it (root is needed), and what is compared is measured in this one run.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startCountedCluster } from './counted-cluster.ts';
import { median, report, timeInTurn, timeOnce, type Figure } from './measure.ts';

const TASKS = process.argv.includes('--quick') ? 1_000 : 10_000;
const ROUNDS = 11;
/** Seconds between two questions to the queue, as the shared poll has it. */
const POLL_FLOOR_S = 5;

const bin = resolve(import.meta.dirname, '..', 'bin', 'sheaf');
const { folder, env, callsOf, stop } = await startCountedCluster(20_001);
const sheaf = (...args: string[]): string[] => [bin, ...args];

function project(name: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), `project: ${name}\nscheduler: slurm\n`);
  const body = 'x: 1\nseed: 0\ncpus_per_task: 1\nmem: 200M\ntime_limit: 10\ncommand: sleep {{ x }}\n';
  writeFileSync(join(root, 'templates', 't.yaml'), body);
  return root;
}

function ms(value: number): string {
  return value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(0)} ms`;
}

function bash(script: string, cwd: string): number {
  return timeOnce(['bash', '-c', script], { cwd, env });
}

const BARE = '#SBATCH --mem=200M --time=10 --output=/dev/null';

function bareScript(root: string): void {
  writeFileSync(join(root, 'job.sh'), `#!/bin/bash\n${BARE}\nsleep 1\n`);
}

function clearQueue(): void {
  timeOnce(['scancel', '--user', String(process.getuid?.() ?? 0)], { env });
}

function grid(tasks: number): string[] {
  const seeds = Array.from({ length: 10 }, (_, i) => i).join(',');
  const xs = Array.from({ length: tasks / 10 }, (_, i) => i + 1).join(',');
  return ['--grid', `x=${xs}`, '--grid', `seed=${seeds}`];
}

function sweepOfThousand(): Figure[] {
  const loops: number[] = [];
  const sweeps: number[] = [];
  let calls: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    const root = project(`thousand-${i}`);
    bareScript(root);
    timeOnce(sheaf('info'), { cwd: root, env });
    loops.push(bash('for i in $(seq 1000); do sbatch --parsable --hold job.sh; done >/dev/null', root));
    const made = sheaf('sweep', '--template', 't', '--name', 's', ...grid(1_000), '--yes', '--submit');
    sweeps.push(timeOnce(made, { cwd: root, env }));
    if (i === 2) {
      const other = sheaf('sweep', '--template', 't', '--name', 'o', ...grid(1_000), '--yes', '--submit');
      calls = callsOf(other, root).map(({ program }) => program);
    }
    clearQueue();
  }
  const factor = median(loops) / median(sweeps);
  const sbatch = calls.filter((program) => program === 'sbatch').length;
  return [
    {
      what: '1,000-member sweep, made and submitted, against 1,000 bare sbatch',
      measured: `${factor.toFixed(1)} × faster (${ms(median(sweeps))} to ${ms(median(loops))}), ${sbatch} sbatch call`,
      goal: '≥ 4 ×, 1 call',
      ok: factor >= 4 && sbatch === 1,
    },
  ];
}

function oneArray(root: string): Figure[] {
  bareScript(root);
  const bare = bash(
    `sbatch --parsable --hold --array=0-${TASKS - 1} job.sh; for i in $(seq ${TASKS}); do mkdir "bare_$i"; done`,
    root,
  );
  clearQueue();
  timeOnce(sheaf('sweep', '--template', 't', '--name', 'big', ...grid(TASKS), '--yes'), { cwd: root, env });
  const own = timeOnce(sheaf('submit', '--sweep', 'big', '--hold', '--yes'), { cwd: root, env });
  return [
    {
      what: `${TASKS} members submitted as one array, against sbatch --array and ${TASKS} mkdir`,
      measured: `${(own / bare).toFixed(2)} × (${ms(own)} to ${ms(bare)})`,
      goal: '≤ 2 ×',
      ok: own / bare <= 2,
    },
  ];
}

function statusCalls(root: string): Figure[] {
  const small = project('small');
  timeOnce(sheaf('sweep', '--template', 't', '--name', 'h', ...grid(100), '--yes'), { cwd: small, env });
  timeOnce(sheaf('new', '--exp-id', 'one', '--template', 't'), { cwd: small, env });
  const counts: number[] = [];
  timeOnce(sheaf('submit', 'one', '--hold'), { cwd: small, env });
  counts.push(callsOf(sheaf('status'), small).length);
  timeOnce(sheaf('submit', '--sweep', 'h', '--hold', '--yes'), { cwd: small, env });
  counts.push(callsOf(sheaf('status'), small).length);
  // A job that is gone without a record of its own, so accounting is asked too.
  bash('scancel "$(squeue -h -o %F -n "$(squeue -h -o %j | grep ^one | head -1)" | head -1)"', small);
  counts.push(callsOf(sheaf('status'), root).length, callsOf(sheaf('status'), small).length);
  return [
    {
      what: `scheduler calls of status with 1, 100 and ${TASKS} active, and when one has gone`,
      measured: counts.join(', '),
      goal: '≤ 2',
      ok: Math.max(...counts) <= 2,
    },
  ];
}

function statusTime(root: string): Figure[] {
  const uid = String(process.getuid?.() ?? 0);
  const format = ['%F', '%K', '%T', '%V', '%S', '%e', '%Q', '%P', '%A', '%r', '%j'].join('\u001f');
  timeOnce(sheaf('status'), { cwd: root, env });
  const [own = 0, squeue = 0, sacct = 0] = timeInTurn(ROUNDS, [
    () => ({ argv: sheaf('status'), cwd: root, env }),
    () => ({ argv: ['squeue', '-h', '-a', '-r', '-t', 'all', '-u', uid, '-o', format], env }),
    () => ({
      argv: ['sacct', '-n', '-P', '-X', '-D', '-S', 'now-1hour', '-o', 'JobID,State,ExitCode', '-j', '1'],
      env,
    }),
  ]);
  // It needs accounting only for what left the queue; nothing has here.
  return [
    {
      what: `status with ${TASKS} active tasks, whole process`,
      measured: `${ms(own)}: squeue (${ms(squeue)}) + ${ms(own - squeue)}; a sacct would be ${ms(sacct)}`,
      goal: '≤ squeue + 200 ms',
      ok: own - squeue <= 200,
    },
  ];
}

async function noticed(): Promise<Figure[]> {
  const root = project('watched');
  timeOnce(sheaf('new', '--exp-id', 'short', '--template', 't', '--x', '7'), { cwd: root, env });
  timeOnce(sheaf('submit', 'short'), { cwd: root, env });
  const { SHEAF_POLL_SECONDS: _none, ...floored } = env;
  const watch = spawn(bin, ['status', '--watch', 'short', '--json'], { cwd: root, env: floored, stdio: 'pipe' });
  const seenMs = await new Promise<number>((done) => {
    watch.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (/"status":"(?:completed|failed)"/.test(text)) done(Date.now());
    });
  });
  watch.kill('SIGINT');
  const ended = readFileSync(join(root, 'experiments/short/attempts/train-1/ended.json'), 'utf8');
  const endedMs = Date.parse((JSON.parse(ended) as { ended_at: string }).ended_at);
  const late = (seenMs - endedMs) / 1000;
  return [
    {
      what: "a job's end noticed by status --watch",
      measured: `${late.toFixed(1)} s after it`,
      goal: `≤ ${POLL_FLOOR_S} s + 1 s`,
      ok: late <= POLL_FLOOR_S + 1,
    },
  ];
}

function single(): Figure[] {
  const root = project('single');
  bareScript(root);
  for (let i = 0; i <= ROUNDS; i += 1) {
    timeOnce(sheaf('new', '--exp-id', `one_${i}`, '--template', 't'), { cwd: root, env });
  }
  timeOnce(sheaf('submit', `one_${ROUNDS}`, '--hold'), { cwd: root, env });
  const [own = 0, bare = 0] = timeInTurn(ROUNDS, [
    (i) => ({ argv: sheaf('submit', `one_${i}`, '--hold'), cwd: root, env }),
    () => ({ argv: ['sbatch', '--parsable', '--hold', 'job.sh'], cwd: root, env }),
  ]);
  return [
    {
      what: 'submit of one experiment, whole process',
      measured: `sbatch (${ms(bare)}) + ${ms(own - bare)}`,
      goal: '≤ sbatch + 150 ms',
      ok: own - bare <= 150,
    },
  ];
}

try {
  const root = project('array');
  const figures = [
    ...single(),
    ...sweepOfThousand(),
    ...oneArray(root),
    ...statusTime(root),
    ...statusCalls(root),
    ...(await noticed()),
  ];
  report(figures);
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
} finally {
  await stop();
}
