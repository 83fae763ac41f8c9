import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ExperimentManager } from '../../src/app/index.ts';
import { takeRound } from '../../src/app/search/take-round.ts';
import { sheafArgv } from '../../test/support/sheaf-argv.ts';
import type { CountedCall } from '../counted-programs.ts';
import { timeOnce, type Figure } from '../measure.ts';

const MEMBERS = 120;
/** Those that are stopped at least: the first ones that report are the best, and some are read together. */
const STOPS = 100;
const SEEN_LIMIT_MS = 30_000;
/** In this time all of them report. */
const SPREAD_S = 140;
const GIVEN_UP_MS = 900_000;

/** Each reports once, 20 to 160 seconds after its start, worse than those before; then it hardly does anything. */
const TEMPLATE = `
x: 0
partition: l40s_public
cpus_per_task: 1
mem: 50M
time_limit: 2:00:00
code: live
command: |
  trap 'date +%s%3N >"$SHEAF_OUT/signalled"; exit 143' TERM
  sleep $((20 + SHEAF_P_x * ${SPREAD_S} / ${MEMBERS})) & wait $!
  printf 'step,acc\\n1,-%s\\n' "$SHEAF_P_x" >"$SHEAF_OUT/metrics.csv"
  sleep 3600 & wait $!
harvest:
  acc: { csv: metrics.csv, column: acc, mode: max }
`;

/**
 * Stops 100 members that run, in the first minute of each and later: how long after the link its program had the signal, and how often the
 * scheduler was called for them.
 *
 * @param env its programs of the scheduler are counted
 */
export async function measureStops(
  path: string,
  env: NodeJS.ProcessEnv,
  calls: () => readonly CountedCall[],
): Promise<Figure[]> {
  mkdirSync(join(path, 'templates'), { recursive: true });
  writeFileSync(join(path, 'sheaf.yaml'), 'scheduler: slurm\n');
  writeFileSync(join(path, 'templates/t.yaml'), TEMPLATE);
  const xs = Array.from({ length: MEMBERS }, (_, i) => i);
  const stop = ['--metric', 'acc', '--stop', 'asha', '--from-step', '1', '--to-step', '9', '--eta', '3'];
  const words = ['sweep', 't', 'stops', '--grid', `x=${xs.join(',')}`, '--id', 'm{x}', ...stop, '--submit', '--yes'];
  timeOnce([...sheafArgv(), ...words], { cwd: path, env });
  const folders = xs.map((x) => join(path, `experiments/m${x}/attempts/train-1`));
  await untilAll(folders, 'started.json', MEMBERS);
  timeOnce([...sheafArgv(), 'status'], { cwd: path, env });

  const before = calls().length;
  using manager = await ExperimentManager.open({ dir: path, env });
  const beganMs = Date.now();
  while (count(folders, 'stop') < STOPS && Date.now() - beganMs < GIVEN_UP_MS) {
    await takeRound(manager.project, 'stops');
    await delay(500);
  }
  const stopped = folders.filter((folder) => isThere(folder, 'stop'));
  await untilAll(stopped, 'signalled', stopped.length);
  const made = calls().length - before;
  timeOnce([...sheafArgv(), 'cancel', '--sweep', 'stops', '--yes'], { cwd: path, env });

  const delays = stopped
    .map((folder) => Number(readFileSync(join(folder, 'signalled'), 'utf8')) - lstatSync(join(folder, 'stop')).mtimeMs)
    .toSorted((a, b) => a - b);
  const early = stopped.filter((folder) => lstatSync(join(folder, 'stop')).mtimeMs - startOf(folder) < 60_000).length;
  const p95 = delays[Math.ceil(delays.length * 0.95) - 1] ?? Infinity;
  const seconds = (ms: number | undefined): string => `${((ms ?? Infinity) / 1_000).toFixed(1)} s`;
  return [
    {
      what: `${stopped.length} stops of running members: from the link to the signal of the program, p95`,
      measured: `${seconds(p95)} (median ${seconds(delays[delays.length >> 1])}, most ${seconds(delays.at(-1))}; ${early} in the first minute)`,
      goal: `≤ ${SEEN_LIMIT_MS / 1_000} s`,
      ok: p95 <= SEEN_LIMIT_MS && stopped.length >= STOPS,
    },
    { what: 'calls of the scheduler for them', measured: `${made}`, goal: '0', ok: made === 0 },
  ];
}

function startOf(folder: string): number {
  const { started_at: at } = JSON.parse(readFileSync(join(folder, 'started.json'), 'utf8')) as { started_at: string };
  return Date.parse(at);
}

/** Of a link, whether it is there: it leads nowhere. */
function isThere(folder: string, name: string): boolean {
  return lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;
}

function count(folders: readonly string[], name: string): number {
  return folders.filter((folder) => isThere(folder, name)).length;
}

async function untilAll(folders: readonly string[], name: string, wanted: number): Promise<void> {
  const untilMs = Date.now() + GIVEN_UP_MS;
  while (count(folders, name) < wanted) {
    if (Date.now() > untilMs) throw new Error(`${count(folders, name)} of ${wanted} members have ${name}`);
    await delay(500);
  }
}
