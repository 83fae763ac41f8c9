/**
 * `npm run quickstart [-- --scheduler slurm] [--dir DIR]`: from a template to a table of real results, as a user
 * would type it. A real training script (softmax regression on handwritten digits, Python's standard library alone)
 * is swept over 4 learning rates × 3 seeds, two runs at a time: on this machine, or on the cluster that it belongs to.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail as stop, projectFolder, quoted, root, runShown, say, sheaf } from './demonstration.ts';

const NAME = 'quickstart';

function options(): { dir?: string; scheduler: string } {
  try {
    return parseArgs({ options: { dir: { type: 'string' }, scheduler: { type: 'string', default: 'local' } } }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): never {
  return stop(NAME, message);
}

/** Why no job can be handed to a cluster from here; undefined when it answers. */
function whyNoCluster(): string | undefined {
  if (!isOnPath('sbatch')) return 'there is no sbatch on the PATH';
  const conf = process.env['SLURM_CONF'];
  // Without the file Slurm's programs try for a minute.
  if (conf && !existsSync(conf)) return `SLURM_CONF=${conf}: there is no such file`;
  const { stdout, stderr, error } = spawnSync('scontrol', ['ping'], { encoding: 'utf8', timeout: 10_000 });
  if (/\bis UP\b/.test(stdout)) return undefined;
  const [said = ''] = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  return `the controller of Slurm does not answer: ${(said || error?.message) ?? 'it said nothing'}`;
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The project of the example is for this machine. */
function chooseScheduler(project: string, name: string): void {
  const file = join(project, 'sheaf.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^scheduler: .*$/m, `scheduler: ${name}`));
}

function run(cwd: string, words: readonly string[]): void {
  runShown(NAME, ['sheaf', ...words].map(quoted).join(' '), { cwd });
}

const { scheduler, dir: givenDir } = options();
if (scheduler !== 'local' && scheduler !== 'slurm') fail(`--scheduler takes local or slurm, not ${scheduler}`);
if (spawnSync('python3', ['--version']).status !== 0) fail('python3 is not on the PATH; the example trains with it');
const why = scheduler === 'slurm' ? whyNoCluster() : undefined;
if (why !== undefined)
  fail(
    `${why}. Go to a host of your cluster, or bring one up on this computer (as root):\n  npm run slurm:up    and paste the line that it prints`,
  );

// On a cluster in the home, which its nodes see, too.
const dir = projectFolder(NAME, givenDir, scheduler === 'slurm' ? homedir() : tmpdir());
cpSync(join(root, 'examples', 'digits'), dir, { recursive: true });
rmSync(join(dir, '.sheaf'), { recursive: true, force: true });
rmSync(join(dir, 'experiments'), { recursive: true, force: true });
chooseScheduler(dir, scheduler);

const where = scheduler === 'slurm' ? '; its jobs go to Slurm' : '';
say(`A project with a training script and a template is in ${dir}${where}`);
say('\n$ cat templates/softmax.yaml');
say(readFileSync(join(dir, 'templates', 'softmax.yaml'), 'utf8').trimEnd());

const grid = ['--grid', 'learning_rate=0.001,0.01,0.1,1.0', '--grid', 'seed=1,2,3'];
run(dir, ['run', 'softmax', 'lr', ...grid, '--max-parallel', '2', '--yes']);
run(dir, ['list', '--sweep', 'lr', '--columns', 'exp_id,status,learning_rate,seed,accuracy,train_loss']);
run(dir, ['export', 'results.csv', '--sweep', 'lr']);

say(`
12 runs are done; their results are in ${join(dir, 'results.csv')}
Go on there:

  cd ${quoted(dir)}
  export PATH=${quoted(dirname(sheaf))}:$PATH
  sheaf show lr_lr0.1_s1                                 all about one run
  sheaf logs lr_lr0.1_s1                                 what it printed
  sheaf compare lr_lr0.1_s1 lr_lr1.0_s1                  what differs
  sheaf sweep extend lr --grid learning_rate=3.0         more values: only the new runs are made
  sheaf export table.csv --sweep lr --group-by learning_rate`);
