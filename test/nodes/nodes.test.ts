import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { describeNodes } from '../support/nodes.ts';
import { testFolder, type Ran, type TestFolder } from '../support/run-sheaf.ts';
import nodes from './package.json' with { type: 'json' };

const root: string = join(import.meta.dirname, '../..');

/** The package as a program finds it that was installed beside it. */
function installLibrary(project: string): void {
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  symlinkSync(root, join(project, 'node_modules/sheaf'));
}

/** The example project, with a commit, and its commands under that Node. */
function digits(node: string): {
  path: string;
  run: TestFolder['run'];
  ok: (...words: readonly string[]) => Promise<string>;
} {
  const folder = testFolder();
  const { path } = folder;
  const run: TestFolder['run'] = (argv, settings) => folder.run(argv, settings);
  cpSync(join(root, 'examples/digits'), path, { recursive: true });
  const sheaf: TestFolder['sheaf'] = (words, settings) =>
    run([join(root, 'bin/sheaf'), ...words], { ...settings, env: { ...settings?.env, SHEAF_NODE: node } });
  const ok = async (...words: readonly string[]): Promise<string> => {
    const ran = await sheaf(words);
    expect(ran, `sheaf ${words.join(' ')}\n${ran.stderr}`).toMatchObject({ exitCode: 0 });
    expect(ran.stderr).not.toContain('ExperimentalWarning');
    return ran.stdout;
  };
  return { path, run, ok };
}

describeNodes('the command', (node) => {
  test('makes, runs, shows and exports experiments', async () => {
    const { path, ok, run } = digits(node);
    const git = ['git', '-c', 'user.name=x', '-c', 'user.email=x@x'] as const;
    for (const words of [
      ['init', '-q'],
      ['add', '-A'],
      ['commit', '-qm', 'first'],
    ])
      await run([...git, ...words]);

    expect(await ok('template', 'list')).toContain('softmax');
    await ok('new', '--template', 'softmax', '--exp-id', 'one', '--epochs', '3', '--learning-rate', '0.2');
    await ok('submit', 'one');
    const grid = ['--grid', 'learning_rate=0.1,1.0', '--epochs', '3'];
    await ok('sweep', '--template', 'softmax', '--name', 'lr', ...grid, '--submit', '--max-parallel', '2', '--yes');
    await ok('wait', '--sweep', 'lr');
    await ok('wait', 'one');
    await ok('harvest', '--all');

    expect(await ok('list', '--columns', 'exp_id,status,accuracy')).toMatch(/^lr_lr1.0\tcompleted\t0\.9\d+$/m);
    expect(await ok('compare', '--where', 'accuracy > 0.5', '--group-by', 'learning_rate')).toContain('0.2');
    expect(await ok('status', 'one')).toContain('completed');
    expect(await ok('show', 'one', '--json')).toContain('"accuracy"');
    expect(await ok('logs', 'one')).toContain('epoch 3');
    expect(await ok('compare', 'lr_lr0.1', 'lr_lr1.0')).toContain('learning_rate');
    expect(await ok('diff', 'lr_lr0.1', 'lr_lr1.0')).toContain('learning_rate');
    await ok('checkout', 'one', 'code-of-one');
    expect(existsSync(join(path, 'code-of-one/train.py'))).toBe(true);

    for (const format of ['csv', 'tsv', 'json', 'tex', 'parquet']) await ok('export', `results.${format}`);
    for (const format of ['svg', 'png', 'pdf', 'html']) await ok('plot', 'train_loss', '-o', `loss.${format}`);
    const head = (name: string): string => readFileSync(join(path, name), 'latin1').slice(0, 4);
    expect(head('results.parquet')).toBe('PAR1');
    expect([head('loss.svg'), head('loss.png'), head('loss.pdf')]).toEqual(['<svg', '\u0089PNG', '%PDF']);

    await ok('tag', 'one', '--add', 'good');
    await ok('clone', 'one', 'two', '--seed', '7');
    await ok('rename', 'two', 'three');
    await ok('rm', 'three', '--yes');
    await ok('archive', 'one');
    await ok('prune', '--yes');
    expect(await ok('doctor')).toContain('journal');
    expect(await ok('info')).toContain(`node`);
    await ok('estimate', '--model', 'resnet50', '--batch-size', '32');
  }, 120_000);

  test('takes a run through failure, retry and cancellation', async () => {
    const { path, ok } = digits(node);
    const template = (name: string, command: string): void =>
      writeFileSync(join(path, `templates/${name}.yaml`), `command: |\n  ${command}\n`);
    template('fails', 'test -e repaired');
    template('sleeps', 'sleep 600');
    await ok('new', '--template', 'fails', '--exp-id', 'fails');
    await ok('new', '--template', 'sleeps', '--exp-id', 'sleeps');
    await ok('submit', 'sleeps', 'fails');
    await ok('cancel', 'sleeps', '--yes');
    const status = async (expId: string): Promise<string> => await ok('list', '--where', `exp_id = ${expId}`);
    await ok('wait', 'sleeps', 'fails').catch(() => undefined);
    expect(await status('sleeps')).toContain('cancelled');
    expect(await status('fails')).toContain('failed');
    await ok('retry', 'fails');
  }, 60_000);

  test('completes words and answers in JSON', async () => {
    const { ok } = digits(node);
    expect(JSON.parse(await ok('list', '--json'))).toMatchObject({ schema: 'sheaf.list/1' });
    expect(await ok('completion', 'bash')).toContain('complete');
    expect(await ok('--help')).toContain('sheaf COMMAND --help');
  });
});

