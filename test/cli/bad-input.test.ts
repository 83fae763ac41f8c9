import { chmodSync, globSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { steady, testFolder, type Ran, type TestFolder } from '../support/run-sheaf.ts';

const PROJECT = 'scheduler: local\nproject: test\n';
const TEMPLATE = `learning_rate: 0.1
layers: 3
model: resnet50
schema:
  layers: {type: int, range: [1, 10]}
  model: {choices: [resnet50, vit]}
command: python3 train.py {{ flags }}
`;

/** Every file of a folder with its content. */
function contents(folder: TestFolder): Record<string, string> {
  const paths = globSync('**/*', { cwd: folder.path }).filter((path) => lstatSync(join(folder.path, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder.path, path), 'utf8')]));
}

/** Runs a command line that is refused: exit code 2, nothing on stdout, nothing changed. */
async function refused(folder: TestFolder, words: readonly string[]): Promise<string> {
  const before = contents(folder);
  const { stdout, stderr, exitCode } = await folder.sheaf(words);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(contents(folder)).toEqual(before);
  return steady(stderr, folder);
}

function project(files: Record<string, string> = {}): TestFolder {
  return testFolder({ 'sheaf.yaml': PROJECT, 'templates/t.yaml': TEMPLATE, ...files });
}

const NEW: readonly string[] = ['new', '--exp-id', 'x', '--template', 't'];

