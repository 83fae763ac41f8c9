import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SheafError, type Problem } from '../core/errors.ts';
import { stagesOf } from '../core/experiment/frozen.ts';
import {
  compose,
  describeTemplate,
  listTemplates,
  loadTemplate,
  openProjectConfig,
  readLive,
  readResources,
  readValue,
  type Composed,
  type Overrides,
  type ProjectConfig,
} from './index.ts';

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** A project with a `sheaf.yaml` and templates by name. */
function project(
  templates: Readonly<Record<string, string>>,
  sheaf = 'scheduler: local\n',
  env: Record<string, string> = {},
): ProjectConfig {
  const root = mkdtempSync(join(tmpdir(), 'sheaf template $x '));
  roots.push(root);
  mkdirSync(join(root, 'templates'));
  writeFileSync(join(root, 'sheaf.yaml'), sheaf);
  for (const [name, text] of Object.entries(templates)) writeFileSync(join(root, 'templates', `${name}.yaml`), text);
  return openProjectConfig({ root, env });
}

const COMMAND = 'command: python train.py {{ flags }}\n';
const NOTHING: Overrides = { flags: [], sets: [] };

/** Overrides as on a command line: `--lr 0.1`, `--set a.b=1`. */
function line(...words: string[]): Overrides {
  const flags: { name: string; texts: string[] }[] = [];
  const sets: { path: string; text: string }[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === '--set') {
      const [path = '', text = ''] = (words[(i += 1)] ?? '').split(/=(.*)/s);
      sets.push({ path, text });
    } else if (word.startsWith('--')) {
      flags.push({ name: word.slice(2), texts: [] });
    } else {
      flags.at(-1)?.texts.push(word);
    }
  }
  return { flags, sets };
}

function made(template: string, overrides: Overrides = NOTHING, sheaf = `scheduler: local\n${COMMAND}`): Composed {
  return compose(loadTemplate(project({ t: template }, sheaf), 't'), overrides);
}

function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (error) {
    if (error instanceof SheafError) {
      expect(error.exitCode).toBe(2);
      return error.problems;
    }
    throw error;
  }
  return [];
}

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/templates');

function fixture(name: string): string {
  return readFileSync(join(FIXTURES, `${name}.yaml`), 'utf8');
}

describe('templates of people who never saw sheaf load as they are', () => {
  it.each(['imagenet_resnet', 'llm_finetune', 'ppo_atari'])('%s', (name) => {
    const config = project({ [name]: fixture(name) }, `scheduler: local\n${COMMAND}`);
    const composed = compose(loadTemplate(config, name), NOTHING);
    expect({
      expId: composed.expId,
      description: composed.description,
      ...composed.frozen,
      origins: undefined,
    }).toMatchSnapshot();
  });

  it('loading needs no command, making an experiment does', () => {
    const config = project({ imagenet_resnet: fixture('imagenet_resnet') });
    const loaded = loadTemplate(config, 'imagenet_resnet');
    expect(problemsOf(() => compose(loaded, NOTHING))).toEqual([
      {
        code: 'command.missing',
        message: 'there is nothing to run: neither templates/imagenet_resnet.yaml nor sheaf.yaml has a command',
        fix: 'add to sheaf.yaml: command: python train.py {{ flags }}',
        at: { file: 'templates/imagenet_resnet.yaml' },
      },
    ]);
  });

  it('exp_id and description are defaults that the command line overrides', () => {
    const config = project({ my_template: fixture('imagenet_resnet') }, `scheduler: local\n${COMMAND}`);
    const loaded = loadTemplate(config, 'my_template');
    const composed = compose(
      loaded,
      line(
        '--exp-id',
        'exp_lr_1e-4',
        '--description',
        'LR sweep: 1e-4',
        '--learning-rate',
        '0.00001',
        '--tags',
        'hp-sweep',
        'lr',
      ),
    );
    expect(composed).toMatchObject({ expId: 'exp_lr_1e-4', description: 'LR sweep: 1e-4', tags: ['hp-sweep', 'lr'] });
    expect(composed.frozen.params['learning_rate']).toBe(0.00001);
    expect(compose(loaded, line('--seed', '42')).frozen).toMatchObject({ params: { seed: 42 }, seeds: ['seed'] });
  });
});

