import { spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sheafArgv } from '../support/sheaf-argv.ts';

/**
 * Crashes a command at its n-th effect outside, for n = 1, 2, 3 …, each time in a fresh copy of a
 * prepared project; then goes on as a user would, and looks whether all is well.
 */
export interface Scenario {
  readonly name: string;
  /** Commands that lead up to the one that is crashed. */
  readonly before: readonly (readonly string[])[];
  readonly crashed: readonly string[];
  /** Experiments that must exist at the end. */
  readonly experiments: readonly string[];
  /** They must all have run to their end, each attempt once. */
  readonly runs: boolean;
  /** Each of them runs these; `train` unless given. */
  readonly stages?: readonly string[];
  /** The commands before leave jobs in the queue. */
  readonly queued?: true;
  /** An attempt may be cut off while it runs, so that another one completes. */
  readonly cutOff?: true;
  /** They must have this accuracy at the end. */
  readonly accuracy?: string;
  /** There is a folder with an old `experiment.yaml` for each of these, as older versions made it at once. */
  readonly oldFolders?: readonly string[];
  /** All that have a folder at the end; those that ran unless given. */
  readonly folders?: readonly string[];
  /** The short tests strike each n-th effect: a moment that matters spans at least n. */
  readonly each?: number;
  /** Looks at what else must be so at the end. @returns what is wrong */
  readonly examine?: (folder: Folder) => Promise<string | undefined>;
}

/** What runs the jobs, and what else there is to see of them. */
export interface Site {
  readonly scheduler: 'local' | 'slurm';
  readonly env: NodeJS.ProcessEnv;
  /** Number of crashes at once, each in its own folder. */
  readonly atOnce: number;
  /** Time after a crash in which no command runs. */
  readonly pauseMs?: number;
  /** @returns what is wrong with the jobs, beside what they wrote themselves */
  readonly examine: (root: string) => Promise<string | undefined>;
}

export const LOCAL: Site = {
  scheduler: 'local',
  env: process.env,
  atOnce: 1,
  examine: async () => undefined,
};

export const FAULTS = ['kill', 'kill-after', 'torn', 'enospc', 'eio'] as const;
export type FaultKind = (typeof FAULTS)[number];

/** A line for each run: who, which attempt, and which job. Programs see no index of an array, so the record of the job tells. */
const TRACE = `job=$(sed -n 's/.*"job_id": *"\\([^"]*\\)".*/\\1/p' "$SHEAF_OUT/started.json"); echo "$SHEAF_EXP_ID $SHEAF_STAGE-$SHEAF_ATTEMPT $job" >> ran.txt`;

const TEMPLATES: Readonly<Record<string, string>> = {
  'templates/t.yaml': `x: 1
seed: 0
time_limit: "00:10:00"
mem: 100M
command: |
  ${TRACE}
  echo "accuracy=0.{{ x }}"
harvest:
  accuracy: { log: 'accuracy=(\\S+)' }
`,
  'templates/chain.yaml': `x: 1
seed: 0
time_limit: "00:10:00"
mem: 100M
stages:
  train:
    command: |
      ${TRACE}
  eval:
    after: train
    command: |
      ${TRACE}
`,
  'templates/short.yaml': `x: 1
seed: 0
time_limit: "00:10:00"
mem: 100M
command: |
  ${TRACE}
  sleep 2
`,
  'templates/ck.yaml': `time_limit: "00:10:00"
mem: 100M
command: |
  for step in 1 2 3 4 5; do echo $step > "$SHEAF_OUT/ck_$step.pt"; done
checkpoint: {files: 'ck_{step}.pt', keep: {last: 1}}
`,
  'templates/slow.yaml': `x: 1
seed: 0
time_limit: "00:10:00"
mem: 100M
command: |
  ${TRACE}
  [ -e quick ] || sleep 60
`,
};

const NEW = ['new', '--exp-id', 'a', '--template', 't', '--description', 'd'] as const;
const NEW_CHAIN = ['new', '--exp-id', 'a', '--template', 'chain', '--description', 'd'] as const;
const SWEEP = ['sweep', '--template', 't', '--name', 's', '--grid', 'x=1,2,3', '--yes'] as const;
const MEMBERS = ['s_x1', 's_x2', 's_x3'] as const;
const SUBMIT_SWEEP = ['submit', '--sweep', 's', '--yes'] as const;
const WAIT_SWEEP = ['wait', '--sweep', 's', '--no-harvest'] as const;

