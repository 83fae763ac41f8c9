import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sheafArgv } from '../../test/support/sheaf-argv.ts';
import { timeOnce, type Figure } from '../measure.ts';

/** Members that run at once; each takes a part of a real processor, so that an epoch takes as long as on a slow machine. */
const AT_ONCE = 27;
const RATES = '0.003,0.01,0.02,0.05,0.1,0.2,0.5,1,2';
/** 9 × 3 × 3 = 81 members. */
const GRID = ['--grid', `learning_rate=${RATES}`, '--grid', 'momentum=0,0.5,0.9', '--grid', 'batch_size=16,64,256'];
const MEMBERS = 81;

/** Of the same sweep without stopping. */
const CPU_LIMIT = 0.45;
/** Points of accuracy. */
const LOSS_LIMIT = 0.5;

/** What a sweep came to. */
interface Swept {
  /** Of all programs that trained. */
  readonly cpuSeconds: number;
  /** The best accuracy at the last epoch, percent. */
  readonly best: number;
  readonly completed: number;
  readonly stopped: number;
  readonly wallSeconds: number;
}

/**
 * The example of handwritten digits, 81 members on the cluster: with stopping by ASHA, then all to their end.
 *
 * @param epochs of a complete member
 */
export function measureDigits(path: string, env: NodeJS.ProcessEnv, epochs: number): Figure[] {
  cpSync(resolve(import.meta.dirname, '../../examples/digits'), path, { recursive: true });
  cpSync(join(import.meta.dirname, 'cpu-of.py'), join(path, 'cpu-of.py'));
  mkdirSync(join(path, '.sheaf'), { recursive: true });
  writeFileSync(join(path, 'sheaf.yaml'), 'scheduler: slurm\n');
  const template = readFileSync(join(path, 'templates/softmax.yaml'), 'utf8')
    .replace('mem: 1G', 'mem: 200M\npartition: cpu\ncode: live')
    .replace(/time_limit: .*/, 'time_limit: 2:00:00')
    .replace(/epochs: \d+/, `epochs: ${epochs}`)
    .replace('command: ', 'command: python3 cpu-of.py "$SHEAF_OUT/cpu.txt" ');
  writeFileSync(join(path, 'templates/softmax.yaml'), template);
  const stop = [
    '--stop',
    'asha',
    '--from-step',
    '1',
    '--to-step',
    `${epochs}`,
    '--eta',
    '3',
    '--metric',
    'best_val_acc',
  ];
  const stopping = sweep(path, env, 'stopping', stop);
  const whole = sweep(path, env, 'whole', []);
  const share = stopping.cpuSeconds / whole.cpuSeconds;
  const loss = whole.best - stopping.best;
  return [
    {
      what: `digits, ${MEMBERS} members of ${epochs} epochs: CPU seconds with ASHA, of those without stopping`,
      measured: `${share.toFixed(3)} (${describe(stopping)}; without: ${describe(whole)})`,
      goal: `≤ ${CPU_LIMIT}`,
      ok: share <= CPU_LIMIT && whole.completed === MEMBERS && stopping.completed + stopping.stopped === MEMBERS,
    },
    {
      what: 'digits: best accuracy with ASHA, below that without stopping',
      measured: `${loss.toFixed(2)} points (${stopping.best.toFixed(2)} % and ${whole.best.toFixed(2)} %)`,
      goal: `≤ ${LOSS_LIMIT} points`,
      ok: loss <= LOSS_LIMIT,
    },
  ];
}

function describe({ cpuSeconds, completed, stopped, wallSeconds }: Swept): string {
  return `${cpuSeconds.toFixed(0)} s in ${wallSeconds.toFixed(0)} s, ${completed} completed, ${stopped} stopped`;
}

function sweep(path: string, env: NodeJS.ProcessEnv, name: string, stop: readonly string[]): Swept {
  const options = { cwd: path, env };
  const words = ['sweep', 'softmax', name, ...GRID, '--max-parallel', `${AT_ONCE}`, ...stop, '--submit', '--yes'];
  const beganMs = Date.now();
  timeOnce([...sheafArgv(), ...words], options);
  timeOnce([...sheafArgv(), 'wait', '--sweep', name], options);
  const wallSeconds = (Date.now() - beganMs) / 1_000;
  const folders = globSync(`experiments/${name}_*/attempts/train-1`, { cwd: path }).map((each) => join(path, each));
  const ends = folders.map(
    (folder) => JSON.parse(readFileSync(join(folder, 'ended.json'), 'utf8')) as { cause?: string },
  );
  const accuracies = folders.map((folder) => join(folder, 'metrics.json')).filter((file) => existsSync(file));
  return {
    cpuSeconds: folders.reduce((sum, folder) => sum + readCpu(folder), 0),
    best:
      100 *
      Math.max(...accuracies.map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { accuracy: number }).accuracy)),
    completed: accuracies.length,
    stopped: ends.filter(({ cause }) => cause === 'stopped').length,
    wallSeconds,
  };
}

/** A job that was stopped before its program began has none. */
function readCpu(folder: string): number {
  const file = join(folder, 'cpu.txt');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}