describe('layers, from low to high', () => {
  const env = { SBATCH_ACCOUNT: 'env', SBATCH_PARTITION: 'env', SBATCH_QOS: 'env' };

  it('environment, user, project, parents, template, command line', () => {
    const root = mkdtempSync(join(tmpdir(), 'sheaf-layers-'));
    roots.push(root);
    const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
    mkdirSync(join(root, 'templates'));
    write('user.yaml', 'partition: user\nqos: user\nmem: 1G\ntime_limit: 10\n');
    write(
      'sheaf.yaml',
      `scheduler: local\nqos: project\nmem: 2G\ntime_limit: 20\nparams: {a: 1, b: 1, c: 1, d: 1}\n${COMMAND}`,
    );
    write('templates/p1.yaml', 'time_limit: 30\nb: 2\nc: 2\nd: 2\nm: {x: 1, y: 1}\n');
    write('templates/p2.yaml', 'c: 3\nd: 3\nm: {y: 2, z: [1, 2]}\n');
    write('templates/t.yaml', 'extends: [p1, p2]\nd: 4\nm: {z: [3]}\n');
    const config = openProjectConfig({ root, userConfig: join(root, 'user.yaml'), env });
    const { frozen } = compose(loadTemplate(config, 't'), line('--mem', '4G', '--set', 'm.x=9'));
    expect(frozen.params).toEqual({ a: 1, b: 2, c: 3, d: 4, m: { x: 9, y: 2, z: [3] } });
    expect(frozen.settings.resources).toEqual({
      account: 'env',
      partition: 'user',
      qos: 'project',
      mem: '4G',
      time_limit: 30,
    });
    const { sources, at } = frozen.origins;
    const origin = (path: string): unknown[] => {
      const [source = -1, ...place] = at[path] ?? [];
      return [sources[source], ...place];
    };
    expect(origin('/account')).toEqual(['$SBATCH_ACCOUNT']);
    expect(origin('/partition')).toEqual(['~/.config/sheaf/config.yaml', 1, 1]);
    expect(origin('/qos')).toEqual(['sheaf.yaml', 2, 1]);
    expect(origin('/mem')).toEqual(['command line']);
    expect(origin('/time_limit')).toEqual(['templates/p1.yaml', 1, 1]);
    expect(origin('/params/a')).toEqual(['sheaf.yaml', 5, 10]);
    expect(origin('/params/c')).toEqual(['templates/p2.yaml', 1, 1]);
    expect(origin('/params/d')).toEqual(['templates/t.yaml', 2, 1]);
    expect(origin('/params/m/x')).toEqual(['command line']);
    expect(origin('/params/m/y')).toEqual(['templates/p2.yaml', 3, 5]);
    expect(origin('/params/m/z')).toEqual(['templates/t.yaml', 3, 5]);
  });

  it('a parent that is reached twice counts once, where it comes first', () => {
    const config = project({
      a: 'x: a\ny: a\n',
      b: 'extends: a\nx: b\n',
      c: 'extends: a\ny: c\n',
      d: `extends: [b, c]\n${COMMAND}`,
    });
    expect(compose(loadTemplate(config, 'd'), NOTHING).frozen.params).toEqual({ x: 'b', y: 'c' });
  });

  it('an abstract template is only for others to extend', () => {
    const config = project({ base: `abstract: true\nx: 1\n${COMMAND}`, t: 'extends: base\n' });
    expect(compose(loadTemplate(config, 't'), NOTHING).frozen.params).toEqual({ x: 1 });
    expect(problemsOf(() => compose(loadTemplate(config, 'base'), NOTHING))).toMatchObject([
      { code: 'template.abstract' },
    ]);
  });

  it('stages of a template replace the command of the project, and the other way round', () => {
    const stages = 'stages:\n  train: {command: a}\n';
    expect(made(stages).frozen.settings).toEqual({ resources: {}, stages: { train: { command: 'a', resources: {} } } });
    expect(made('command: b\n', NOTHING, `scheduler: local\n${stages}`).frozen.settings).toEqual({
      resources: {},
      command: 'b',
    });
    expect(made(stages, line('--command', 'c')).frozen.settings).toEqual({ resources: {}, command: 'c' });
  });

  it('a harvest rule that is given again replaces the old one whole', () => {
    const config = project({
      p: "harvest: {acc: {log: 'a (x)'}, loss: {json: m.json, path: l}}\n",
      t: `extends: p\nharvest: {acc: {csv: h.csv, column: acc}, loss: null}\n${COMMAND}`,
    });
    expect(readLive(config, 't').harvest).toEqual({
      acc: {
        source: 'csv',
        file: 'h.csv',
        column: 'acc',
        pick: 'last',
        required: true,
        at: { file: 'templates/t.yaml', line: 2, column: 11 },
      },
    });
  });
});

