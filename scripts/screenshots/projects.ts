import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeDashboardProject,
  type DashboardProject,
  type ProjectFiles,
} from '../../test/support/dashboard-project.ts';
import { recordSearch } from '../../test/support/recorded-sweep.ts';

/** The projects whose pages are shown. */
export const PROJECTS = ['moons', 'empty', 'troubled', 'adaptive', 'full', 'read-only'] as const;
export type ProjectName = (typeof PROJECTS)[number];

/** Those that are served with `--actions`. */
export const ACTING: ReadonlySet<ProjectName> = new Set(['adaptive', 'read-only']);

/** A project that is shown. */
export interface ShownProject extends DashboardProject {
  /** Takes away what is mounted in it. */
  release(): void;
}

/** A name that no table has room for. */
export const LONG_NAME = 'wide-layer-with-a-small-step-and-much-decay-as-in-the-third-table-of-the-appendix-second-try';

const FILES = join(import.meta.dirname, 'project');

function readFiles(): ProjectFiles {
  const names = globSync('**/*.{py,yaml}', { cwd: FILES });
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(FILES, name), 'utf8')]));
}

/**
 * Makes one of the projects, with runs in each state that an experiment can be in.
 *
 * @param folder where it stays; if it is there already, it is shown as it is
 */
export async function makeProject(name: ProjectName, folder?: string): Promise<ShownProject> {
  const outer = folder === undefined ? undefined : join(folder, name);
  const isThere = outer !== undefined && existsSync(outer);
  const project = makeDashboardProject({ files: readFiles(), name, ...(outer === undefined ? {} : { outer }) });
  if (name === 'troubled') project.env['SHEAF_TEST_NO_SLURM'] = '';
  if (!isThere) await fill(name, project);
  const mounted = mountOver(name, project);
  return { ...project, release: () => void (mounted && spawnSync('umount', ['--lazy', mounted])) };
}

async function fill(name: ProjectName, project: DashboardProject): Promise<void> {
  if (name === 'moons') {
    commit(project);
    runAll(project);
  }
  if (name === 'troubled') trouble(project);
  if (name === 'adaptive') await search(project);
  if (name === 'read-only') project.sheaf(['run', 'moons', 'seeds', '--grid', 'seed=0,1,2', '--steps', '60', '--yes']);
}

/**
 * Lets the disk of the record be full while a job runs, or the project be one that nobody may write.
 *
 * @returns what is mounted @throws Error if that is not possible here: only root can mount
 */
function mountOver(name: ProjectName, { path, env, sheaf }: DashboardProject): string | undefined {
  if (name === 'full') {
    sheaf(['run', 'moons', `going-${Date.now()}`, '--set', 'pause=1', '--steps', '5', '--detach']);
    const journal = join(path, '.sheaf/journal');
    const kept = readdirSync(journal).map((file) => [file, readFileSync(join(journal, file))] as const);
    mount(['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', journal]);
    for (const [file, bytes] of kept) writeFileSync(join(journal, file), bytes);
    fillDisk(join(journal, 'filling'));
    // The last block of the journal may have room for one more event: the next writer begins with another file.
    for (const file of globSync('*/writer.sqlite', { cwd: env['SHEAF_LOCAL_DIR'] ?? '' })) {
      rmSync(join(env['SHEAF_LOCAL_DIR'] ?? '', file));
    }
    return journal;
  }
  if (name === 'read-only') {
    mount(['--bind', path, path]);
    mount(['-o', 'remount,ro,bind', path]);
    return path;
  }
  return undefined;
}