describe('a command line', () => {
  test('with an unknown command names the nearest', async () => {
    expect(await refused(project(), ['sumbit', 'x'])).toMatchInlineSnapshot(`
      "error: sheaf has no command "sumbit"
        fix  did you mean submit?
      "
    `);
  });

  test('with a command of another program names the one that is meant, with the same arguments, and runs nothing', async () => {
    const folder = project();
    const answered = async (...words: string[]): Promise<string> =>
      (await refused(folder, words)).replace(/^error: sheaf has no command .*\n {2}fix {2}|\n$/g, '');
    await folder.sheaf(['new', 't', 'x']);
    expect(await answered('delete', 'x')).toBe('sheaf rm x');
    expect(await answered('stop', '--where', 'lr = 1')).toBe("sheaf cancel --where 'lr = 1'");
    expect(await answered('queue')).toBe('sheaf status');
    expect(await answered('results')).toBe('sheaf list');
    expect(await answered('dashboard')).toBe('sheaf serve');
    expect(await answered('version')).toBe('sheaf --version');
  });

  test('with a flag of a command before any command names sheaf alone', async () => {
    expect(await refused(project(), ['--watch'])).toMatchInlineSnapshot(`
      "error: sheaf has no flag --watch
        fix  sheaf --help lists its flags
      "
    `);
  });

  test('that runs a program where a template belongs gives the command with its quotes', async () => {
    const folder = project();
    expect(await refused(folder, ['run', 'fit.py'])).toMatchInlineSnapshot(`
      "error: there is no template "fit.py"
        why  sheaf run takes the name of a template, or a whole command in quotes
        fix  sheaf run --command 'python3 fit.py'
      Nothing was created.
      "
    `);
    const fix = async (...words: string[]): Promise<string | undefined> =>
      /fix {2}(.*)/.exec(await refused(folder, ['run', ...words]))?.[1];
    expect(await fix('python3', 'fit.py')).toBe("sheaf run --command 'python3 fit.py'");
    expect(await fix('--command', 'python3', 'fit.py')).toBe("sheaf run --command 'python3 fit.py'");
    expect(await fix('scripts/fit.sh')).toBe("sheaf run --command 'bash scripts/fit.sh'");
    expect(await fix('fit.py', '--lr', '0.1')).toBe("sheaf run --command 'python3 fit.py {{ flags }}' --lr 0.1");
    expect(await fix('templates/t.yaml')).toBe('did you mean t?');
    expect(await fix('t', 'learning_rate=0.5')).toBe('to set a parameter: --learning-rate 0.5');
  });

  test('with a range, a list or two parameters in one --grid shows how to write them', async () => {
    const folder = project();
    const fix = async (grid: string): Promise<string | undefined> =>
      /fix {2}(.*)/.exec(await refused(folder, ['run', 't', '--grid', grid]))?.[1];
    expect(await fix('layers=1..3')).toBe('write every value: --grid layers=1,2,3');
    expect(await fix('layers=1-30')).toBe('write every value: --grid layers=$(seq -s, 1 30)');
    expect(await fix('learning_rate=[0.5, 2.0]')).toBe('leave out the brackets: --grid learning_rate=0.5,2.0');
    expect(await fix('learning_rate=0.5,2.0,layers=1,2')).toBe(
      'repeat --grid: --grid learning_rate=0.5,2.0 --grid layers=1,2',
    );
  });

  test('with an abbreviation of a parameter names the parameter', async () => {
    const space = ['--grid', 'lr=0.1,0.01'];
    expect(await refused(project(), ['sweep', 't', ...space])).toMatchInlineSnapshot(`
      "error: the template t has no lr
        fix  did you mean learning_rate?
      "
    `);
    expect(await refused(project(), ['new', 't', '--lr', '0.1'])).toMatchInlineSnapshot(`
      "error: sheaf new has no flag --lr
        why  template t has the parameters learning_rate, layers, model, seed
        fix  did you mean --learning-rate?
      "
    `);
  });

  test('with spaces between the values of an axis, or two values of a parameter, says what to write', async () => {
    const spaces = ['sweep', 't', '--grid', 'learning_rate=0.1,', '0.01', '--grid', 'layers=1', '2', '3'];
    expect(await refused(project(), spaces)).toMatchInlineSnapshot(`
      "error: unexpected argument "0.01" after --grid learning_rate=0.1,
        why  --grid takes values with commas between them, without spaces
        fix  write --grid learning_rate=0.1,0.01; names of templates and sweeps go before the flags
      error: unexpected argument "2", "3" after --grid layers=1
        why  --grid takes values with commas between them, without spaces
        fix  write --grid layers=1,2,3; names of templates and sweeps go before the flags
      "
    `);
    expect(await refused(project(), ['new', 't', '--learning-rate', '0.1', '0.01'])).toMatchInlineSnapshot(`
      "error: unexpected argument "0.01" after --learning-rate 0.1
        why  an experiment has one value of learning_rate
        fix  for an experiment with each of these: sheaf sweep TEMPLATE --grid learning_rate=0.1,0.01
      "
    `);
    expect(await refused(project(), ['sweep', 't', '--grid', 'model=vit', 'resnet50'])).toMatchInlineSnapshot(`
      "error: unexpected argument "resnet50" after --grid model=vit
        why  --grid takes values with commas between them, without spaces
        fix  write --grid model=vit,resnet50; names of templates and sweeps go before the flags
      "
    `);
  });

  test('with --dry-run sends nothing to a tracker without a dry run', async () => {
    expect(await refused(project(), ['export', '--to', 'mlflow', '--dry-run'])).toMatchInlineSnapshot(`
      "error: --dry-run requires --to wandb
        why  only offline runs of W&B can be listed before they are sent
        fix  omit --dry-run; sheaf does not send again what MLflow already has
      Nothing was sent.
      "
    `);
  });

  test('with an unknown flag names the nearest, and the parameters of the template', async () => {
    expect(await refused(project(), [...NEW, '--learning-rte', '0.1'])).toMatchInlineSnapshot(`
      "error: sheaf new has no flag --learning-rte
        why  template t has the parameters learning_rate, layers, model, seed
        fix  did you mean --learning-rate?
      "
    `);
  });

  test('of a template that is named like a property of all objects is no other command', async () => {
    const folder = project({ 'templates/constructor.yaml': TEMPLATE });
    const made = await folder.sheaf([
      'sweep',
      '--template',
      'constructor',
      '--name',
      's',
      '--grid',
      'layers=1,2',
      '--yes',
    ]);
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Created 2') as string });
  });

  test('without the template of which it sets a parameter says so', async () => {
    expect(await refused(project(), ['new', '--exp-id', 'x', '--learning-rate', '0.1'])).toMatchInlineSnapshot(`
      "error: sheaf new has no flag --learning-rate
        why  the template, which defines the flags of its parameters, is not named
        fix  sheaf new --help lists its flags
      "
    `);
  });

  test('with a flag that lacks its value', async () => {
    expect(await refused(project(), [...NEW, '--description', '--tags', 'a'])).toMatchInlineSnapshot(`
      "error: --description needs a value: --description TEXT
        fix  if "--tags" is the value, write --description=--tags
      "
    `);
  });

  test('without any selection where one is needed', async () => {
    expect(await refused(project(), ['submit'])).toMatchInlineSnapshot(`
      "error: sheaf submit needs to know which experiments
        fix  sheaf submit ID…, or --sweep NAME, or --where QUERY
      Nothing was changed.
      "
    `);
  });

  test('outside of a project', async () => {
    expect(await refused(testFolder(), ['list'])).toMatchInlineSnapshot(`
      "error: there is no sheaf project in <project> or above it
        why  a project is a folder with a sheaf.yaml
        fix  make one here: sheaf init
             or name the one that you mean: --project DIR
      "
    `);
  });

  test('with a resource as a flag of a command that has --set', async () => {
    expect(await refused(project(), ['submit', 'x', '--num-gpus', '2'])).toMatchInlineSnapshot(`
      "error: sheaf submit has no flag --num-gpus
        fix  write --set num_gpus=…
      "
    `);
  });

  test('with an unknown experiment names the nearest', async () => {
    const folder = project();
    await folder.sheaf(NEW.with(2, 'r50_low'));
    expect(await refused(folder, ['show', 'r50_lwo'])).toMatchInlineSnapshot(`
      "error: there is no experiment "r50_lwo"
        fix  did you mean r50_low?
      Nothing was changed.
      "
    `);
  });

  test('with an unknown sweep', async () => {
    expect(await refused(project(), ['submit', '--sweep', 'lrs'])).toMatchInlineSnapshot(`
      "error: there is no sweep "lrs"
        fix  make one: sheaf sweep TEMPLATE NAME --grid …
      Nothing was changed.
      "
    `);
  });

  test('with a query that cannot be read', async () => {
    expect(await refused(project(), ['list', '--where', 'learning_rate <'])).toMatchInlineSnapshot(`
      "error: expected a value, but the query ends
        query:1:16
        1 │ learning_rate <
          │                ^
        fix  put a value there, in quotes if it has spaces
      "
    `);
  });
});