describe('values of the command line are read by type', () => {
  const TEMPLATE = `
epochs: 90
lr: 0.1
tiny: 1e-4
name: resnet50
amp: false
sizes: [512, 512]
steps: [0.1, 0.5]
words: [a, b]
optimizer: {name: sgd, betas: [0.9, 0.999], inner: {on: true}}
anything: null
limit: .inf
big: 1
schema:
  anything: {required: false}
`;
  const param = (...words: string[]): unknown => {
    const { params, written } = made(TEMPLATE, line(...words)).frozen;
    const name = (words[0] === '--set' ? (words[1] ?? '') : (words[0] ?? '').slice(2)).split(/[.=]/)[0] ?? '';
    return written[`/${name}`] === undefined ? params[name] : [params[name], written[`/${name}`]];
  };

  it.each<[string[], unknown]>([
    [['--epochs', '10'], 10],
    [['--epochs', '1e3'], 1000],
    [
      ['--epochs', '010'],
      [10, '010'],
    ],
    [
      ['--big', '12345678901234567890'],
      [12345678901234567000, '12345678901234567890'],
    ],
    [['--lr', '1'], 1],
    [
      ['--lr', '1e-5'],
      [0.00001, '1e-5'],
    ],
    [
      ['--lr', '0.0000001'],
      [1e-7, '0.0000001'],
    ],
    [
      ['--lr', 'inf'],
      ['inf', 'inf'],
    ],
    [['--limit', '5'], 5],
    [
      ['--tiny', '-.5E-3'],
      [-0.0005, '-.5E-3'],
    ],
    [['--name', '1e-4'], '1e-4'],
    [['--name', 'NO'], 'NO'],
    [['--name', ''], ''],
    [['--name', 'a\'b; rm -rf ~ $(x) "é\n'], 'a\'b; rm -rf ~ $(x) "é\n'],
    [['--amp', 'true'], true],
    [['--amp'], true],
    [
      ['--sizes', '1', '2', '3'],
      [1, 2, 3],
    ],
    [
      ['--sizes', '[64, 64]'],
      [64, 64],
    ],
    [['--sizes'], []],
    [['--sizes', '5'], [5]],
    [
      ['--steps', '1', '1e-3'],
      [1, 0.001],
    ],
    [
      ['--words', '1', 'true'],
      ['1', 'true'],
    ],
    [
      ['--words', '[a b, "c,d"]'],
      ['a b', 'c,d'],
    ],
    [['--optimizer', '{name: adam, inner: {on: false}}'], { name: 'adam', betas: [0.9, 0.999], inner: { on: false } }],
    [['--set', 'optimizer.name=adam'], { name: 'adam', betas: [0.9, 0.999], inner: { on: true } }],
    [['--set', 'optimizer.betas.1=0.95'], { name: 'sgd', betas: [0.9, 0.95], inner: { on: true } }],
    [
      ['--set', 'sizes.0=7'],
      [7, 512],
    ],
    [
      ['--set', 'sizes.0=7', '--set', 'sizes.1=8'],
      [7, 8],
    ],
    [
      ['--sizes', '1', '2', '3', '--set', 'sizes.2=9'],
      [1, 2, 9],
    ],
    [['--set', 'name=a=b'], 'a=b'],
    [['--anything', '5'], 5],
    [['--anything', 'text'], 'text'],
    [
      ['--anything', '[1, a]'],
      [1, 'a'],
    ],
    [['--anything', '[draft'], '[draft'],
    [
      ['--anything', 'a', '2'],
      ['a', 2],
    ],
  ])('%j', (words, value) => {
    expect(param(...words)).toEqual(value);
  });

  it.each<[string, string[], string]>([
    [
      'dropout: 0',
      ['--dropout', '0.3'],
      'its default 0 makes dropout an int: write 0.0 in the template, or add schema: {dropout: {type: float}}',
    ],
    [
      'optimizer: {decay: 0}',
      ['--set', 'optimizer.decay=0.1'],
      'its default 0 makes optimizer.decay an int: write 0.0 in the template',
    ],
  ])('%s, which refuses other numbers, can be widened: %j', (text, words, fix) => {
    expect(problemsOf(() => made(`command: "true"\n${text}\n`, line(...words)))).toMatchObject([
      { code: 'param.type', fix },
    ]);
  });

  it('an int that a schema declares stays one', () => {
    const text = 'command: "true"\nn: 0\nschema: {n: {type: int}}\n';
    expect(problemsOf(() => made(text, line('--n', '0.3')))).toEqual([
      expect.not.objectContaining({ fix: expect.anything() as unknown }),
    ]);
  });

  it.each([
    ['--epochs', '1,2,3'],
    ['--set', 'epochs=1,2,3'],
  ])('several values for one experiment are refused with the command for a sweep: %s %s', (...words) => {
    const [problem] = problemsOf(() => made(TEMPLATE, line(...words)));
    expect(problem?.fix).toMatch(/^for an experiment with each of these: sheaf run \S+ --grid epochs=1,2,3$/);
  });

  it.each<[string[], string]>([
    [['--epochs', '2.5'], 'epochs must be an int, but is "2.5"'],
    [['--epochs', 'many'], 'epochs must be an int, but is "many"'],
    [['--epochs', 'null'], 'epochs must be an int, but is "null"'],
    [['--epochs'], 'epochs needs a value'],
    [['--epochs', '1', '2'], 'epochs takes one value, but gets 2: 1 2'],
    [['--lr', '1_000'], 'lr must be a float, but is "1_000"'],
    [['--amp', 'yes'], 'amp must be true or false, but is "yes"'],
    [['--sizes', '64', 'x'], 'sizes must be an int, but is "x" (item 1)'],
    [['--sizes', '[64, x]'], 'sizes must be an int, but is "x" (item 1)'],
    [['--sizes', '[64'], 'sizes must be a list such as [a, b], but is "[64"'],
    [['--optimizer', 'adam'], 'optimizer must be a map such as {a: 1}, but is "adam"'],
    [['--set', 'optimizer.betas.0=x'], 'optimizer.betas.0 must be a float, but is "x"'],
    [['--name', 'a\0b'], 'name has a NUL character, which no program can be given'],
    [['--name', '\uD800'], 'name has half a surrogate pair, which UTF-8 cannot hold'],
    [['--name', 'x'.repeat(140_000)], 'name is longer than the 128 KiB that a program can be given in one piece'],
    [['--num-gpus', '2.5'], 'num_gpus must be an int, but is "2.5"'],
  ])('%j is refused', (words, message) => {
    expect(problemsOf(() => made(TEMPLATE, line(...words)))).toMatchObject([
      {
        message,
        at: {
          file: `command line ${words[0] === '--set' ? `--set ${(words[1] ?? '').split('=')[0] ?? ''}` : (words[0] ?? '')}`,
        },
      },
    ]);
  });

  it.each<[string[], string, string | undefined]>([
    [['--lerning-rate', '1'], 'the template t has no --lerning-rate', 'did you mean --lr?'],
    [['--epoch', '1'], 'the template t has no --epoch', 'did you mean --epochs?'],
    [['--num-gpu', '1'], 'the template t has no --num-gpu', 'did you mean --num-gpus?'],
    [['--set', 'optimizer.nam=x'], 'the template t has no optimizer.nam', 'did you mean optimizer.name?'],
    [['--set', 'optimizer.inner.of=x'], 'the template t has no optimizer.inner.of', 'did you mean optimizer.inner.on?'],
    [['--set', 'epohcs=1'], 'the template t has no epohcs', 'did you mean epochs?'],
    [['--set', 'sizes.2=1'], 'sizes.2 is no item of the list', 'it has 2 items, counted from 0'],
    [['--set', 'epochs.x=1'], 'epochs.x leads into a value that is no map', 'set the whole value'],
    [['--set', 'harvest.x=1'], 'harvest.x cannot be set for one experiment', 'change the template'],
    [['--set', 'constructor=1'], 'the template t has no constructor', 'see all with: sheaf template show t'],
    [['--set', '__proto__.x=1'], 'the template t has no __proto__.x', 'see all with: sheaf template show t'],
  ])('%j is unknown', (words, message, fix) => {
    expect(problemsOf(() => made(TEMPLATE, line(...words)))).toMatchObject([{ message, fix }]);
  });

  it('members of a sweep may share a job, with limits of their own, per stage or not', () => {
    const resources = (...args: Parameters<typeof made>) => made(...args).frozen.settings.resources;
    expect(resources('pack: 4\n')).toEqual({ pack: { size: 4 } });
    expect(resources('pack: {size: 4, time_limit: 00:30:00, mem: 8G}\nrequeue: true\n')).toEqual({
      pack: { size: 4, time_limit: '00:30:00', mem: '8G' },
      requeue: true,
    });
    expect(resources('x: 1\n', NOTHING, `scheduler: local\npack: 2\nrequeue: true\n${COMMAND}`)).toEqual({
      pack: { size: 2 },
      requeue: true,
    });
    expect(resources('pack: {size: 4, mem: 8G}\n', line('--pack', '8', '--requeue', 'true'))).toEqual({
      pack: { size: 8 },
      requeue: true,
    });
    expect(resources('pack: 4\n', line('--pack', '{size: 8, mem: 500}'))).toEqual({ pack: { size: 8, mem: 500 } });
    expect(problemsOf(() => made('x: 1\n', line('--pack', 'four')))).toMatchObject([
      {
        code: 'config.type',
        message: 'pack must be a whole number from 1 or a map with one, but is "four"',
        fix: 'write how many share a job: 4, or {size: 4, time_limit: 00:30:00, mem: 8G}',
      },
    ]);
    const stages = 'stages:\n  a: {command: x}\n  b: {command: y, after: a, pack: 1, requeue: false}\n';
    const { settings } = made(`pack: 4\nrequeue: true\n${stages}`, line('--set', 'stages.a.pack=2')).frozen;
    expect(stagesOf(settings).map((stage) => [stage.resources.pack?.size, stage.resources.requeue])).toEqual([
      [2, true],
      [1, false],
    ]);
    expect(readResources({ pack: '4', requeue: 'true' })).toEqual({ pack: { size: 4 }, requeue: true });
  });

  it('all errors are reported at once', () => {
    expect(problemsOf(() => made(TEMPLATE, line('--epochs', 'x', '--lr', 'y', '--nonsense', 'z')))).toHaveLength(3);
  });

  it('a parameter below params: has a reserved name, and both can be given', () => {
    const { params, settings } = made(
      'num_gpus: 1\nparams: {num_gpus: 7}\n',
      line('--num-gpus', '2', '--set', 'params.num_gpus=8'),
    ).frozen;
    expect(params).toEqual({ num_gpus: 8 });
    expect(settings.resources).toEqual({ num_gpus: 2 });
  });

  it('names with dots are found whole', () => {
    const { params } = made(
      'trainer.max_epochs: 1\na: {b.c: {d: 1}}\n',
      line('--set', 'trainer.max_epochs=5', '--set', 'a.b.c.d=6'),
    ).frozen;
    expect(params).toEqual({ 'trainer.max_epochs': 5, a: { 'b.c': { d: 6 } } });
  });

  it('typed values come with how they were written, and are checked, too', () => {
    const values = [
      { pointer: '/lr', value: 0.001, written: '1e-3' },
      { pointer: '/sizes', value: [1, 2], written: { '/0': '01' } },
      { pointer: '/num_gpus', value: 2 },
      { pointer: '/partition', value: 'a100' },
      { pointer: '/optimizer/name', value: 'adam' },
    ];
    const { params, written, settings, origins } = made(TEMPLATE, {
      ...NOTHING,
      values,
      valuesSource: 'sweep lrwd',
    }).frozen;
    expect(params).toMatchObject({ lr: 0.001, sizes: [1, 2], optimizer: { name: 'adam' } });
    expect(written).toMatchObject({ '/lr': '1e-3', '/sizes/0': '01' });
    expect(settings.resources).toEqual({ num_gpus: 2, partition: 'a100' });
    expect(origins.sources[origins.at['/params/lr']?.[0] ?? -1]).toBe('sweep lrwd');
    expect(
      problemsOf(() =>
        made(TEMPLATE, {
          ...NOTHING,
          values: [
            { pointer: '/lr', value: 'x' },
            { pointer: '/epochs', value: null },
            { pointer: '/nope', value: 1 },
          ],
        }),
      ),
    ).toMatchObject([
      { code: 'param.type', message: 'lr must be a float, but is "x"' },
      { code: 'param.type', message: 'epochs must have a value, but is null' },
      { code: 'param.unknown' },
    ]);
  });

  it('one value is read for a sweep as its flag reads it', () => {
    const loaded = loadTemplate(project({ t: TEMPLATE }), 't');
    expect(readValue(loaded, 'lr', '1e-3')).toEqual({ value: 0.001, written: { '': '1e-3' } });
    expect(readValue(loaded, 'optimizer.name', '1')).toEqual({ value: '1', written: {} });
    expect(readValue(loaded, 'partition', 'a100')).toEqual({ value: 'a100', written: {} });
    expect(problemsOf(() => readValue(loaded, 'epochs', 'x'))).toMatchObject([
      { message: 'epochs must be an int, but is "x"' },
    ]);
    expect(problemsOf(() => readValue(loaded, 'epohcs', '1'))).toMatchObject([{ fix: 'did you mean epochs?' }]);
  });
});

