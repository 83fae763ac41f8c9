import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** One line of the report. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly ok: boolean;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Runs a program once; milliseconds of the whole process. @throws when it fails */
export function timeOnce(argv: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): number {
  const [program = '', ...args] = argv;
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, { ...options, encoding: 'utf8', maxBuffer: 1 << 28 });
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}

/**
 * Medians of commands run in turn, so that whatever else the machine does hits all of them alike.
 *
 * @param make gives the argv of the i-th run of each
 */
export function timeInTurn(
  rounds: number,
  make: readonly ((i: number) => { argv: readonly string[]; cwd?: string; env?: NodeJS.ProcessEnv })[],
): number[] {
  const times = make.map((): number[] => []);
  for (let i = 0; i < rounds; i += 1) {
    make.forEach((one, j) => {
      const { argv, ...options } = one(i);
      times[j]?.push(timeOnce(argv, options));
    });
  }
  return times.map(median);
}

/** What a whole process takes, in milliseconds: by the clock, and of the processors (its own and the system's for it). */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** The shell's own clock: Node cannot say what a child took of the processors. The last line is the time. */
const TIMED = `TIMEFORMAT='%R %U %S'; time "$@" >/dev/null`;

/** {@link timeOnce}, with the processors' time. @throws when it fails */
export function costOnce(argv: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Cost {
  const words = ['-c', TIMED, 'bash', ...argv];
  const { status, stderr } = spawnSync('bash', words, { ...options, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  const [wall = Number.NaN, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 };
}

/** The median of each of the two, which may come from different runs. */
export function medianCost(costs: readonly Cost[]): Cost {
  return { wallMs: median(costs.map(({ wallMs }) => wallMs)), cpuMs: median(costs.map(({ cpuMs }) => cpuMs)) };
}

/** Milliseconds of the processor that this process takes: what else a machine does counts less. */
export async function measureCpu(act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A child process of this Node that runs a module and prints one JSON value. */
export function inProcess<T>(module: string, args: readonly string[], env: NodeJS.ProcessEnv): T {
  const { status, stdout, stderr } = spawnSync(process.execPath, [module, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

export function report(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ what }) => what.length));
  const measured = Math.max(...figures.map((figure) => figure.measured.length));
  for (const figure of figures) {
    const mark = figure.ok ? 'ok  ' : 'MISS';
    process.stdout.write(
      `${mark}  ${figure.what.padEnd(width)}  ${figure.measured.padEnd(measured)}  goal ${figure.goal}\n`,
    );
  }
}
