import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentManager } from '../../src/app/index.ts';
import { listPast, openAdaptiveSweep, type AdaptiveSweep } from '../../src/app/search/adaptive-sweep.ts';
import type { Experiment } from '../../src/core/experiment/experiment.ts';
import { isLoss } from '../../src/core/experiment/search.ts';
import { getExperimentStatus } from '../../src/core/experiment/status.ts';
import { explainDecision, findUnfoundedRound } from '../../src/core/search/index.ts';
import { countAtOnce, readSpans } from '../support/job-spans.ts';
import type { Verdict } from '../support/local-crash.ts';
import { examine, LOCAL, makeProject, must, sheaf, type Folder } from './campaign.ts';

const [TRIALS, AT_ONCE] = [12, 3];
const HOSTS = ['alpha', 'beta'] as const;
/** How many effects a decider has when it proposes, submits and stops a few members. */
const MOST_EFFECTS = 60;

/** Reports its value at three steps, and writes down that it runs and that it is asked to end. */
const TEMPLATE = `x: 1.0
mem: 10M
command: |
  trap 'echo "$SHEAF_EXP_ID" >>stops.txt; exit 143' TERM
  echo "$SHEAF_EXP_ID" >>ran.txt
  echo step,acc >"$SHEAF_OUT/metrics.csv"
  for step in 1 2 3; do
    echo "$step,{{ x }}" >>"$SHEAF_OUT/metrics.csv"
    sleep 1 & wait $!
  done
harvest:
  acc: {csv: metrics.csv, column: acc, pick: last, mode: max}
`;

/** What a campaign found, and what its sweeps did. */
export interface DeciderVerdict extends Verdict {
  readonly proposed: number;
  readonly stopped: number;
  /** The most members that ran at once. */
  readonly atOnce: number;
}

/**
 * Kills the two commands, on two hosts, that decide an adaptive sweep, again and again: half of them at a moment, half of them at an effect. At
 * the end, every member was proposed, submitted and stopped at most once, never more ran at once than may, and what was decided follows
 * from what is on record.
 *
 * @param random gives numbers from 0 to 1
 */
export async function killDeciders(kills: number, random: () => number): Promise<DeciderVerdict> {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-deciders-'));
  const folder = makeProject(join(outer, 'project'), LOCAL);
  writeFileSync(join(folder.root, 'sheaf.yaml'), `project: deciders\nscheduler: local\ncluster: {local: {cpus: 9}}\n`);
  writeFileSync(join(folder.root, 'templates/decided.yaml'), TEMPLATE);
  const hosts = HOSTS.map((host) => onHost(folder, host));
  const failures: string[] = [];
  const sweeps: string[] = [];
  let struck = 0;
  while (struck < kills && failures.length === 0) {
    const sweep = `s${sweeps.length}`;
    sweeps.push(sweep);
    await must(hosts[0] ?? folder, makeSweep(sweep));
    const began = performance.now();
    await must(hosts[1] ?? folder, ['status']);
    const startMs = performance.now() - began;
    let isOver = false;
    const decide = async (host: Folder): Promise<void> => {
      while (!isOver && struck < kills && failures.length === 0) {
        const atEffect = { SHEAF_TEST_FAULT: `kill@${1 + Math.floor(random() * MOST_EFFECTS)}` };
        const wait = ['wait', '--sweep', sweep];
        const ended = await (random() < 0.5
          ? sheaf(host, wait, atEffect)
          : sheaf(host, wait, {}, startMs * (0.3 + 4 * random())));
        if (ended.signal === 'SIGKILL') struck += 1;
        else if (ended.status === 0) isOver = true;
        else failures.push(`wait ended with ${ended.status ?? ended.signal}: ${ended.stderr}`);
      }
    };
    await Promise.all(hosts.map(decide));
    // Together: what one host began and did not complete, another one leaves alone for ten minutes.
    await Promise.all(hosts.map((host) => must(host, ['wait', '--sweep', sweep])));
  }
  const found = await examineSweeps(folder, hosts, sweeps);
  failures.push(...found.failures);
  if (failures.length === 0) rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return { ...found, struck, failures };
}