describe('a template', () => {
  test('that does not exist', async () => {
    expect(await refused(project(), NEW.with(4, 'tt'))).toMatchInlineSnapshot(`
      "error: there is no template "tt"
        why  templates/tt.yaml does not exist
        fix  did you mean t?
      "
    `);
  });

  test('with a nearly reserved key', async () => {
    const folder = project({ 'templates/t.yaml': `partition: a100\nnum_gpu: 8\n${TEMPLATE}` });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot(`
      "error: "num_gpu" is probably a misspelt "num_gpus"
        templates/t.yaml:2:1
        2 │ num_gpu: 8
          │ ^^^^^^^
        why  as written it is a parameter of the training code, and num_gpus is not set by it
        fix  rename it to num_gpus; or, if the code really takes num_gpu, declare it: schema: {num_gpu: {type: …}}
      "
    `);
  });

  test('with a duplicate key', async () => {
    expect(await refused(project({ 'templates/t.yaml': `${TEMPLATE}layers: 4\n` }), NEW)).toMatchInlineSnapshot(`
      "error: the key "layers" is given twice
        templates/t.yaml:8:1
        8 │ layers: 4
          │ ^^^^^^
        why  only one of the two could count, and nothing says which
        fix  delete the key in line 2 or in line 8
      "
    `);
  });

  test('with a tab', async () => {
    expect(await refused(project({ 'templates/t.yaml': 'a:\n\tb: 1\n' }), NEW)).toMatchInlineSnapshot(`
      "error: Tabs cannot be indentation
        templates/t.yaml:2:1
        2 │  b: 1
          │ ^
        why  YAML allows only spaces
        fix  replace line 2 with

        b: 1

      "
    `);
  });

  test('that extends itself in a circle', async () => {
    const folder = project({ 'templates/t.yaml': 'extends: u\n', 'templates/u.yaml': 'extends: t\n' });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot(`
      "error: templates extend each other in a circle: t → u → t
        templates/u.yaml:1:1
        1 │ extends: t
          │ ^^^^^^^
        fix  take one of them out of extends
      "
    `);
  });

  test('without a command, as sheaf.yaml has none either', async () => {
    expect(await refused(project({ 'templates/t.yaml': 'layers: 3\n' }), NEW)).toMatchInlineSnapshot(`
      "error: there is nothing to run: neither templates/t.yaml nor sheaf.yaml has a command
        templates/t.yaml
        fix  add to sheaf.yaml: command: python train.py {{ flags }}
      "
    `);
  });

  test('with an undefined name in its command', async () => {
    const folder = project({ 'templates/t.yaml': 'layers: 3\ncommand: python3 train.py {{ layres }}\n' });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot(`
      "error: layres is not defined
        templates/t.yaml:2:30
        2 │ command: python3 train.py {{ layres }}
          │                              ^^^^^^
        fix  did you mean layers?
      "
    `);
  });

  test('with ".." in the pattern of its checkpoints, also by a parameter', async () => {
    const template = "folder: ok\ncheckpoint: '{{ folder }}/ck_*.pt'\ncommand: echo {{ flags }}\n";
    const folder = project({ 'templates/t.yaml': template });
    expect(await refused(folder, [...NEW, '--folder', '..'])).toMatchInlineSnapshot(`
      "error: the pattern of checkpoints has a "..": ../ck_*.pt
        templates/t.yaml:2:14
        2 │ checkpoint: '{{ folder }}/ck_*.pt'
          │              ^
        why  sheaf looks for checkpoints in the folder of each attempt and in that of the experiment, or where an absolute path leads
        fix  write the pattern below one of these folders, or as an absolute path without ".."
      "
    `);
    expect(await folder.sheaf(NEW)).toMatchObject({ exitCode: 0 });
  });

  test('with a regular expression that does not compile', async () => {
    const folder = project({ 'templates/t.yaml': `${TEMPLATE}harvest:\n  acc: {log: "acc: (\\\\d+"}\n` });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot(`
      "error: harvest.acc: the pattern acc: (\\d+ cannot be used: this group is never closed
        templates/t.yaml:9:9
        9 │   acc: {log: "acc: (\\\\d+"}
          │         ^^^
        why  character 6: (\\d+
        fix  close it with ")", or write "\\(" for the character itself
      "
    `);
  });
});