const SUBMIT: Scenario = { name: 'submit', before: [NEW], crashed: ['submit', 'a'], experiments: ['a'], runs: true };
const SUBMIT_ARRAY: Scenario = {
  name: 'submit of an array',
  before: [SWEEP],
  crashed: SUBMIT_SWEEP,
  experiments: MEMBERS,
  runs: true,
};
const STATUS: Scenario = {
  name: 'status',
  before: [NEW, ['submit', 'a']],
  crashed: ['status'],
  experiments: ['a'],
  runs: true,
  queued: true,
};
const RETRY: Scenario = {
  name: 'retry',
  before: [NEW, ['submit', 'a', '--hold'], ['cancel', 'a']],
  crashed: ['retry', 'a'],
  experiments: ['a'],
  runs: true,
  queued: true,
};

const RETRY_FRESH: Scenario = { ...RETRY, name: 'retry --fresh', crashed: ['retry', 'a', '--fresh'] };

const newOf = (expId: string): readonly string[] => [
  'new',
  '--exp-id',
  expId,
  '--template',
  'ck',
  '--description',
  'd',
];

/** Of `a`, one checkpoint is pinned and another experiment starts from another one. */
const PRUNE: Scenario = {
  name: 'checkpoints prune',
  before: [
    newOf('a'),
    newOf('b'),
    ['submit', 'a', 'b', '--yes', '--wait'],
    ['checkpoints', 'pin', 'a', '1', '--as', 'top'],
    [...newOf('c'), '--start-from', 'a@2'],
  ],
  crashed: ['checkpoints', 'prune', '--yes'],
  experiments: ['a', 'b', 'c'],
  runs: false,
  folders: ['a', 'b'],
  // Between the event and the end of the deletion.
  each: 5,
  examine: async (folder) =>
    (await examinePruned(folder, 'a', { needed: [1, 2, 5], all: 5 })) ??
    (await examinePruned(folder, 'b', { needed: [5], all: 5 })),
};

/** Whether all that is needed is there, and what is not there is what the record says was deleted. */
export async function examinePruned(
  folder: Folder,
  expId: string,
  { needed, all }: { readonly needed: readonly number[]; readonly all: number },
): Promise<string | undefined> {
  const files = join(folder.root, 'experiments', expId);
  const has = (step: number): boolean => existsSync(join(files, 'attempts/train-1', `ck_${step}.pt`));
  const lost = needed.filter((step) => !has(step));
  if (lost.length > 0) return `${expId} lost what is needed: step ${lost.join(', ')}`;
  if (existsSync(join(files, '.pruned'))) return `${expId} has something set aside`;
  const { data } = JSON.parse(await must(folder, ['show', expId, '--json'])) as {
    data: { deleted_checkpoints: { count: number } | null };
  };
  const gone = Array.from({ length: all }, (_, i) => i + 1).filter((step) => !has(step)).length;
  const recorded = data.deleted_checkpoints?.count ?? 0;
  return gone === recorded ? undefined : `${expId}: ${gone} checkpoints are gone, ${recorded} are recorded as deleted`;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'new', before: [], crashed: NEW, experiments: ['a'], runs: false },
  { name: 'sweep', before: [], crashed: SWEEP, experiments: MEMBERS, runs: false },
  SUBMIT,
  SUBMIT_ARRAY,
  STATUS,
  {
    name: 'wait that reads results',
    before: [SWEEP, SUBMIT_SWEEP, WAIT_SWEEP],
    crashed: ['wait', '--sweep', 's'],
    experiments: MEMBERS,
    runs: true,
    accuracy: '0.2',
  },
  RETRY,
  RETRY_FRESH,
  PRUNE,
  {
    name: 'rename',
    before: [NEW],
    oldFolders: ['a'],
    crashed: ['rename', 'a', 'b'],
    experiments: ['b'],
    runs: false,
    folders: ['b'],
  },
  { name: 'rm', before: [NEW], oldFolders: ['a'], crashed: ['rm', 'a', '--yes'], experiments: [], runs: false },
];