describeNodes('the library', (node) => {
  const run = (folder: TestFolder, file: string, text: string): Promise<Ran> => {
    writeFileSync(join(folder.path, file), text);
    return folder.run([node, file]);
  };

  test('runs the first example of its page, and prints nothing of its own', async () => {
    const folder = testFolder();
    installLibrary(folder.path);
    cpSync(join(root, 'examples/digits'), join(folder.path, 'my_research'), { recursive: true });
    writeFileSync(
      join(folder.path, 'my_research/templates/imagenet_resnet.yaml'),
      'model: ""\ncommand: python3 train.py --learning-rate 0.1 --epochs 2 --output "$SHEAF_OUT"\nharvest: { accuracy: { json: metrics.json, path: accuracy } }\n',
    );
    const page = readFileSync(join(root, 'docs/reference/library.md'), 'utf8');
    const [, example = ''] = /```ts\n([^]*?)```/.exec(page) ?? [];
    const { stdout, stderr, exitCode } = await run(folder, 'example.mjs', example);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/accuracy: 0\.\d+/);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(folder.path, 'results.csv'), 'utf8')).toContain('resnet50_exp1');
  }, 60_000);

  test('leaves the warnings of the program that uses it alone', async () => {
    const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n' });
    installLibrary(folder.path);
    const { stderr } = await run(
      folder,
      'warns.mjs',
      `import { ExperimentManager } from 'sheaf';
process.emitWarning('before', 'ExperimentalWarning');
const manager = await ExperimentManager.open({ dir: '.' });
manager.list();
manager.close();
process.emitWarning('after', 'ExperimentalWarning');
`,
    );
    expect(stderr).toMatch(/ExperimentalWarning: before\n[^]*ExperimentalWarning: after\n/);
    expect(stderr).not.toContain('SQLite');
  });
});

describe('the lowest Node', () => {
  test('is the one that package.json promises, for the types and the tests, too', () => {
    const lowest = manifest.engines.node.replace('>=', '');
    expect(manifest.devDependencies['@types/node']).toMatch(new RegExp(`^${lowest}\\.`));
    for (const arch of ['x64', 'arm64'] as const)
      expect(nodes.optionalDependencies[`lowest-${arch}`]).toMatch(new RegExp(`@${lowest}\\.\\d+$`));
    for (const file of ['README.md', 'docs/how-to/start/install.md', 'docs/reference/library.md', 'bin/sheaf'])
      expect(readFileSync(join(root, file), 'utf8')).toContain(`${lowest} `);
  });

  test('comes from a lock file that names no registry', () => {
    expect(readFileSync(join(import.meta.dirname, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"|https?:/);
  });

  test('is not needed for SQLite that is switched off: sheaf says so', async () => {
    const { stderr, exitCode } = await testFolder({ 'sheaf.yaml': '' }).sheaf(['list'], {
      env: { NODE_OPTIONS: '--no-experimental-sqlite' },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('comes without SQLite');
    expect(stderr).toContain('unset NODE_OPTIONS');
  });
});