describe('a value', () => {
  test('that must be given', async () => {
    const folder = project({ 'templates/t.yaml': `data: null\nmodel: null\ncommand: ./run {{ flags }}\n` });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot(`
      "error: data must be given
        templates/t.yaml:1:1
        1 │ data: null
          │ ^^^^
        fix  give it: --data VALUE
      error: model must be given
        templates/t.yaml:2:1
        2 │ model: null
          │ ^^^^^
        fix  give it: --model VALUE
      "
    `);
  });

  test('of the wrong type, out of range, and not among the choices, all told at once', async () => {
    const words = [...NEW, '--learning-rate', 'fast', '--layers', '11', '--model', 'resnet5'];
    expect(await refused(project(), words)).toMatchInlineSnapshot(`
      "error: learning_rate must be a float, but is "fast"
        command line --learning-rate
      error: layers must be from 1 to 10, but is 11
        command line --layers
      error: model must be one of resnet50, vit, but is "resnet5"
        command line --model
      "
    `);
  });
});

describe('an exp_id', () => {
  test('that exists', async () => {
    const folder = project();
    await folder.sheaf(NEW);
    expect(await refused(folder, NEW)).toMatchInlineSnapshot(`
      "error: x exists already
        why  an experiment is never overwritten
        fix  choose another --exp-id; to look at it: sheaf show x
      Nothing was made.
      "
    `);
  });

  test('that is no name: outside of the folder, empty, too long, with other letters', async () => {
    const folder = project();
    const said: string[] = [];
    for (const id of ['../x', '', 'x'.repeat(300), 'modèle']) said.push(await refused(folder, NEW.with(2, id)));
    expect(said.join('\n').replaceAll('x'.repeat(128), '<128 x>')).toMatchInlineSnapshot(`
      "error: "../x" cannot be an exp_id
        why  an exp_id has letters, digits, ".", "_" and "-", at most 128 of them, beginning with a letter or digit
        fix  use x

      error: "" cannot be an exp_id
        why  an exp_id has letters, digits, ".", "_" and "-", at most 128 of them, beginning with a letter or digit
        fix  use a name such as resnet50_exp1

      error: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" cannot be an exp_id
        why  an exp_id has letters, digits, ".", "_" and "-", at most 128 of them, beginning with a letter or digit
        fix  use <128 x>

      error: "modèle" cannot be an exp_id
        why  an exp_id has letters, digits, ".", "_" and "-", at most 128 of them, beginning with a letter or digit
        fix  use mod_le
      "
    `);
  });
});

