import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithTorch } from '../support/examples-python.ts';
import { startProgram } from '../support/processes.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';
import { exampleFiles, testLargeScripts } from './large-scripts.ts';

const files = exampleFiles('rl');
const program = join(import.meta.dirname, '../../examples/rl/train.py');
/** Python with PyTorch takes seconds to start, and many of them on a busy machine. */
const LIMIT_MS = 300_000;

// Its program is one process on one GPU: more GPUs mean more runs, packed on whole nodes.
testLargeScripts('rl', {
  make: ({ nodes, gpus, partition }) => {
    const seeds = Array.from({ length: Math.max(4, nodes * gpus) }, (_, seed) => seed);
    const pack = seeds.length / nodes;
    const size = ['--num-gpus', `${gpus}`, '--pack', `${pack}`, '--partition', partition, '--gpu-type', 'v100-32'];
    return ['sweep', 'large', 'big', '--grid', `seed=${seeds.join(',')}`, ...size];
  },
  choose: ['--sweep', 'big'],
});

describeWithTorch('rl', (python, path) => {
  /** The example as a project whose `python3` has its packages. */
  const exampleProject = (more: Readonly<Record<string, string>> = {}): TestFolder =>
    testFolder({ ...files, ...more }, { env: { PATH: path } });

  test(
    'gives the same numbers twice, and a figure of the curve',
    async () => {
      const folder = exampleProject();
      const small = ['--total-timesteps', '1500', '--eval-episodes', '3'];
      // Two members that train alike, at once in a pack.
      const { stdout, exitCode } = await folder.sheaf([
        'run',
        'rl',
        'twice',
        '--zip',
        'checkpoint_steps=500,900',
        ...small,
      ]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('twice · 2 completed · best ')]);
      const [first = '', second = '', ...more] = readdirSync(join(folder.path, 'experiments'));
      const left = (id: string): readonly string[] =>
        ['train-1/progress.jsonl', 'eval-1/eval.json'].map((name) =>
          readFileSync(join(folder.path, 'experiments', id, 'attempts', name), 'utf8'),
        );
      expect(more).toEqual([]);
      expect(left(first)).toEqual(left(second));
      const figure = await folder.sheaf(['plot', 'return', '--sweep', 'twice', '-o', 'figure.svg']);
      expect(figure.exitCode).toBe(0);
    },
    LIMIT_MS,
  );

  // Ten seeds reached 500 of 500 with PyTorch 2.6 and stable-baselines3 2.8; other versions draw other random numbers.
  test.skipIf(process.env['SHEAF_TEST_EXAMPLES'] !== 'require')(
    'reaches a mean return of at least 450 of 500 over five seeds',
    async () => {
      const folder = exampleProject();
      expect(await folder.sheaf(['run', 'rl', 'five', '--grid', 'seed=0,1,2,3,4'])).toMatchObject({ exitCode: 0 });
      await folder.sheaf(['export', 'returns.json', '--sweep', 'five', '--columns', 'eval_return']);
      const rows = JSON.parse(readFileSync(join(folder.path, 'returns.json'), 'utf8')) as { eval_return: number }[];
      expect(rows).toHaveLength(5);
      expect(rows.reduce((sum, row) => sum + row.eval_return, 0) / rows.length).toBeGreaterThanOrEqual(450);
    },
    2 * LIMIT_MS,
  );

  test(
    'saves a checkpoint when it is asked to stop, and continues from it',
    async () => {
      const folder = exampleProject();
      const argv = (...words: string[]): [string, ...string[]] => [python, program, 'train', ...words];
      const first = startProgram(argv('--output', 'first', '--total-timesteps', '10000000'), { cwd: folder.path });
      await until(() => /step 1\d\d\d /.test(first.output()), first.output);
      first.child.kill('SIGUSR1');
      const { code, output } = await first.ended;
      expect([code, output]).toEqual([0, expect.stringContaining('stopped by a signal')]);
      const checkpoint = readdirSync(join(folder.path, 'first/checkpoints')).at(-1) ?? '';
      const step = Number(/\d+/.exec(checkpoint)?.[0]);
      const rest = ['--resume', `first/checkpoints/${checkpoint}`, '--total-timesteps', String(step + 1000)];
      const second = await folder.run(argv('--output', 'second', ...rest));
      expect(second).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`at step ${step}\n`) as string });
      const steps = stepsOf(readFileSync(join(folder.path, 'second/progress.jsonl'), 'utf8'));
      expect(steps[0]).toBeGreaterThan(step);
      expect(steps.at(-1)).toBeGreaterThanOrEqual(step + 1000);
      expect(readdirSync(join(folder.path, 'second'))).toContain('model.zip');
    },
    LIMIT_MS,
  );

  test(
    'trains what a template asks for that was written for PPO on Atari, with CartPole in place of the game',
    async () => {
      const settings = `scheduler: local
command: python3 train.py train {{ flags }} --output "$SHEAF_OUT"
harvest: { return: { jsonl: progress.jsonl } }
`;
      const template = readFileSync(join(import.meta.dirname, '../fixtures/templates/ppo_atari.yaml'), 'utf8');
      const folder = exampleProject({ 'sheaf.yaml': settings, 'templates/ppo_atari.yaml': template });
      const changes = ['--env-name', 'CartPole-v1', '--network-arch', 'mlp', '--total-timesteps', '2048'];
      const { stdout, exitCode } = await folder.sheaf(['run', 'ppo_atari', ...changes, '--num-gpus', '0']);
      expect(stdout).toMatch(/✓ ppo_breakout_1 · completed · .* · return \d/);
      expect(exitCode).toBe(0);
    },
    LIMIT_MS,
  );
});

function stepsOf(progress: string): number[] {
  return progress
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { step: number }).step);
}