describe('what must be given', () => {
  const TEMPLATE =
    'lr: null\nopt: {wd: null}\nschema:\n  depth: {type: int}\n  note: {type: str, required: false}\npartition: null\n';

  it('is reported with its place and its flag', () => {
    expect(problemsOf(() => made(TEMPLATE))).toEqual([
      {
        code: 'param.required',
        message: 'partition must be given',
        fix: 'give it: --partition VALUE',
        at: { file: 'templates/t.yaml', line: 6, column: 1 },
        excerpt: 'partition: null',
      },
      {
        code: 'param.required',
        message: 'lr must be given',
        fix: 'give it: --lr VALUE',
        at: { file: 'templates/t.yaml', line: 1, column: 1 },
        excerpt: 'lr: null',
      },
      {
        code: 'param.required',
        message: 'opt.wd must be given',
        fix: 'give it: --set opt.wd=VALUE',
        at: { file: 'templates/t.yaml', line: 2, column: 7 },
        excerpt: 'opt: {wd: null}',
      },
      {
        code: 'param.required',
        message: 'depth must be given',
        fix: 'give it: --depth VALUE',
        at: { file: 'templates/t.yaml' },
      },
    ]);
  });

  it('and is enough once given', () => {
    const { params } = made(
      TEMPLATE,
      line('--lr', '0.1', '--set', 'opt.wd=0', '--depth', '18', '--partition', 'x'),
    ).frozen;
    expect(params).toEqual({ lr: 0.1, opt: { wd: 0 }, depth: 18 });
  });
});

