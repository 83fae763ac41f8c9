import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findExample, readExampleCommands } from '../../src/app/project/examples.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { describeWithTorch } from '../support/examples-python.ts';
import { exampleFiles, testLargeScripts } from './large-scripts.ts';

testLargeScripts('navsim');

const FILES = exampleFiles('navsim');

/** Of ten runs with 256 hidden units, the mean score was 0.754, the lowest 0.749, and the standard deviation 0.003. */
const LOWEST_SCORE = 0.74;
/** PyTorch takes seconds to start, and many of them on a busy machine. */
const LIMIT_MS = 600_000;

interface Group {
  readonly mean: number;
  readonly min: number;
}

describeWithTorch('navsim', (_, path) => {
  test('gives the same numbers twice', { timeout: LIMIT_MS }, async () => {
    const folder = testFolder(FILES, { env: { PATH: path, OMP_NUM_THREADS: '1' } });
    const once = await trainAndScore(folder, 'once');
    const again = await trainAndScore(folder, 'again');
    expect(once).toContain('average_all_frames,True,');
    expect(again).toBe(once);
  });

  test(
    'ends with a table in which more hidden units score higher, in a paired test over five seeds',
    { timeout: LIMIT_MS },
    async () => {
      const folder = testFolder(FILES, { env: { PATH: path } });
      for (const line of readExampleCommands(findExample('navsim', '.')))
        expect(await folder.run(['bash', '-c', line])).toMatchObject({ exitCode: 0 });
      const widths = ['--sweep', 'width', '--group-by', 'agent.hidden_layer_dim', '--test', 'paired', '--json'];
      const { stdout } = await folder.sheaf(['compare', ...widths]);
      const { data } = JSON.parse(stdout) as { data: { metrics: { name: string; p: number; groups: Group[] }[] } };
      const score = data.metrics.find(({ name }) => name === 'score');
      const [narrow, wide] = score?.groups ?? [];
      expect(score?.p).toBeLessThan(0.05);
      expect(narrow?.mean).toBeLessThan(wide?.min ?? 0);
      expect(wide?.min).toBeGreaterThan(LOWEST_SCORE);
      const bounds = await folder.sheaf([
        'export',
        '-',
        '--sweep',
        'bounds',
        '--columns',
        'agent,score',
        '--format',
        'json',
      ]);
      const { keep_lane, expert } = Object.fromEntries(
        (JSON.parse(bounds.stdout) as { agent: string; score: number }[]).map(({ agent, score }) => [agent, score]),
      );
      expect(keep_lane).toBeLessThan(narrow?.mean ?? 0);
      expect(expert).toBeGreaterThan(wide?.mean ?? 1);
      expect(readFileSync(join(folder.path, 'results.md'), 'utf8')).toMatch(/^\| agent \| .*score/);
    },
  );
});

describe('a stand-in for the devkit that the large navsim example runs', () => {
  test('has what it needs in all three stages, and the score of its table is harvested', async () => {
    const folder = devkitProject();
    const run = await folder.sheaf(['run', 'mine', 'r1', '--agent.hidden_layer_dim', '128']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(
      readFileSync(join(folder.path, 'experiments/r1/attempts/train-1/out.log'), 'utf8').split('\n').sort(),
    ).toEqual(['', 'rank 0 of 2: 3 epochs, seed 0', 'rank 1 of 2: 3 epochs, seed 0']);
    // The mean of its 20 scenes, of which two have a collision.
    expect(await readMetrics(folder, 'r1')).toMatchObject({
      score: { value: 0.48046875 },
      no_at_fault_collisions: { value: 0.9 },
    });
    // The stand-in cannot make a cache twice.
    expect(await folder.sheaf(['run', 'mine', 'r2', '--seed', '1'])).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['a parameter that is no key of the devkit', 'hidden_units: 64\n', "Key 'hidden_units' is not in struct"],
    ['a data folder that is not bound', '    NUPLAN_MAPS_ROOT: /maps\n', 'NUPLAN_MAPS_ROOT=/maps is bound from'],
  ])('refuses %s', async (_title, lines, reason) => {
    const folder = devkitProject(lines);
    expect(await folder.sheaf(['run', 'mine', 'r1'])).toMatchObject({ exitCode: 1 });
    expect(readFileSync(join(folder.path, 'experiments/r1/attempts/cache-1/err.log'), 'utf8')).toContain(reason);
  });
});

/** The table of scores of a network that a few scenes train. */
async function trainAndScore(folder: TestFolder, name: string): Promise<string> {
  const python = async (...words: string[]): Promise<void> => {
    const { exitCode, stderr } = await folder.run(['python3', 'train.py', ...words]);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  };
  await python('cache', '--scenes', '1000', '--test-scenes', '100', '--output', name);
  await python('train', '--cache', name, '--output', `${name}/model.npz`);
  await python('score', '--cache', name, '--model', `${name}/model.npz`, '--output', name);
  return readFileSync(join(folder.path, name, 'scores.csv'), 'utf8');
}

const DEVKIT = join(import.meta.dirname, 'navsim-devkit');

/** A project whose template `mine` is the large one with the paths of a stand-in for the devkit, and a small run. */
function devkitProject(lines = ''): TestFolder {
  const data = ['navsim.sif', 'maps.sqf', 'openscene.sqf', 'exp/README'].map((file) => [`data/${file}`, ''] as const);
  const cluster = 'cluster: { local: { cpus: 2, gpus: 2 } }\n';
  const folder = testFolder(
    { ...FILES, ...Object.fromEntries(data), 'sheaf.yaml': `${FILES['sheaf.yaml']}${cluster}` },
    { env: { PATH: `${join(DEVKIT, 'container')}:${process.env['PATH']}` } },
  );
  const at = join(folder.path, 'data');
  writeFileSync(
    join(folder.path, 'templates/mine.yaml'),
    `\
extends: large
trainer.params.max_epochs: 3
num_gpus: 2
cpus_per_task: 2
mem: 1G
time_limit: "00:10:00"
environment:
  requires: []
  container:
    image: ${at}/navsim.sif
    binds: [${at}/maps.sqf:/data/maps, ${at}/openscene.sqf:/data/openscene, ${at}/exp]
  exports:
    NAVSIM_DEVKIT_ROOT: ${DEVKIT}
    NAVSIM_EXP_ROOT: ${at}/exp
${lines}`,
  );
  return folder;
}

/** What the project's own rules harvested from an experiment. */
async function readMetrics(folder: TestFolder, id: string): Promise<Record<string, unknown>> {
  const { stdout } = await folder.sheaf(['show', id, '--json']);
  const { data } = JSON.parse(stdout) as { data: { results: Record<string, unknown> } };
  return data.results;
}
