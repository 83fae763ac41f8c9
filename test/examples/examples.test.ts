import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeSteady } from './large-scripts.ts';
import { testFolder } from '../support/run-sheaf.ts';
import { playSite } from '../support/slurm-player/player.ts';

const root: string = join(import.meta.dirname, '../../examples');
const names: readonly string[] = globSync('*/sheaf.yaml', { cwd: root })
  .map((path) => dirname(path))
  .toSorted();

/** Files of an example, but for what a run leaves in its folder. */
function filesOf(folder: string): string[] {
  const isLeft = (path: string): boolean => /^(\.sheaf|experiments)(\/|$)|__pycache__/.test(path);
  return globSync('**/*.*', { cwd: folder }).filter((path) => !isLeft(path));
}

describe('init --example', () => {
  test.each(names)('makes a project of %s, with the commands that run it', async (name) => {
    const folder = testFolder();
    const { stdout, exitCode } = await folder.sheaf(['init', 'demo', '--example', name, '--json']);
    expect(exitCode).toBe(0);
    const copied = join(folder.path, 'demo');
    const originals = filesOf(join(root, name));
    expect(filesOf(copied)).toEqual(expect.arrayContaining(originals));
    for (const file of originals)
      expect(readFileSync(join(copied, file)).equals(readFileSync(join(root, name, file))), file).toBe(true);
    const { data } = JSON.parse(stdout) as { data: { commands: string[]; scheduler: string } };
    expect(data.scheduler).toBe('local');
    expect(data.commands.length).toBeGreaterThan(0);
    expect(data.commands.filter((line) => /^(cd|sheaf init)\b/.test(line))).toEqual([]);
    const listed = await folder.sheaf(['template', 'list', '--json'], { cwd: 'demo' });
    const { data: templates } = JSON.parse(listed.stdout) as { data: { name: string; problem: string | null }[] };
    expect(templates.filter(({ problem }) => problem !== null)).toEqual([]);
  });

  test('overwrites nothing, and says which files stay', async () => {
    const folder = testFolder({ 'train.py': 'print("mine")\n' });
    const { stderr, exitCode } = await folder.sheaf(['init', '.', '--example', 'digits']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: train.py was there already and stays: the example may not run with it\n');
    expect(readFileSync(join(folder.path, 'train.py'), 'utf8')).toBe('print("mine")\n');
    const again = await folder.sheaf(['init', '.', '--example', 'digits']);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('is a project already');
  });

  test('takes the scheduler that is asked for, and names the examples for an unknown one', async () => {
    const folder = testFolder();
    await folder.sheaf(['init', 'demo', '--example', 'digits', '--scheduler', 'slurm']);
    expect(readFileSync(join(folder.path, 'demo/sheaf.yaml'), 'utf8')).toMatch(/^scheduler: slurm$/m);
    const { stderr, exitCode } = await folder.sheaf(['init', 'other', '--example', 'digit']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`the examples are: ${names.join(', ')}`);
    expect(stderr).toContain('digits?');
    const fix = `--example ${names[0]}\n`;
    expect((await folder.sheaf(['init', 'my demo', '--example', 'nosuch'])).stderr).toContain(
      `sheaf init 'my demo' ${fix}`,
    );
    expect((await folder.sheaf(['init', '--example', 'nosuch'])).stderr).toContain(`sheaf init ${fix}`);
  });
});

describe('template new --from', () => {
  const builtIn = [...globSync('*/templates/*.yaml', { cwd: root }), ...globSync('templates/*.yaml', { cwd: root })]
    .filter((path) => dirname(path) === 'templates' || basename(path, '.yaml') === path.split('/')[0])
    .map((path) => basename(path, '.yaml'));

  test('has all that template list --builtin shows, in any folder', async () => {
    const { stdout } = await testFolder().sheaf(['template', 'list', '--builtin', '--json']);
    const { data } = JSON.parse(stdout) as { data: { name: string; problem: string | null; description: string }[] };
    expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(['baseline', 'script', ...builtIn]));
    expect(data.filter(({ problem, description }) => problem !== null || description === '')).toEqual([]);
  });

  test.each(builtIn)('makes the template %s, and names the program that the project lacks', async (name) => {
    const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\ncode: live\n' });
    const { stdout, stderr, exitCode } = await folder.sheaf(['template', 'new', 'mine', '--from', name, '--json']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const { data } = JSON.parse(stdout) as { data: { lacking: { file: string; from: string | null }[] } };
    expect(data.lacking.map(({ file }) => file)).toContainEqual(expect.stringMatching(/\.py$/));
    for (const { file, from } of data.lacking)
      if (from !== null) expect(readFileSync(from).length, file).toBeGreaterThan(0);
    const text = readFileSync(join(folder.path, 'templates/mine.yaml'), 'utf8');
    expect(text).toMatch(/^# yaml-language-server:/);
    expect((parse(text) as { description?: string }).description).toBeTruthy();
  });

  test('warns of a program of the project that is not the one of the template, but not of the same one', async () => {
    const from = join(root, 'image/train.py');
    const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\ncode: live\n', 'train.py': 'print("mine")\n' });
    const { stderr } = await folder.sheaf(['template', 'new', 'a', '--from', 'image']);
    const warning =
      'warning: the template runs the train.py of this project, which is not the one that it was written for';
    expect(stderr).toContain(`${warning}: diff train.py `);
    copyFileSync(from, join(folder.path, 'train.py'));
    expect((await folder.sheaf(['template', 'new', 'b', '--from', 'image'])).stderr).toBe('');
  });

  test('says when a built-in template and a file have the name that is asked for', async () => {
    const folder = testFolder({
      'sheaf.yaml': 'scheduler: local\ncode: live\n',
      jax: '#!/bin/bash\n#SBATCH --time=10\npython3 old.py\n',
    });
    const { stderr } = await folder.sheaf(['template', 'new', 'a', '--from', 'jax']);
    expect(stderr).toContain('warning: jax is the built-in template; for the file of that name here: --from ./jax\n');
    await folder.sheaf(['template', 'new', 'b', '--from', './jax']);
    expect(readFileSync(join(folder.path, 'templates/b.yaml'), 'utf8')).toContain('old.py');
    const unknown = await folder.sheaf(['template', 'new', 'c', '--from', 'keras']);
    expect(unknown.stderr).toContain('the built-in templates are: baseline, ');
  });
});

describe('a built-in template', () => {
  const sizes = [
    { nodes: 1, gpus: 1, partition: 'GPU-shared' },
    { nodes: 2, gpus: 4, partition: 'GPU' },
  ];
  test.each(['lightning', 'hf-trainer', 'jax', 'script'])(
    '%s has complete scripts for one and for 2 × 4 GPUs',
    async (name) => {
      const cluster = await playSite('bridges2', { 'sheaf.yaml': 'scheduler: slurm\ncode: live\n' });
      await cluster.data('template', 'new', 't', '--from', name);
      for (const { nodes, gpus, partition } of sizes) {
        const id = `${nodes}x${gpus}`;
        await cluster.data(
          'new',
          't',
          id,
          '--num-nodes',
          `${nodes}`,
          '--num-gpus',
          `${gpus}`,
          '--partition',
          partition,
        );
        const { stdout } = await cluster.sheaf(['submit', id, '--dry-run']);
        await expect(makeSteady(stdout, cluster.folder.path)).toMatchFileSnapshot(`golden/${name}-${id}.txt`);
        const { scripts } = await cluster.data<DryRun>('submit', id, '--dry-run');
        for (const text of scripts.flatMap(({ script, run }) => [script, run]))
          expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
      }
    },
  );
});

interface DryRun {
  readonly scripts: readonly { readonly script: string; readonly run: string }[];
}