describe('schema', () => {
  const TEMPLATE = `lr: 0.1
size: 64
data_seed: 1
num_cpus: 4
layers: [1, 2]
schema:
  lr: {type: float, range: [0, 1], help: Step size}
  size: {choices: [32, 64]}
  data_seed: {role: seed}
  num_cpus: {type: int}
  layers: {range: [1, .inf]}
`;

  it('declares range, choices, help and seeds, also of a nearly reserved name', () => {
    const loaded = loadTemplate(project({ t: `description: Try\nnum_gpus: 2\n${TEMPLATE}` }), 't');
    expect(describeTemplate(loaded)).toMatchObject({
      name: 't',
      path: 'templates/t.yaml',
      description: 'Try',
      parameters: [
        { name: 'lr', type: 'float', default: 0.1, required: false, help: 'Step size', range: [0, 1] },
        { name: 'size', type: 'int', default: 64, choices: [32, 64] },
        { name: 'data_seed', type: 'int', seed: true },
        { name: 'num_cpus', type: 'int', default: 4 },
        { name: 'layers', type: 'list', range: [1, Infinity] },
      ],
    });
    expect(describeTemplate(loaded).reserved.find(({ name }) => name === 'num_gpus')).toEqual({
      name: 'num_gpus',
      group: 'resources',
      type: 'count0',
      help: 'GPUs per node',
      value: 2,
      written: {},
    });
    expect(made(TEMPLATE, line('--seed', '3')).frozen.seeds).toEqual(['data_seed', 'seed']);
  });

  it('parameters with the name of a seed are seeds, unless the schema or the type says otherwise', () => {
    const params = 'random_state: 0\ntorch_seed: 1\ndataSeed: 2\nseed_length: 3\nmin_seed: 4\nseed_everything: true\n';
    expect(made(`${params}schema: {min_seed: {role: none}}\n`, line()).frozen.seeds).toEqual([
      'random_state',
      'torch_seed',
      'dataSeed',
    ]);
    expect(made('random_state: 0.5\nschema: {seed: {role: none}}\n', line('--seed', '3')).frozen.seeds).toEqual([]);
  });

  it('a value that reads like an entry of the schema gets a warning that says where it belongs', () => {
    const { warnings } = made('random_state: {default: 0, role: seed}\noptimizer: {type: adam}\n', line());
    expect(warnings).toEqual([
      'templates/t.yaml: the value of random_state is the map {default: 0, role: seed}; to describe a parameter, ' +
        'write random_state: 0 and schema: {random_state: {role: seed}}',
    ]);
  });

  it.each<[string[], string]>([
    [['--lr', '2'], 'lr must be from 0 to 1, but is 2'],
    [['--lr', 'nan'], 'lr must be from 0 to 1, but is nan'],
    [['--size', '48'], 'size must be one of 32, 64, but is 48'],
    [['--layers', '3', '0'], 'layers must be from 1 to Infinity, but is 0 (item 1)'],
  ])('%j is refused', (words, message) => {
    expect(problemsOf(() => made(TEMPLATE, line(...words)))).toMatchObject([{ message }]);
  });

  it.each([
    ['lr: 5\nschema: {lr: {range: [0, 1]}}\n', 'param.range', 'lr must be from 0 to 1, but is 5', 1, 1],
    ['lr: fast\nschema: {lr: {type: float}}\n', 'param.type', 'lr must be a float, but is "fast"', 1, 1],
    [
      'schema: {lr: {type: flaot}}\n',
      'schema.form',
      'schema.lr.type must be one of int, float, str, bool, list, map, but is "flaot"',
      1,
      15,
    ],
    ['schema: {lr: {typ: float}}\n', 'config.key.unknown', 'there is no key "typ" in schema.lr', 1, 15],
    [
      'schema: {lr: {range: [1, 0]}}\n',
      'schema.form',
      'schema.lr.range must be two numbers, the lower one first: [0, 1], but is [1,0]',
      1,
      15,
    ],
    ['schema: {lr: {role: x}}\n', 'schema.form', 'schema.lr.role must be seed or none, but is "x"', 1, 15],
    ['schema: {lr: float}\n', 'schema.form', 'schema.lr must be a map, but is "float"', 1, 10],
    ['schema: [lr]\n', 'schema.form', 'schema must be a map of parameters, but is ["lr"]', 1, 1],
  ])('%j', (template, code, message, lineNumber, column) => {
    expect(problemsOf(() => loadTemplate(project({ t: template }), 't'))).toMatchObject([
      { code, message, at: { file: 'templates/t.yaml', line: lineNumber, column } },
    ]);
  });
});