describe('a sweep', () => {
  const SWEEP = ['sweep', '--template', 't', '--name', 's'];

  test('without any values', async () => {
    expect(await refused(project(), SWEEP)).toMatchInlineSnapshot(`
      "error: the sweep would have no member
        why  it has no parameter to vary
        fix  give values, for example --grid learning_rate=0.1,0.01 --grid seed=1,2,3
      "
    `);
  });

  test('of more than 100,000', async () => {
    const many = Array.from({ length: 400 }, (_, i) => i).join();
    const words = [...SWEEP, '--grid', `learning_rate=${many}`, '--grid', `seed=${many}`];
    expect(await refused(project(), words)).toMatchInlineSnapshot(`
      "error: the sweep would have 160,000 members
        why  a sweep has at most 100,000; this one is 400 learning_rate × 400 seed
        fix  give fewer values, or draw some at random: --random 1000 --draw …
      "
    `);
  });

  test('from a CSV file whose row lacks a value, or that has a column too many', async () => {
    const folder = project({ 'a.csv': 'layers,model\n3,vit\n4\n', 'b.csv': 'layers,modl\n3,vit\n' });
    expect(await refused(folder, [...SWEEP, '--from', 'a.csv'])).toMatchInlineSnapshot(`
      "error: the row has 1 cells and the header 2
        a.csv:3
        why  model would have no value
        fix  give one cell for each column; put a value with commas in double quotes
      "
    `);
    expect(await refused(folder, [...SWEEP, '--from', 'b.csv'])).toMatchInlineSnapshot(`
      "error: the template t has no modl
        b.csv:2
        fix  did you mean model?
      "
    `);
  });

  test('that would submit many, when nobody can be asked', async () => {
    const words = [...SWEEP, '--grid', 'seed=1,2,3,4,5,6,7,8,9,10,11', '--submit'];
    expect(await refused(project(), words)).toMatchInlineSnapshot(`
      "Sweep s: 11 experiments = 11 seed
        ids       s_s1 … s_s11
      error: this would create and submit 11 experiments and needs confirmation
        fix  add --yes
      "
    `);
  });
});

test('an export whose name tells no format is refused, and so is a column that does not exist', async () => {
  const folder = project();
  await folder.sheaf(NEW);
  expect(await refused(folder, ['export', 'results.xlsx'])).toMatchInlineSnapshot(`
    "error: the name results.xlsx does not tell the format
      why  export writes csv, tsv, json, jsonl, parquet, markdown, latex, html
      fix  let the name end in .csv, .tsv, .json, .jsonl, .parquet, .md, .tex, .html, or add --format csv
    Nothing was written.
    "
  `);
  expect(await refused(folder, ['export', 'r.csv', '--columns', 'learning_rat'])).toMatchInlineSnapshot(`
    "error: no experiment has a parameter, a result or a field "learning_rat"
      fix  did you mean learning_rate?
    "
  `);
});

test('a project that one may not write is read, and writing fails with exit code 1', async () => {
  const folder = project();
  await folder.sheaf(['init']);
  await folder.sheaf(NEW);
  const said = await asGuest(folder, ['list']);
  expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('x\tcreated') as string });
  const refusal = await asGuest(folder, NEW.with(2, 'y'));
  expect(refusal).toMatchObject({ exitCode: 1, stdout: '' });
  expect(steady(refusal.stderr, folder).replace(/symlink '[^']*'/, "symlink '<holder>'")).toMatchInlineSnapshot(`
    "error: cannot make <project>/.sheaf/claims/ids/y: you have no permission for that
      said EACCES: permission denied, symlink '<holder>' -> '<project>/.sheaf/claims/ids/y'
      fix  ask its owner for access, or work in a folder of your own
    "
  `);
});

/** As somebody who may read the project and not write it. Root gives up its right to do everything. */
async function asGuest(folder: TestFolder, words: readonly string[]): Promise<Ran> {
  const folders = globSync('{.,.sheaf,.sheaf/**}', { cwd: folder.path }).map((path) => join(folder.path, path));
  for (const path of folders) if (lstatSync(path).isDirectory()) chmodSync(path, 0o555);
  const powerless = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
  const [program = 'sheaf', ...rest] = [...powerless, 'sheaf', ...words];
  const ran = await folder.run([program, ...rest]);
  for (const path of folders) if (lstatSync(path).isDirectory()) chmodSync(path, 0o755);
  return ran;
}
