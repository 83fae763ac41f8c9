/**
 * `npm run example -- NAME [--dir DIR] [--record]`: runs one of the examples from nothing to its table and figure, with the
 * commands of its README. `--record` writes both back into the folder of the example.
 *
 * `SHEAF_EXAMPLES_PYTHON` names the Python; otherwise it is the one on the PATH if it has the packages, or the environment
 * that `node scripts/examples-python.ts` makes.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { listExamples, readExampleCommands, type Example } from '../src/app/project/examples.ts';
import { REQUIREMENTS_CHECK } from '../src/template/launch/requirements-check.ts';
import { fail as stop, projectFolder, quoted, runShown, say } from './demonstration.ts';
import { describeVersions, findExamplesPython } from './examples-python.ts';

const NAME = 'example';

function fail(message: string): never {
  return stop(NAME, message);
}

function readOptions(): { readonly example: Example; readonly dir?: string; readonly record: boolean } {
  const names = listExamples().map(({ name }) => name);
  const usage = `npm run example -- NAME [--dir DIR] [--record]; the examples are: ${names.join(', ')}`;
  try {
    const { values, positionals } = parseArgs({
      options: { dir: { type: 'string' }, record: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const example = listExamples().find(({ name }) => name === positionals[0]);
    return example === undefined || positionals.length > 1 ? fail(usage) : { example, ...values };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** What the template of an example requires. */
function readRequirements({ name, folder }: Example): readonly string[] {
  const path = join(folder, 'templates', `${name}.yaml`);
  if (!existsSync(path)) return [];
  const template = parse(readFileSync(path, 'utf8')) as { environment?: { requires?: readonly string[] } };
  return template.environment?.requires ?? [];
}

/** What a Python lacks of them, in one line; undefined if it has all. */
function whatLacks(python: string, requirements: readonly string[]): string | undefined {
  const { error, status, stderr } = spawnSync(python, ['-c', REQUIREMENTS_CHECK, ...requirements], {
    encoding: 'utf8',
  });
  if (error) return `${python}: ${error.message}`;
  return status === 0 ? undefined : stderr.replace(/^sheaf: /, '').trim();
}

/** The folder of the Python that has the packages; undefined: that of the PATH. */
function choosePython(example: Example): string | undefined {
  const requirements = readRequirements(example);
  const named = process.env['SHEAF_EXAMPLES_PYTHON'];
  const candidates = named ? [named] : ['python3', ...[findExamplesPython() ?? []].flat()];
  const lacks = candidates.map((python) => whatLacks(python, requirements));
  const chosen = candidates[lacks.indexOf(undefined)];
  if (chosen === undefined)
    return fail(
      `${lacks.join('\n')}\nOr make an environment for all examples, with a CPU build of PyTorch where the system has one:\n  node scripts/examples-python.ts`,
    );
  return chosen.includes('/') ? dirname(chosen) : undefined;
}

/** The table that commands printed: the last one in Markdown, otherwise the first one with tabs between its columns. */
function findTable(printed: string): string | undefined {
  const markdown = printed.match(/(?:^\|.*\n?)+/gm)?.at(-1);
  if (markdown !== undefined) return markdown.trim();
  const [tabbed] = printed.match(/(?:^[^\n\t]+\t.*\n){2,}/gm) ?? [];
  if (tabbed === undefined) return undefined;
  const [head = [], ...rows] = tabbed
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts a table and a figure of this run into the folder of the example. */
function record({ folder }: Example, dir: string, printed: string): void {
  const isNew = (path: string): boolean => !existsSync(join(folder, path)) || path === 'figure.svg';
  const [file] = globSync('*.md', { cwd: dir }).filter(isNew);
  const table = findTable(file === undefined ? printed : readFileSync(join(dir, file), 'utf8'));
  const [figure] = globSync('*.svg', { cwd: dir }).filter(isNew);
  if (table === undefined || figure === undefined) fail('the commands printed no table, or wrote no SVG figure');
  const readme = join(folder, 'README.md');
  const text = readFileSync(readme, 'utf8');
  const marked = /(<!-- table -->\n)[\s\S]*?(<!-- \/?table -->)/;
  if (!marked.test(text)) fail(`${readme} has no lines <!-- table --> around its table`);
  writeFileSync(
    readme,
    text.replace(marked, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`),
  );
  copyFileSync(join(dir, figure), join(folder, 'figure.svg'));
  say(`\nRecorded the table and the figure in ${folder}`);
}

const { example, dir: givenDir, record: isRecorded } = readOptions();
const commands = readExampleCommands(example);
if (commands.length === 0) fail(`${example.folder}/README.md has no commands under "## Run it"`);
const bin = choosePython(example);
const env = { ...process.env, ...(bin !== undefined && { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` }) };
const dir = projectFolder(NAME, givenDir, tmpdir());
const began = performance.now();
const packages = readRequirements(example).flatMap((requirement) => /^[\w.-]+/.exec(requirement)?.[0] ?? []);
if (packages.length > 0)
  say(`Python packages: ${describeVersions(bin === undefined ? 'python3' : join(bin, 'python3'), packages)}`);
runShown(NAME, `sheaf init ${quoted(dir)} --example ${example.name}`, { cwd: dir, env });
say(`\n$ cd ${quoted(dir)}`);
const printed = commands.map((line) => runShown(NAME, line, { cwd: dir, env, captures: isRecorded })).join('');
say(`\nThat took ${((performance.now() - began) / 1000).toFixed(0)} s; the project is in ${dir}`);
if (isRecorded) record(example, dir, printed);
if (existsSync(join(example.folder, 'templates/large.yaml')))
  say(`
The large one extends it. Its job script, which this machine may be too small to run:

  cd ${quoted(dir)} && sheaf run large --dry-run

On a cluster, name your data and partition in its templates/large.yaml:

  sheaf init DIR --example ${example.name} --scheduler slurm
  sheaf run large`);
