/**
 * `npm run quickstart [-- --dir DIR]`: from a template to a table of real results, as a user would type it.
 * A real training script (softmax regression on handwritten digits, Python's standard library alone)
 * is swept over 4 learning rates × 3 seeds, two runs at a time.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const sheaf = join(root, 'bin', 'sheaf');

function projectFolder(): string {
  const { values } = parseArgs({ options: { dir: { type: 'string' } } });
  if (values.dir === undefined) return mkdtempSync(join(tmpdir(), 'sheaf-quickstart-'));
  const dir = resolve(process.env['INIT_CWD'] ?? process.cwd(), values.dir);
  if (existsSync(dir) && readdirSync(dir).length > 0) fail(`${dir} is not empty: choose another --dir`);
  mkdirSync(dir, { recursive: true });
  return dir;
}

function fail(message: string): never {
  process.stderr.write(`quickstart: ${message}\n`);
  process.exit(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Shows a command as one would type it, and runs it. */
function run(cwd: string, words: readonly string[]): void {
  say(`\n$ sheaf ${words.map(quoted).join(' ')}`);
  const { status } = spawnSync(sheaf, words, { cwd, stdio: 'inherit' });
  if (status !== 0) fail(`that ended with ${status ?? 'a signal'}; the project is in ${cwd}`);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

if (spawnSync('python3', ['--version']).status !== 0) fail('python3 is not on the PATH; the example trains with it');

const dir = projectFolder();
cpSync(join(root, 'examples', 'digits'), dir, { recursive: true });
rmSync(join(dir, '.sheaf'), { recursive: true, force: true });
rmSync(join(dir, 'experiments'), { recursive: true, force: true });

say(`A project with a training script and a template is in ${dir}`);
say('\n$ cat templates/softmax.yaml');
say(readFileSync(join(dir, 'templates', 'softmax.yaml'), 'utf8').trimEnd());

const grid = ['--grid', 'learning_rate=0.001,0.01,0.1,1.0', '--grid', 'seed=1,2,3'];
run(dir, ['sweep', '--template', 'softmax', '--name', 'lr', ...grid, '--submit', '--max-parallel', '2', '--yes']);
run(dir, ['wait', '--sweep', 'lr']);
run(dir, ['harvest', '--sweep', 'lr']);
run(dir, ['list', '--sweep', 'lr', '--columns', 'exp_id,status,learning_rate,seed,accuracy,train_loss']);
run(dir, ['list', '--sweep', 'lr', '--group-by', 'learning_rate', '--columns', 'accuracy,train_loss']);
run(dir, ['export', 'results.csv', '--where', 'sweep = lr']);

say(`
12 runs are done; their results are in ${join(dir, 'results.csv')}
Go on there:

  cd ${quoted(dir)}
  export PATH=${quoted(join(root, 'bin'))}:$PATH
  sheaf show lr_lr0.1_s1                                 all about one run
  sheaf logs lr_lr0.1_s1                                 what it printed
  sheaf compare lr_lr0.1_s1 lr_lr1.0_s1                  what differs
  sheaf sweep extend lr --grid learning_rate=3.0         more values: only the new runs are made
  sheaf export table.csv --where "sweep = lr" --group-by learning_rate`);