describe('bad templates get a sentence with place and remedy', () => {
  const problem = (template: string): readonly Problem[] => problemsOf(() => made(template));

  it('one that does not exist', () => {
    const config = project({ resnet: 'a: 1\n', vit: 'a: 1\n' });
    expect(problemsOf(() => loadTemplate(config, 'resnte'))).toEqual([
      {
        code: 'template.unknown',
        message: 'there is no template "resnte"',
        why: 'templates/resnte.yaml does not exist',
        fix: 'did you mean resnet?',
      },
    ]);
    expect(problemsOf(() => loadTemplate(config, 'bert'))).toMatchObject([{ fix: 'there are resnet, vit' }]);
    expect(problemsOf(() => loadTemplate(config, '../x'))).toMatchObject([{ code: 'template.name' }]);
    expect(listTemplates(config.root)).toEqual(['resnet', 'vit']);
  });

  it.each([
    {
      what: 'is nearly a reserved one',
      key: 'num_gpu',
      value: '8',
      type: 'int',
      message: '"num_gpu" is probably a misspelt "num_gpus"',
      why: 'num_gpus is not set by it',
      fix: 'rename it to num_gpus',
    },
    {
      what: 'only Slurm or submitit has',
      key: 'gpus-per-node',
      value: '4',
      type: 'int',
      message: '"gpus-per-node" is not what sheaf calls it',
      why: 'the job asks for nothing by it',
      fix: 'write num_gpus',
    },
    {
      what: 'only Slurm has, and that is two settings',
      key: 'gres',
      value: 'gpu:4',
      type: 'str',
      message: '"gres" is not what sheaf calls it',
      why: 'the job asks for nothing by it',
      fix: 'write num_gpus, and gpu_type for their type',
    },
  ])('a key that $what', ({ key, value, type, message, why, fix }) => {
    expect(problem(`a: 1\n${key}: ${value}\n`)).toEqual([
      {
        code: 'template.key.suspect',
        message,
        why: `as written it is a parameter of the training code, and ${why}`,
        fix: `${fix}; or, if the code really takes ${key}, declare it: schema: {${key}: {type: …}}`,
        at: { file: 'templates/t.yaml', line: 2, column: 1 },
        excerpt: `${key}: ${value}`,
      },
    ]);
    expect(problem(`${key}: ${value}\nschema: {${key}: {type: ${type}}}\n`)).toEqual([]);
    expect(problem(`params: {${key}: ${value}}\n`)).toEqual([]);
  });

  it('one that extends itself by way of others', () => {
    const config = project({ a: 'extends: b\n', b: 'x: 1\nextends: [c]\n', c: 'extends: a\n' });
    expect(problemsOf(() => loadTemplate(config, 'a'))).toEqual([
      {
        code: 'template.extends.cycle',
        message: 'templates extend each other in a circle: a → b → c → a',
        fix: 'take one of them out of extends',
        at: { file: 'templates/c.yaml', line: 1, column: 1 },
        excerpt: 'extends: a',
      },
    ]);
    expect(problemsOf(() => loadTemplate(project({ a: 'extends: a\n' }), 'a'))).toMatchObject([
      { message: 'templates extend each other in a circle: a → a' },
    ]);
  });

  it('one that extends what does not exist', () => {
    const config = project({ a: 'extends: bb\n', bb: 'extends:\n  - baes\n', base: 'x: 1\n' });
    expect(problemsOf(() => loadTemplate(config, 'a'))).toEqual([
      {
        code: 'template.extends.missing',
        message: 'there is no template "baes", which is extended: a → bb → baes',
        fix: 'did you mean base?',
        at: { file: 'templates/bb.yaml', line: 2, column: 5 },
        excerpt: '  - baes',
      },
    ]);
  });

  it.each([
    ['a: 1\na: 2\n', 'yaml.key.duplicate', 2, 1],
    ['a:\n\tb: 1\n', 'yaml.tab', 2, 1],
    ['a: 1\nparams: {a: 2}\n', 'yaml.key.duplicate', 1, 1],
    ['-x: 1\n', 'param.name', 1, 1],
    ['"a b": 1\n', 'param.name', 1, 1],
    ['<<: {a: 1}\n', 'param.name', 1, 1],
    ['params:\n  "--x": 1\n', 'param.name', 2, 3],
    ['flags: 1\n', 'template.key.taken', 1, 1],
    ['a-b: 1\na_b: 2\n', 'param.clash', 2, 1],
    ['x: "a\\0b"\n', 'param.text', 1, 1],
    ['x: {y: ["a\\0b"]}\n', 'param.text', 1, 1],
    ['x: ["\\uD800"]\n', 'param.text', 1, 1],
    ['command: a\nstages: {x: {command: b}}\n', 'template.command.twice', 2, 1],
    ['launcher: mpirun\n', 'config.type', 1, 1],
    ['launcher: {processes: 2}\n', 'config.missing', 1, 1],
    ['launcher: {use: srun, args: {a: 1}}\n', 'config.type', 1, 23],
    ['environment: [cuda]\n', 'config.type', 1, 1],
    ['environment: {cuda: 12}\n', 'config.key.unknown', 1, 15],
    ['environment: {modules: {load: {a: 1}}}\n', 'config.type', 1, 25],
    ['environment: {container: {binds: [/a]}}\n', 'config.missing', 1, 15],
    ['environment:\n  exports: {1X: a}\n', 'environment.name', 2, 13],
    ['environment:\n  exports: {SLURM_X: a}\n', 'environment.name', 2, 13],
    ['environment:\n  exports: {HF_TOKEN: abc}\n', 'environment.secret', 2, 13],
    ['environment:\n  exports: {DB: "postgres://ada:pw@db/x"}\n', 'environment.secret', 2, 13],
    ['environment:\n  setup: ["a\\0b"]\n', 'config.type', 2, 3],
    ['script: job.sh.j2\n', 'script.missing', 1, 1],
    ['code: copy\n', 'config.type', 1, 1],
    ['code: {link: /data}\n', 'config.type', 1, 8],
    ['code: {copy: [../data]}\n', 'config.type', 1, 8],
    ['code: {link: [pkg/a.py], copy: [pkg]}\n', 'code.overlap', 1, 1],
    ['checkpoint: {pick: newest}\n', 'config.missing', 1, 1],
    ['checkpoint: {path: a, pick: best}\n', 'config.type', 1, 23],
    ['retry: 3\n', 'config.type', 1, 1],
    ['retry: {max: 3}\n', 'config.key.unknown', 1, 9],
    ['retry: {host_oom: {mem: 1.5x}}\n', 'config.type', 1, 20],
    ['retry: {gpu_oom: sometimes}\n', 'config.type', 1, 9],
    ['monitor: {gpu: true}\n', 'config.key.unknown', 1, 11],
    ['monitor: -1\n', 'config.type', 1, 1],
    ['requeue: {on: [oom]}\n', 'config.type', 1, 11],
    ['requeue: {signal: KILL}\n', 'config.type', 1, 11],
    ['time_limit: 8h\n', 'config.type', 1, 1],
    ['mem: 16GiB\n', 'config.type', 1, 1],
    ['num_gpus: two\n', 'config.type', 1, 1],
    ['num_gpus: -1\n', 'config.type', 1, 1],
    ['num_nodes: 0\n', 'config.type', 1, 1],
    ['requeue: 3\n', 'config.type', 1, 1],
    ['pack: 0\n', 'config.type', 1, 1],
    ['pack: {}\n', 'config.type', 1, 1],
    ['pack: [4]\n', 'config.type', 1, 1],
    ['pack: {mem: 8G}\n', 'pack.size', 1, 1],
    ['pack: {size: two}\n', 'config.type', 1, 8],
    ['pack: {size: 2, mem: null}\n', 'config.type', 1, 17],
    ['pack: {size: 2, time_limit: 8h}\n', 'config.type', 1, 17],
    ['pack: {size: 2, mem: auto}\n', 'config.type', 1, 17],
    ['cpus_per_task: auto\n', 'config.type', 1, 1],
    ['pack: {size: 2, gpus: 1}\n', 'config.key.unknown', 1, 17],
    ['stages:\n  a: {command: x, pack: 1.5}\n', 'config.type', 2, 19],
    ['account: "a\\nb"\n', 'config.text', 1, 1],
    ['account: {a: 1}\n', 'config.type', 1, 1],
    ['sbatch: {--mail-type: END}\n', 'sbatch.option', 1, 10],
    ['sbatch: {output: x}\n', 'sbatch.own', 1, 10],
    ['sbatch: {clusters: other}\n', 'sbatch.own', 1, 10],
    ['sbatch: {cluster: other}\n', 'sbatch.own', 1, 10],
    ['sbatch: {export: NONE}\n', 'sbatch.own', 1, 10],
    ['sbatch: {m: other}\n', 'sbatch.option', 1, 10],
    ['sbatch: {comment: "a\\nb"}\n', 'sbatch.value', 1, 10],
    ['sbatch: END\n', 'config.type', 1, 1],
    ['tags: {a: 1}\n', 'config.type', 1, 1],
    ['exp_id: ../x\n', 'exp_id.illegal', 1, 1],
    ['extends: {a: 1}\n', 'template.extends', 1, 1],
    ['command: ""\n', 'config.type', 1, 1],
    ['command: [a]\n', 'config.type', 1, 1],
    ['stages: [a]\n', 'stages.form', 1, 1],
    ['stages: {a: x}\n', 'stages.form', 1, 10],
    ['stages: {a: {comand: x}}\n', 'config.key.unknown', 1, 14],
    ['stages:\n  a: {command: x, after: c}\n', 'stages.after', 2, 19],
    ['stages:\n  ../a: {command: x}\n', 'stage.name', 2, 3],
    ['stages:\n  a: {command: x, launcher: mpirun}\n', 'config.type', 2, 19],
    ['stages:\n  a: {command: x, mem: lots}\n', 'config.type', 2, 19],
    ["harvest: {acc: {log: 'acc=(\\S+'}}\n", 'harvest.pattern', 1, 17],
    ["harvest: {acc: {log: 'acc=\\S+'}}\n", 'harvest.pattern', 1, 17],
    ["harvest: {acc: {log: '(?Q<value>x)'}}\n", 'harvest.pattern', 1, 17],
    ['harvest:\n  acc: {json: a, csv: b}\n', 'harvest.source', 2, 3],
    ['harvest:\n  acc: {file: b}\n', 'harvest.source', 2, 3],
    ['harvest:\n  acc: {json: a}\n', 'harvest.form', 2, 3],
    ['harvest:\n  acc: {csv: a, colum: b}\n', 'config.key.unknown', 2, 17],
    ['harvest:\n  acc: {log: (x), pick: newest}\n', 'harvest.form', 2, 19],
    ['harvest:\n  acc: {log: (x), stage: evla}\n', 'harvest.form', 2, 19],
    ['harvest: [a]\n', 'harvest.form', 1, 1],
    ['export: {columns: 3}\n', 'export.form', 1, 10],
    ['export: {colums: [a]}\n', 'config.key.unknown', 1, 10],
  ])('%j is %s', (template, code, lineNumber, column) => {
    const [first] = problem(template);
    expect(first).toMatchObject({ code, at: { file: 'templates/t.yaml', line: lineNumber, column } });
    expect(first?.excerpt).toBe(template.split('\n')[lineNumber - 1]);
  });

  it('a list that is longer than a program can be given is refused, at its line', () => {
    const template = `x: [${'long, '.repeat(30_000)}]\n`;
    expect(problem(template)).toMatchObject([{ code: 'param.long', at: { line: 1, column: 1 } }]);
  });

  it('stages that wait for each other', () => {
    expect(problem('stages:\n  a: {command: x, after: b}\n  b: {command: x, after: a}\n')).toMatchObject([
      {
        code: 'stages.cycle',
        message: 'stages wait for each other in a circle: a → b → a',
        at: { line: 2, column: 19 },
      },
      {
        code: 'stages.cycle',
        message: 'stages wait for each other in a circle: b → a → b',
        at: { line: 3, column: 19 },
      },
    ]);
  });

  it('an undefined name in a command, at its very character', () => {
    expect(problem('lr: 1\ncommand: |\n  python a.py \\\n    --lr {{ lrr }}\n  echo {{ modle | upper }}\n')).toEqual([
      {
        code: 'jinja.undefined',
        message: 'lrr is not defined',
        fix: 'did you mean lr?',
        at: { file: 'templates/t.yaml', line: 4, column: 13 },
        excerpt: '    --lr {{ lrr }}',
      },
      {
        code: 'jinja.undefined',
        message: 'modle is not defined',
        fix: 'add modle to the template, with a default or null',
        at: { file: 'templates/t.yaml', line: 5, column: 11 },
        excerpt: '  echo {{ modle | upper }}',
      },
    ]);
    expect(problem('stages:\n  a: {command: "run {{ x }}"}\n')).toMatchObject([
      { code: 'jinja.undefined', at: { file: 'templates/t.yaml', line: 2, column: 24 } },
    ]);
    expect(problemsOf(() => made('a: 1\n', NOTHING, 'scheduler: local\ncommand: run {{ b }}\n'))).toMatchObject([
      { at: { file: 'sheaf.yaml', line: 2, column: 17 } },
    ]);
    expect(problemsOf(() => made('a: 1\n', line('--command', 'run {{ b }}')))).toMatchObject([
      { at: { file: 'command line --command' } },
    ]);
  });

  it('a value in a here-document', () => {
    expect(problem('lr: 1\ncommand: |\n  cat <<EOF > c.yaml\n  lr: {{ lr }}\n  EOF\n')).toEqual([
      {
        code: 'command.place',
        message: '{{ lr }} is not allowed in a here-document',
        why: 'no quotes would keep every value from becoming shell code there',
        fix: 'use "$SHEAF_P_lr", the environment variable that carries it',
        at: { file: 'templates/t.yaml', line: 4, column: 7 },
        excerpt: '  lr: {{ lr }}',
      },
    ]);
  });

  it.each([
    ['command: "echo \'{{ a"\n', 'jinja.syntax', 17],
    ["command: echo 'x\n", 'command.unclosed', 15],
    ['command: echo "{{ flags }}"\n', 'command.words', 16],
    ['command: echo $(( {{ stage }} ))\n', 'command.place', 19],
    ['command: echo {{ num_gpus }}\n', 'jinja.value', 18],
    ['command: echo {{ seed }}\n', 'jinja.undefined', 18],
    ['"2d": 1\ncommand: echo {{ hydra }}\n', 'jinja.value', 15],
  ])('%j is %s', (template, code, column) => {
    expect(problem(template)).toMatchObject([{ code, at: { file: 'templates/t.yaml', column } }]);
  });
});

