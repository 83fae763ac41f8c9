import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

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
  /** The commands before leave jobs in the queue. */
  readonly queued?: true;
  /** They must have this accuracy at the end. */
  readonly accuracy?: string;
}

export const FAULTS = ['kill', 'kill-after', 'torn', 'enospc', 'eio'] as const;
export type FaultKind = (typeof FAULTS)[number];

const cli = resolve(import.meta.dirname, '..', '..', 'dist', 'cli.js');

const FILES = {
  'sheaf.yaml': 'project: crash\nscheduler: local\n',
  'templates/t.yaml': `x: 1
seed: 0
command: |
  echo "$SHEAF_EXP_ID $SHEAF_STAGE-$SHEAF_ATTEMPT" >> ran.txt
  echo "accuracy=0.{{ x }}"
harvest:
  accuracy: { log: 'accuracy=(\\S+)' }
`,
};

const NEW = ['new', '--exp-id', 'a', '--template', 't', '--description', 'd'] as const;
const SWEEP = ['sweep', '--template', 't', '--name', 's', '--grid', 'x=1,2,3', '--yes'] as const;
const MEMBERS = ['s_x1', 's_x2', 's_x3'] as const;
const SUBMIT_SWEEP = ['submit', '--sweep', 's', '--yes'] as const;
const WAIT_SWEEP = ['wait', '--sweep', 's'] as const;

export const SCENARIOS: readonly Scenario[] = [
  { name: 'new', before: [], crashed: NEW, experiments: ['a'], runs: false },
  { name: 'sweep', before: [], crashed: SWEEP, experiments: MEMBERS, runs: false },
  { name: 'submit', before: [NEW], crashed: ['submit', 'a'], experiments: ['a'], runs: true },
  { name: 'submit of an array', before: [SWEEP], crashed: SUBMIT_SWEEP, experiments: MEMBERS, runs: true },
  { name: 'status', before: [NEW, ['submit', 'a']], crashed: ['status'], experiments: ['a'], runs: true, queued: true },
  {
    name: 'harvest',
    before: [SWEEP, SUBMIT_SWEEP, WAIT_SWEEP],
    crashed: ['harvest', '--sweep', 's'],
    experiments: MEMBERS,
    runs: true,
    accuracy: '0.2',
  },
  {
    name: 'retry',
    before: [NEW, ['submit', 'a', '--hold'], ['cancel', 'a']],
    crashed: ['retry', 'a'],
    experiments: ['a'],
    runs: true,
    queued: true,
  },
  { name: 'rename', before: [NEW], crashed: ['rename', 'a', 'b'], experiments: ['b'], runs: false },
];

export interface Verdict {
  readonly crashes: number;
  /** What was not well, with the scenario, the fault and n. */
  readonly failures: readonly string[];
}

interface Folder {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
}

/** @param pick which n to try, so that tests can be short and soaks complete */
export function campaign(scenario: Scenario, kind: FaultKind, pick: (n: number) => boolean = () => true): Verdict {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-crash-'));
  const failures: string[] = [];
  let crashes = 0;
  try {
    const prepared = prepare(join(outer, 'prepared'), scenario);
    for (let n = 1; ; n += 1) {
      if (!pick(n)) continue;
      const folder = fresh(scenario, prepared, join(outer, `${kind}-${n}`));
      const ran = sheaf(folder, scenario.crashed, { SHEAF_TEST_FAULT: `${kind}@${n}` });
      const wrong = goOn(folder, scenario);
      if (ran.status === 0 && wrong === undefined) break;
      crashes += 1;
      if (ran.status === null ? ran.signal !== 'SIGKILL' : /This is a bug/.test(ran.stderr)) {
        failures.push(`${scenario.name}, ${kind}@${n}: ended with ${ran.status ?? ran.signal}: ${ran.stderr}`);
      }
      if (wrong !== undefined) failures.push(`${scenario.name}, ${kind}@${n}: ${wrong}`);
      if (failures.length > 5 || n > 500) break;
      rmSync(folder.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  } finally {
    rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return { crashes, failures };
}

function prepare(root: string, { before }: Scenario): Folder {
  const folder = folderAt(root);
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  for (const words of before) must(folder, words);
  return folder;
}

function folderAt(root: string): Folder {
  mkdirSync(root, { recursive: true });
  return { root, env: { ...process.env, SHEAF_LOCAL_DIR: join(root, '..', 'local'), NO_COLOR: '1' } };
}

/** A copy of a project does not own the queue of the original: where jobs are still in it, it is made anew. */
function fresh(scenario: Scenario, prepared: Folder, to: string): Folder {
  return scenario.queued ? prepare(to, scenario) : copyOf(prepared, to);
}

function copyOf({ root }: Folder, to: string): Folder {
  cpSync(root, to, { recursive: true, verbatimSymlinks: true });
  return folderAt(to);
}

function sheaf(
  { root, env }: Folder,
  words: readonly string[],
  more: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [cli, ...words], {
    cwd: root,
    env: { ...env, ...more },
    encoding: 'utf8',
    timeout: 60_000,
  });
}

function must(folder: Folder, words: readonly string[]): string {
  const { status, stdout, stderr } = sheaf(folder, words);
  if (status !== 0) throw new Error(`sheaf ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What a user does after a crash: the same again, then to the end. @returns what is wrong, if anything is */
function goOn(folder: Folder, scenario: Scenario): string | undefined {
  try {
    const again = sheaf(folder, scenario.crashed);
    if (again.status !== 0 && !/exists already|no experiment "a"/.test(again.stderr)) {
      return `the same command again ended with ${again.status}: ${again.stderr}`;
    }
    const listed = JSON.parse(must(folder, ['list', '--json'])) as { data: { exp_id: string }[] };
    const names = listed.data.map(({ exp_id }) => exp_id).toSorted();
    if (names.join() !== [...scenario.experiments].toSorted().join()) return `there is ${names.join()}`;
    if (scenario.runs) {
      const wrong = runToTheEnd(folder, scenario);
      if (wrong !== undefined) return wrong;
    }
    return examine(folder);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function runToTheEnd(folder: Folder, { experiments, accuracy }: Scenario): string | undefined {
  must(folder, ['submit', ...experiments, '--yes']);
  must(folder, ['wait', ...experiments]);
  const lines = existsSync(join(folder.root, 'ran.txt'))
    ? readFileSync(join(folder.root, 'ran.txt'), 'utf8').trim().split('\n').toSorted()
    : [];
  if (new Set(lines).size !== lines.length) return `an attempt ran twice: ${lines.join('; ')}`;
  const ran = lines.map((line) => line.split(' ')[0] ?? '');
  if (ran.toSorted().join() !== [...experiments].toSorted().join()) return `what ran is ${lines.join('; ')}`;
  if (accuracy === undefined) return undefined;
  const exported = must(folder, ['export', '-', '--where', 'x = 2', '--columns', 'accuracy', '--format', 'csv']);
  return exported.includes(accuracy) ? undefined : `harvested ${exported}`;
}

function examine(folder: Folder): string | undefined {
  const { status, stdout } = sheaf(folder, ['doctor', '--json']);
  const { data } = JSON.parse(stdout) as { data: { level: string; what: string }[] };
  const problems = data.filter(({ level, what }) => level === 'problem' && !/^journal .* bytes/.test(what));
  return problems.length === 0 && status !== null
    ? undefined
    : `doctor: ${problems.map(({ what }) => what).join('; ')}`;
}
