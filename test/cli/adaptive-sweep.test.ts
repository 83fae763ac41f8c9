import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': [
    'command: echo {{ flags }}',
    'time_limit: 2:00:00',
    'num_gpus: 1',
    'lr: 0.1',
    'seed: 1',
    "harvest: {acc: {log: 'step=(?<step>\\d+) acc=(?<value>\\S+)', mode: max}}",
    '',
  ].join('\n'),
};

const SWEEP = ['sweep', 't', 'tuned', '--draw', 'lr=loguniform(1e-5,1e-1)', '--search', '20', '--metric', 'acc'];
const STOP = ['--stop', 'asha', '--from-step', '3', '--to-step', '81', '--eta', '3'];

test('a sweep that goes on by itself says what it takes before it is made, and what it came to after', async () => {
  const folder = testFolder(FILES);
  const planned = await folder.sheaf([...SWEEP, ...STOP, '--dry-run']);
  expect(planned.stdout).toContain('Sweep tuned: at most 20 experiments over lr\n');
  expect(planned.stdout).toContain('  at most   40 GPU hours\n');
  expect(planned.stdout).toContain('  rungs     3, 9, 27 of 81 steps\n');
  expect(planned.stdout).toMatch(/ {2}expected {2}\d+(\.\d)? GPU hours, if a whole run takes its time limit\n/);
  const repeated = await folder.sheaf([...SWEEP, ...STOP, '--confirm', '2:3', '--dry-run']);
  expect(repeated.stdout).toContain('at most 20 experiments over lr, and at most 4 repetitions of the best\n');
  const refused = await folder.sheaf([...SWEEP, ...STOP]);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--max-parallel 16') });
  const made = await folder.sheaf([...SWEEP, ...STOP, '--max-parallel', '4', '--json']);
  expect(JSON.parse(made.stdout)).toMatchObject({
    schema: 'sheaf.sweep/1',
    data: {
      count: 20,
      created: 0,
      gpu_hours_at_most: 40,
      search: { metric: 'acc', mode: 'max', by: 'tpe', trials: 20, rungs: [3, 9, 27], hours_of: 'gpu', past_runs: 0 },
    },
  });
  const shown = await folder.sheaf(['sweep', 'show', 'tuned', '--decisions']);
  expect(shown.stdout).toContain('  trials    0 of 20\n');
  expect(shown.stdout).toContain('No trial has been stopped.');
  const set = await folder.sheaf(['sweep', 'set', 'tuned', '--trials', '30', '--stop', 'none']);
  expect(set.stdout).toContain('no trial is stopped');
  expect(set.stdout).toContain('  trials    at most 30\n');
});

test('sheaf run makes such a sweep, follows it to its end, and shows means over the seeds of the best', async () => {
  const template = [
    "command: 'for step in 1 2 3; do echo step=$step acc={{ lr }}$step; done'",
    'seed: 1',
    'lr: 0.1',
    "harvest: {acc: {log: 'step=(?<step>\\d+) acc=(?<value>\\S+)', mode: max}}",
    '',
  ].join('\n');
  const folder = testFolder({ ...FILES, 'templates/t.yaml': template });
  const search = ['--draw', 'lr=uniform(0.1,0.9)', '--search', '3', '--metric', 'acc', '--confirm', '1:2'];
  const stop = ['--stop', 'asha', '--from-step', '1', '--to-step', '3', '--keep', '3', '--max-parallel', '2'];
  const words = ['run', 't', 'tuned', ...search, ...stop];
  const planned = await folder.sheaf([...words, '--dry-run']);
  expect(planned.stdout).toContain(
    'Sweep tuned: at most 3 experiments over lr, and at most 1 repetition of the best\n',
  );
  const ran = await folder.sheaf([...words, '--yes']);
  expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
  const listed = await folder.sheaf(['status', '--sweep', 'tuned', '--json']);
  const { data } = JSON.parse(listed.stdout) as { data: { experiments: { status: string }[] } };
  expect(data.experiments.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
  const best = ran.stdout.split('\n').filter((line) => /^0\.\d+\t2\t/.test(line));
  expect(best).toHaveLength(1);
}, 120_000);