describe('sheaf.yaml', () => {
  it('holds what a project is', () => {
    const config = project(
      {},
      `project: demo\nscheduler: slurm\nexperiments: /scratch/x\naccount: 0123\nexport: {columns: [exp_id, acc]}
cluster:\n  partitions: {a100: {gpu_type: A100, gpus_per_node: 4}}\n  local: {cpus: 4, gpus: 2}\n`,
    );
    expect(config).toMatchObject({
      project: 'demo',
      scheduler: 'slurm',
      experiments: '/scratch/x',
      exportColumns: ['exp_id', 'acc'],
      cluster: {
        partitions: { a100: { gpu_type: 'A100', gpus_per_node: 4 } },
        gpus: {},
        local: { cpus: 4, gpus: 2 },
      },
    });
  });

  it('may be nearly empty, or all comments', () => {
    const config = project(
      { t: COMMAND },
      'cluster:\n  # partitions:\nparams:\n  # a: 1\nharvest:\nsbatch:\nexport:\n',
    );
    expect(config.scheduler).toBeUndefined();
    expect(config).toMatchObject({
      cluster: { partitions: {}, gpus: {}, local: {} },
      experiments: join(config.root, 'experiments'),
    });
    expect(compose(loadTemplate(config, 't'), NOTHING).frozen.settings.resources).toEqual({});
  });

  it.each(['cluster: nyu\n', 'cluster: NYU\n', 'cluster: {profile: nyu, partitions: {mine: {gpu_type: a100}}}\n'])(
    '%j names a profile',
    (text) => {
      const { cluster } = project({}, text);
      expect(cluster.profile).toBe('nyu');
      expect(Object.keys(cluster.partitions)).toEqual(text.includes('mine') ? ['mine'] : []);
    },
  );

  it.each([
    ['acount: x\n', 'project.key.unknown', 'did you mean account?', 1],
    ['scheduler: local\nlearning_rate: 0.1\n', 'project.key.unknown', 'if it is a parameter, put it below params:', 2],
    ['exp_id: x\n', 'project.key.unknown', 'it belongs in a template', 1],
    ['scheduler: pbs\n', 'project.scheduler', 'write local or slurm', 1],
    ['integrations: {wandb: {projekt: vision}}\n', 'config.key.unknown', 'did you mean project?', 1],
    ['cluster: atlas\n', 'cluster.profile', 'write the partitions below cluster: partitions:, or leave it out', 1],
    [
      'cluster: {profile: 3}\n',
      'cluster.profile',
      'write the partitions below cluster: partitions:, or leave it out',
      1,
    ],
    ['cluster: {gpus: {npu: 3}}\n', 'config.type', 'write for example {arch: hopper, memory_gb: 64}', 1],
    ['cluster: {partition: {}}\n', 'config.key.unknown', 'did you mean partitions?', 1],
    ['cluster: {local: {cpus: 0}}\n', 'config.type', undefined, 1],
    ['integrations: {mlflow: {tracking_uri: sqlite:///m.db}}\n', 'config.type', undefined, 1],
    ['project: 3\n', 'config.type', undefined, 1],
  ])('%j is %s', (text, code, fix, lineNumber) => {
    const [first] = problemsOf(() => project({}, text));
    expect(first).toMatchObject({ code, at: { file: 'sheaf.yaml', line: lineNumber } });
    expect(first?.fix).toBe(fix);
  });

  it('what belongs to one project is refused in the configuration of a user', () => {
    const root = mkdtempSync(join(tmpdir(), 'sheaf-user-'));
    roots.push(root);
    mkdirSync(join(root, '.config/sheaf'), { recursive: true });
    writeFileSync(join(root, '.config/sheaf/config.yaml'), 'account: me\nscheduler: slurm\n');
    expect(problemsOf(() => openProjectConfig({ root, env: { HOME: root } }))).toMatchObject([
      {
        code: 'project.key.unknown',
        fix: 'it belongs in the sheaf.yaml of a project',
        at: { file: '~/.config/sheaf/config.yaml', line: 2, column: 1 },
      },
    ]);
  });
});

