import { appendFileSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeDashboardProject,
  type DashboardProject,
  type ProjectFiles,
} from '../../test/support/dashboard-project.ts';
import { recordSearch } from '../../test/support/recorded-sweep.ts';

/** The projects whose pages are shown; the last one by a server that acts. */
export const PROJECTS = ['moons', 'empty', 'troubled', 'adaptive'] as const;
export type ProjectName = (typeof PROJECTS)[number];

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
export async function makeProject(name: ProjectName, folder?: string): Promise<DashboardProject> {
  const outer = folder === undefined ? undefined : join(folder, name);
  const isThere = outer !== undefined && existsSync(outer);
  const project = makeDashboardProject({ files: readFiles(), name, ...(outer === undefined ? {} : { outer }) });
  if (name === 'troubled') project.env['SHEAF_TEST_NO_SLURM'] = '';
  if (isThere) return project;
  if (name === 'moons') {
    commit(project);
    runAll(project);
  }
  if (name === 'troubled') trouble(project);
  if (name === 'adaptive') await search(project);
  return project;
}

/** Two adaptive sweeps that ended, one of them too large to tell its members apart, and a run that goes on. */
async function search(project: DashboardProject): Promise<void> {
  const wanted = { template: 'moons', metric: 'val_acc' };
  await recordSearch(project, 'tuned', 81, { ...wanted, unread: 3 });
  await recordSearch(project, 'wide', 1_000, wanted);
  project.sheaf(['run', 'moons', 'going', '--pause', '1', '--steps', '5000', '--detach']);
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
  sheaf(['run', 'moons', 'too-slow', '--pause', '0.05', '--time-limit', '00:00:04'], 1);
  sheaf(['retry', 'too-slow']);
  sheaf(['wait', 'too-slow'], 1);
  sheaf(['harvest', 'too-slow']);
  sheaf(['archive', 'lr1_wd1e-3_s2']);
  sheaf(['run', 'moons', 'given-up', '--pause', '1', '--steps', '5000', '--detach']);
  sheaf(['run', 'moons', 'long', '--pause', '0.2', '--steps', '20000', '--detach']);
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