function makeSweep(name: string): string[] {
  const search = ['--draw', 'x=uniform(0,1)', '--search', `${TRIALS}`, '--by', 'random', '--metric', 'acc'];
  const stop = ['--stop', 'asha', '--from-step', '1', '--to-step', '3', '--eta', '3', '--max-parallel', `${AT_ONCE}`];
  return ['sweep', 'decided', name, ...search, ...stop, '--submit', '--yes'];
}

/** A host has a name, and a folder of its own. Root gives it a real one; for others the environment plays it. */
function onHost(folder: Folder, host: string): Folder {
  const local = `${folder.root}.${host}`;
  mkdirSync(local, { mode: 0o700 });
  const env = { ...folder.env, SHEAF_LOCAL_DIR: local };
  if (spawnSync('unshare', ['--uts', 'true']).status !== 0)
    return { ...folder, env: { ...env, SHEAF_TEST_HOST: host } };
  return { ...folder, env, within: ['unshare', '--uts', 'bash', '-c', 'hostname "$0" && exec "$@"', host] };
}

async function examineSweeps(
  folder: Folder,
  hosts: readonly Folder[],
  names: readonly string[],
): Promise<Omit<DeciderVerdict, 'struck'>> {
  const failures: string[] = [];
  using manager = await ExperimentManager.open({ dir: folder.root, env: hosts[0]?.env ?? folder.env });
  const { project } = manager;
  const sweeps = names.flatMap((name) => openAdaptiveSweep(project, project.store.sweep(name)) ?? []);
  for (const sweep of sweeps) failures.push(...listFaults(folder, sweep).map((what) => `sweep ${sweep.name}: ${what}`));
  const wanted = names.flatMap((name) => Array.from({ length: TRIALS }, (_, i) => `${name}-${i}`)).toSorted();
  const made = [...project.store.select({ nowMs: Date.now() })].map(({ expId }) => `${expId}`).toSorted();
  if (made.join() !== wanted.join()) failures.push(`there is ${made.join()}`);
  failures.push(...listTwice(readLines(folder, 'ran.txt')).map((line) => `${line} ran twice`));
  failures.push(...listTwice(readLines(folder, 'stops.txt')).map((expId) => `${expId} was asked twice to end`));
  const atOnce = countAtOnce(readSpans(folder.root));
  if (atOnce > AT_ONCE) failures.push(`${atOnce} members ran at once`);
  const stopped = sweeps.flatMap(({ experiments }) => [...experiments.values()].filter(isStopped)).length;
  const wrong = await Promise.all(hosts.map((host) => examine(host)));
  failures.push(...wrong.filter((each) => each !== undefined));
  return { failures, proposed: made.length, stopped, atOnce };
}

function listFaults({ root }: Folder, sweep: AdaptiveSweep): string[] {
  const faults: string[] = [];
  const proposed = sweep.rounds.flatMap((round) => round.proposed.map(({ trial }) => trial));
  faults.push(...listTwice(proposed).map((trial) => `trial ${trial} is proposed twice`));
  const past = listPast(sweep);
  const unfounded = findUnfoundedRound(past);
  if (unfounded !== undefined) faults.push(`decision ${unfounded} does not follow from what is on record`);
  const losses = past.flatMap(({ decisions }) => decisions).filter(isLoss);
  faults.push(...listTwice(losses.map(({ trial }) => trial)).map((trial) => `trial ${trial} is stopped twice`));
  const reasons = new Map(losses.map((loss) => [loss.trial, explainDecision(loss)]));
  for (const [trial, experiment] of sweep.experiments) {
    const links = globSync(`experiments/${experiment.expId}/attempts/*/stop`, { cwd: root });
    const targets = links.map((link) => readlinkSync(join(root, link)));
    if (targets.some((target) => target !== reasons.get(trial)))
      faults.push(`${experiment.expId} is stopped because of ${targets.join()}, not of ${reasons.get(trial)}`);
    if (isStopped(experiment) ? !reasons.has(trial) : getExperimentStatus(experiment.record).status !== 'completed')
      faults.push(`${experiment.expId} is ${getExperimentStatus(experiment.record).status}`);
  }
  return faults;
}

function isStopped({ record }: Experiment): boolean {
  return getExperimentStatus(record).status === 'stopped';
}

function listTwice<T>(all: readonly T[]): T[] {
  return [...new Set(all.filter((each, i) => all.indexOf(each) !== i))];
}

/** What members wrote. */
function readLines({ root }: Folder, name: string): string[] {
  const path = join(root, name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}