/** What reaches a cluster. */
export const CLUSTER_SCENARIOS: readonly Scenario[] = [
  SUBMIT,
  SUBMIT_ARRAY,
  {
    name: 'submit of a chain',
    before: [NEW_CHAIN],
    crashed: ['submit', 'a'],
    experiments: ['a'],
    runs: true,
    stages: ['train', 'eval'],
  },
  STATUS,
  RETRY,
  {
    name: 'cancel',
    before: [['sweep', '--template', 'slow', '--name', 's', '--grid', 'x=1,2,3', '--yes'], SUBMIT_SWEEP],
    crashed: ['cancel', '--sweep', 's', '--yes'],
    experiments: MEMBERS,
    runs: true,
    queued: true,
    cutOff: true,
  },
];

export interface Verdict {
  readonly crashes: number;
  /** What was not well, with the scenario, the fault and n. */
  readonly failures: readonly string[];
}

export interface CampaignOptions {
  /** Which n to try, so that tests can be short and soaks complete. */
  readonly pick?: (n: number) => boolean;
  readonly site?: Site;
}

/** A project, and the environment of its commands. */
export interface Folder {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** A program that starts its commands, such as on another host. */
  readonly within?: readonly string[];
}

/** The first effect and then one in `step`, as a choice of those to strike. */
export const everyNth =
  (step: number) =>
  (n: number): boolean =>
    (n - 1) % step === 0;