describe('resources of one submission', () => {
  it('are read from texts', () => {
    expect(
      readResources({ time_limit: '02:00:00', 'num-gpus': '2', partition: 'a', mem: '500', 'sbatch.mail-type': 'END' }),
    ).toEqual({
      time_limit: '02:00:00',
      num_gpus: 2,
      partition: 'a',
      mem: '500',
      sbatch: { 'mail-type': 'END' },
    });
  });

  it('limits may be auto', () => {
    expect(readResources({ time_limit: 'auto', mem: 'auto' })).toEqual({ time_limit: 'auto', mem: 'auto' });
  });

  it('memory may be none: a job states none then', () => {
    expect(readResources({ mem: 'none' })).toEqual({ mem: 'none' });
    expect(problemsOf(() => readResources({ time_limit: 'none' }))).toMatchObject([{ code: 'config.type' }]);
  });

  it('or refused', () => {
    expect(problemsOf(() => readResources({ time_limt: '1', epochs: '2', mem: 'x' }))).toMatchObject([
      { code: 'resources.unknown', fix: 'did you mean time_limit?' },
      { code: 'resources.unknown' },
      { code: 'config.type', at: { file: 'command line --set mem' } },
    ]);
  });
});

it('what people say of an experiment may be empty, or have several lines', () => {
  const { description, notes, tags } = made('description: ""\nnotes: ["a\\nb"]\ntags: []\n');
  expect({ description, notes, tags }).toEqual({ description: '', notes: ['a\nb'], tags: [] });
  expect(made('a: 1\n', line('--description', '', '--notes', 'x\ny', 'z'))).toMatchObject({
    description: '',
    notes: ['x\ny', 'z'],
  });
});

it('harvest rules have defaults', () => {
  const config = project({
    t: "harvest:\n  acc: {log: 'acc=(\\S+)'}\n  f1: {json: m.json, path: eval.f1, required: false}\n  loss: {csv: h.csv, column: loss, pick: min}\n",
  });
  expect(readLive(config, 't').harvest).toEqual({
    acc: {
      source: 'log',
      pattern: 'acc=(\\S+)',
      file: 'out',
      pick: 'last',
      required: true,
      at: { file: 'templates/t.yaml', line: 2, column: 3 },
    },
    f1: {
      source: 'json',
      file: 'm.json',
      path: 'eval.f1',
      required: false,
      at: { file: 'templates/t.yaml', line: 3, column: 3 },
    },
    loss: {
      source: 'csv',
      file: 'h.csv',
      column: 'loss',
      pick: 'min',
      required: true,
      at: { file: 'templates/t.yaml', line: 4, column: 3 },
    },
  });
});

it('a parameter that is called like a key of sheaf.yaml is pointed out', () => {
  expect(made('cluster: kmeans\nscheduler: cosine\n').warnings).toEqual([
    'templates/t.yaml: "cluster" is a parameter here; the setting of that name belongs in sheaf.yaml',
  ]);
});

it('a harvest rule that is called like a parameter is pointed out, with another name for it', () => {
  const template = `loss: mse\noptim: {lr: 0.1}\nschema: {depth: {type: int, required: false}}\n`;
  const rules =
    "harvest: {loss: {log: 'l=(x)'}, optim.lr: {log: 'o=(x)'}, depth: {log: 'd=(x)'}, optim: {log: 'p=(x)'}}\n";
  expect(made(template + rules).warnings).toEqual(
    ['loss', 'optim.lr', 'depth'].map(
      (name) =>
        `templates/t.yaml: ${name} is a parameter and a harvest rule, so that tables cannot use the name; rename the rule, for example to ${name}_result`,
    ),
  );
});

describe('a parameter that may be meant as a setting', () => {
  const warnings = (template: string): readonly string[] => loadTemplate(project({ t: template }), 't').warnings;
  const COMMAND = 'command: python train.py {{ flags }}\n';

  it('is warned of', () => {
    expect(warnings(`gpus: 4\n${COMMAND}`)).toEqual([
      'templates/t.yaml: "gpus" is a parameter here, by which the job asks for nothing; the setting is num_gpus. ' +
        'If the code takes gpus, declare it: schema: {gpus: {type: …}}',
    ]);
  });

  it.each([
    ['the schema declares it', `gpus: 4\nschema: {gpus: {type: int}}\n${COMMAND}`],
    ['the command has it by its name', 'gpus: 4\ncommand: python train.py --gpus {{ gpus }}\n'],
    ['the setting is there, too', `gpus: 4\nnum_gpus: 4\n${COMMAND}`],
    ['it is below params', `params: {gpus: 4}\n${COMMAND}`],
  ])('is not warned of if %s', (_, template) => {
    expect(warnings(template)).toEqual([]);
  });
});