function mount(words: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${words.join(' ')}: ${stderr.trim() || 'there is no such program'}`);
}

function fillDisk(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4_096));
  } catch {
    // It is full now.
  }
}

/** Two adaptive sweeps that ended, one of them too large to tell its members apart, and a run that goes on. */
async function search(project: DashboardProject): Promise<void> {
  const wanted = { template: 'moons', metric: 'val_acc' };
  await recordSearch(project, 'tuned', 81, { ...wanted, unread: 3 });
  await recordSearch(project, 'wide', 1_000, wanted);
  project.sheaf(['run', 'moons', 'going', '--set', 'pause=1', '--steps', '5000', '--detach']);
}

/** Programs of Slurm that take a job, and then find no controller any more. */
const SLURM = `#!/bin/sh
[ ! -e "$0.down" ] || { echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1; }
case "$(basename "$0") $2" in
sbatch*) echo '7;campus' ;;
'scontrol config') echo 'ClusterName = campus' ;;
esac
`;

/** Submits a job to a scheduler that goes away, and damages the record. */
function trouble({ sheaf, path }: DashboardProject): void {
  writeFileSync(join(path, 'sheaf.yaml'), 'scheduler: slurm\n');
  const programs = ['sbatch', 'squeue', 'sacct', 'scontrol', 'scancel', 'sinfo', 'sacctmgr'];
  const files = programs.map((program) => join(path, '../bin', program));
  for (const file of files) writeFileSync(file, SLURM, { mode: 0o755 });
  sheaf(['run', 'moons', 'going', '--detach']);
  for (const file of files) writeFileSync(`${file}.down`, '');
  const [journal = ''] = globSync('.sheaf/journal/*.jsonl', { cwd: path });
  appendFileSync(join(path, journal), 'not an event\n');
}

function commit({ shell }: DashboardProject): void {
  shell(`printf '%s\\n' .sheaf/ experiments/ __pycache__/ > .gitignore
    git init --quiet --initial-branch=main
    git add .
    git -c user.name=Ada -c user.email=ada@example.org commit --quiet --message 'Two half moons'`);
}

/** Real runs on the local scheduler: those that end first, then those that are still going when the pictures are taken. */
function runAll(project: DashboardProject): void {
  const { sheaf, path } = project;
  sheaf(['run', 'moons', 'baseline', '--description', 'What everything is compared with', '--tags', 'paper']);
  sheaf(['note', 'baseline', 'Table 1 of the paper has these numbers.']);
  sheaf(
    ['run', 'moons', 'lrwd', '--yes', '--id', 'lr{lr}_wd{weight_decay}_s{seed}'].concat([
      '--grid',
      'lr=0.01,0.1,1',
      '--grid',
      'weight_decay=0,1e-3',
      '--grid',
      'seed=0,1,2',
    ]),
  );
  sheaf(['tag', 'lr0.1_wd0_s1', '--add', 'paper', 'best']);
  sheaf(['run', 'prepare', 'points', '--points', '1000']);
  const train = readFileSync(join(path, 'train.py'), 'utf8');
  writeFileSync(join(path, 'train.py'), train.replace('h * h)', 'h ** 2)'));
  sheaf(['run', 'moons-wide', LONG_NAME, '--weight-decay', '1e-4', '--lr', '3e-3', '--steps', '1200']);
  sheaf(['run', 'moons', 'other-data', '--data', 'circles'], 1);
  sheaf(['run', 'moons', 'too-wide', '--width', '65536'], 1);
  sheaf(['note', 'too-wide', 'Needs a larger card.']);
  sheaf(['run', 'moons', 'too-slow', '--set', 'pause=0.05', '--time-limit', '00:00:04'], 1);
  sheaf(['retry', 'too-slow']);
  sheaf(['wait', 'too-slow'], 1);
  sheaf(['harvest', 'too-slow']);
  sheaf(['archive', 'lr1_wd1e-3_s2']);
  sheaf(['run', 'moons', 'given-up', '--set', 'pause=1', '--steps', '5000', '--detach']);
  sheaf(['run', 'moons', 'long', '--set', 'pause=0.2', '--steps', '20000', '--detach']);
  sheaf(
    ['run', 'moons', 'widths', '--detach', '--yes', '--max-parallel', '1', '--id', 'w{width}_s{seed}'].concat([
      '--zip',
      'width=4,8,16',
      '--zip',
      'pause=0.002,1,1',
      '--grid',
      'seed=0,1',
      '--steps',
      '600',
    ]),
  );
  sheaf(['run', 'moons', 'after-long', '--after', 'long', '--detach']);
  sheaf(['new', 'moons', 'draft', '--lr', '0.3', '--description', 'A larger step, not submitted yet']);
  sheaf(['cancel', 'given-up', '--yes']);
  sheaf(['wait', 'given-up'], 1);
  sheaf(['wait', 'w4_s0']);
}