export async function campaign(
  scenario: Scenario,
  kind: FaultKind,
  { pick = () => true, site = LOCAL }: CampaignOptions = {},
): Promise<Verdict> {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-crash-'));
  const failures: string[] = [];
  let crashes = 0;
  try {
    const prepared = await prepare(join(outer, 'prepared'), scenario, site);
    const end = await effectCount(scenario, prepared, site);
    const ns = Array.from({ length: end }, (_, i) => i + 1).filter(pick);
    const next = ns.values();
    const work = async (): Promise<void> => {
      for (const n of next) {
        if (failures.length > 5) return;
        const wrong = await trial(scenario, prepared, site, `${kind}@${n}`);
        crashes += 1;
        failures.push(...wrong.map((text) => `${scenario.name}, ${kind}@${n}: ${text}`));
      }
    };
    await Promise.all(Array.from({ length: site.atOnce }, work));
  } finally {
    rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return { crashes, failures };
}

/** Counted once for each. */
const effects = new Map<string, Promise<number>>();

/** How many effects the command has: up to there a fault strikes. */
function effectCount(scenario: Scenario, prepared: Folder, site: Site): Promise<number> {
  const name = `${scenario.name} on ${site.scheduler}`;
  const counted = effects.get(name) ?? countEffects(scenario, prepared, site);
  effects.set(name, counted);
  return counted;
}

async function countEffects(scenario: Scenario, prepared: Folder, site: Site): Promise<number> {
  const folder = await fresh(scenario, prepared, `${prepared.root}-count`, site);
  const counted = `${folder.root}.effects`;
  const never = { SHEAF_TEST_FAULT: 'kill@1000000', SHEAF_TEST_FAULT_COUNT: counted };
  const { status, stderr } = await sheaf(folder, scenario.crashed, never);
  if (status !== 0) throw new Error(`sheaf ${scenario.crashed.join(' ')} ended with ${status}: ${stderr}`);
  // Nothing of a folder that is no longer used stays in the queue.
  if (scenario.runs) await sheaf(folder, ['cancel', ...scenario.experiments, '--yes']);
  return Number(readFileSync(counted, 'utf8'));
}

async function trial(scenario: Scenario, prepared: Folder, site: Site, fault: string): Promise<string[]> {
  const folder = await fresh(scenario, prepared, `${prepared.root}-${fault}`, site);
  const ran = await sheaf(folder, scenario.crashed, { SHEAF_TEST_FAULT: fault });
  if (site.pauseMs !== undefined) await delay(site.pauseMs);
  const wrong = await goOn(folder, scenario, site);
  const told = ran.status === null ? ran.signal !== 'SIGKILL' : ran.status !== 0 && /This is a bug|^$/.test(ran.stderr);
  if (wrong === undefined && !told) {
    for (const path of [folder.root, localOf(folder.root)])
      rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return [
    ...(told ? [`ended with ${ran.status ?? ran.signal}: ${ran.stderr}`] : []),
    ...(wrong === undefined ? [] : [wrong]),
  ];
}

async function prepare(root: string, { before, oldFolders = [] }: Scenario, site: Site): Promise<Folder> {
  const folder = makeProject(root, site);
  for (const words of before) await must(folder, words);
  await restRecords(root);
  for (const expId of oldFolders) {
    mkdirSync(join(root, 'experiments', expId), { recursive: true });
    writeFileSync(join(root, 'experiments', expId, 'experiment.yaml'), '');
  }
  return folder;
}

/** Awaits the records of environments, which may end a moment after their jobs: a copy made before that is not whole. */
async function restRecords(root: string): Promise<void> {
  for (let looks = 0; looks < 50; looks += 1) {
    if (globSync('experiments/*/attempts/*/env/.recorder', { cwd: root }).length === 0) return;
    await delay(100);
  }
}

/** A project with the templates of all campaigns. */
export function makeProject(root: string, site: Site): Folder {
  const files = { 'sheaf.yaml': `project: crash\nscheduler: ${site.scheduler}\n`, ...TEMPLATES };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return folderAt(root, site);
}

function folderAt(root: string, { env }: Site): Folder {
  mkdirSync(root, { recursive: true });
  return { root, env: { ...env, SHEAF_LOCAL_DIR: localOf(root), NO_COLOR: '1' } };
}

function localOf(root: string): string {
  return `${root}.local`;
}

/** A copy of a project does not own the queue of the original: if jobs are still in it, it is created again. */
async function fresh(scenario: Scenario, prepared: Folder, to: string, site: Site): Promise<Folder> {
  if (scenario.queued) return await prepare(to, scenario, site);
  cpSync(prepared.root, to, { recursive: true, verbatimSymlinks: true });
  return folderAt(to, site);
}

/** How a command ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in a project. */
export async function sheaf(
  { root, env, within = [] }: Folder,
  words: readonly string[],
  more: NodeJS.ProcessEnv = {},
  killAfterMs = 180_000,
): Promise<Ended> {
  return await new Promise((fulfil, reject) => {
    const [program = '', ...given] = [...within, ...sheafArgv(), ...words];
    const child = spawn(program, given, {
      cwd: root,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('error', reject);
    // Not `close`: what it started may hold its output open for longer.
    child.on('exit', (status, signal) => {
      clearTimeout(timer);
      setImmediate(() => fulfil({ status, signal, stdout, stderr }));
    });
  });
}

/** As {@link sheaf}, for commands that must end well. @returns what it printed */
export async function must(folder: Folder, words: readonly string[]): Promise<string> {
  const { status, signal, stdout, stderr } = await sheaf(folder, words);
  if (status !== 0) throw new Error(`sheaf ${words.join(' ')} ended with ${status ?? signal}: ${stderr}${stdout}`);
  return stdout;
}

/** What a user does after a crash: the same again, then to the end. @returns what is wrong, if anything is */
async function goOn(folder: Folder, scenario: Scenario, site: Site): Promise<string | undefined> {
  try {
    const again = await sheaf(folder, scenario.crashed);
    if (again.status !== 0 && !/exists already|no experiment "a"/.test(again.stderr)) {
      return `the same command again ended with ${again.status}: ${again.stderr}`;
    }
    const listed = JSON.parse(await must(folder, ['list', '--json'])) as { data: { exp_id: string }[] };
    const names = listed.data.map(({ exp_id }) => exp_id).toSorted();
    if (names.join() !== [...scenario.experiments].toSorted().join()) return `there is ${names.join()}`;
    if (scenario.runs) {
      const wrong = await runToTheEnd(folder, scenario, site);
      if (wrong !== undefined) return wrong;
    }
    return (await scenario.examine?.(folder)) ?? (await examine(folder)) ?? strangeFolders(folder.root, scenario);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runToTheEnd(folder: Folder, scenario: Scenario, site: Site): Promise<string | undefined> {
  const { experiments, accuracy } = scenario;
  writeFileSync(join(folder.root, 'quick'), '');
  if (scenario.cutOff) {
    await runRounds(folder, experiments);
  } else {
    await must(folder, ['submit', ...experiments, '--yes', '--wait']);
  }
  const wrong = ranWrongly(folder.root, scenario) ?? (await site.examine(folder.root));
  if (wrong !== undefined || accuracy === undefined) return wrong;
  const exported = await must(folder, ['export', '-', '--where', 'x = 2', '--columns', 'accuracy', '--format', 'csv']);
  return exported.includes(accuracy) ? undefined : `harvested ${exported}`;
}

const MOST_ROUNDS = 6;

/**
 * Submits and waits until all have completed: an attempt may have ended without running anything.
 *
 * @param hosts the environments of those who take turns at it
 */
export async function runRounds(
  folder: Folder,
  experiments: readonly string[],
  hosts: readonly NodeJS.ProcessEnv[] = [{}],
): Promise<void> {
  for (let round = 1; ; round += 1) {
    for (const env of hosts) {
      const { status, stderr } = await sheaf(folder, ['submit', ...experiments, '--yes'], env);
      if (status !== 0 && round === MOST_ROUNDS) throw new Error(`submit ended with ${status}: ${stderr}`);
    }
    for (const env of hosts) await sheaf(folder, ['wait', ...experiments], env);
    const listed = JSON.parse(await must(folder, ['list', '--json'])) as { data: { exp_id: string; status: string }[] };
    const open = listed.data.filter(({ exp_id, status }) => experiments.includes(exp_id) && status !== 'completed');
    if (open.length === 0) return;
    const words = open.map(({ exp_id, status }) => `${exp_id} ${status}`).join(', ');
    if (round === MOST_ROUNDS) throw new Error(`after ${round} rounds there is still ${words}`);
  }
}

/** @returns which folders there are, when they are not those of what was submitted, each with its `experiment.yaml` */
function strangeFolders(
  root: string,
  { experiments, runs, folders = runs ? experiments : [] }: Scenario,
): string | undefined {
  const there = globSync('experiments/*', { cwd: root }).toSorted();
  const whole = folders.filter((expId) => existsSync(join(root, 'experiments', expId, 'experiment.yaml')));
  const isRight =
    there.join() ===
    whole
      .map((expId) => join('experiments', expId))
      .toSorted()
      .join();
  return isRight && whole.length === folders.length
    ? undefined
    : `the folders are ${there.join()}, whole ${whole.join()}`;
}

/** One run of an attempt, as its job wrote it down. */
export interface Trace {
  readonly expId: string;
  readonly stage: string;
  readonly attempt: string;
  readonly job: string;
}

export function traces(root: string): Trace[] {
  const file = join(root, 'ran.txt');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [expId = '', attempt = '', job = ''] = line.split(' ');
      return { expId, stage: attempt.replace(/-\d+$/, ''), attempt, job };
    });
}

/** @returns which attempt ran twice, or what ran too often or not at all */
export function ranWrongly(
  root: string,
  { experiments, stages = ['train'], cutOff }: Pick<Scenario, 'experiments' | 'stages' | 'cutOff'>,
): string | undefined {
  const ran = traces(root);
  const lines = ran.map(({ expId, attempt, job }) => `${expId} ${attempt} by ${job}`).join('; ');
  if (new Set(ran.map(({ expId, attempt }) => `${expId} ${attempt}`)).size !== ran.length)
    return `an attempt ran twice: ${lines}`;
  const done = ran.map(({ expId, stage }) => `${expId} ${stage}`).toSorted();
  const wanted = experiments.flatMap((expId) => stages.map((stage) => `${expId} ${stage}`)).toSorted();
  const isRight = (cutOff ? [...new Set(done)] : done).join() === wanted.join();
  return isRight ? undefined : `what ran is ${lines}`;
}

/**
 * @param others hosts that are examined too: whether a command of theirs has ended is theirs to say
 * @returns the problems that `sheaf doctor` finds, but for the remains of a write that was cut off
 */
export async function examine(folder: Folder, others: readonly string[] = []): Promise<string | undefined> {
  const { status, stdout } = await sheaf(folder, ['doctor', '--json']);
  const { data } = JSON.parse(stdout) as { data: { level: string; what: string }[] };
  const isTheirs = (what: string): boolean =>
    others.some((host) => what.includes(`was claimed by a command that made no experiment (${host}, `));
  const problems = data.filter(
    ({ level, what }) => level === 'problem' && !/^journal .* bytes/.test(what) && !isTheirs(what),
  );
  return problems.length === 0 && status !== null
    ? undefined
    : `doctor: ${problems.map(({ what }) => what).join('; ')}`;
}
