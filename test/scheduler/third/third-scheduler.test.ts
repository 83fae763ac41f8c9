import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ExperimentManager } from '../../../src/app/index.ts';
import { testFolder, type TestFolder } from '../../support/run-sheaf.ts';
import { until } from '../../support/until.ts';
import { playPbs, type PlayedPbs } from './pbs-bench.ts';
import { PBS } from './pbs-scheduler.ts';

/** Trains until there is a file of that name, then evaluates what the training left. */
const TEMPLATE = `learning_rate: 0.1
time_limit: "00:10:00"
stages:
  train:
    command: |
      echo training with {{ flags }}
      [ -z "\${!PBS_ARRAY@}" ] || exit 9
      test -e data || { echo "no data" >&2; exit 3; }
      echo {{ learning_rate }} >"$SHEAF_DIR/model"
  eval:
    after: train
    command: echo "accuracy $(cat "$SHEAF_DIR/model")"
harvest:
  accuracy: { log: "accuracy (\\\\S+)", stage: eval }
`;

async function folderWithPbs(files: Readonly<Record<string, string>> = {}): Promise<[TestFolder, PlayedPbs]> {
  const pbs = await playPbs();
  onTestFinished(pbs.end);
  const program = [process.execPath, join(import.meta.dirname, 'sheaf.ts')] as const;
  // The program runs from its sources, which are parsed once, see vitest.config.ts.
  const env = { ...pbs.env, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '' };
  return [testFolder({ 'templates/t.yaml': TEMPLATE, ...files }, { program, env }), pbs];
}

async function ok(folder: TestFolder, line: string): Promise<string> {
  const { stdout, stderr, exitCode } = await folder.sheaf(line.split(' '));
  expect({ line, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ line, exitCode: 0, stderr: '' });
  return stdout;
}

test('sheaf runs sweeps with stages on a scheduler that is not in src, from init to the results', async () => {
  const [folder] = await folderWithPbs();
  expect(await ok(folder, 'init')).toMatch(/^ +scheduler +pbs: PBS answers$/m);
  expect(readFileSync(join(folder.path, 'sheaf.yaml'), 'utf8')).toContain(
    'local: this machine, in the background. pbs: the PBS server that this host belongs to.\nscheduler: pbs\n',
  );
  expect(await ok(folder, 'info')).toContain('PBS server played (version 1.0)');

  // It fails without its data, and what waited for it does not run.
  await ok(folder, 'new --exp-id first --template t');
  expect(await folder.sheaf(['submit', 'first', '--wait'])).toMatchObject({ exitCode: 1 });
  expect(await ok(folder, 'logs first --err')).toContain('no data\n');
  const show = await ok(folder, 'show first');
  expect(show).toMatch(/train-1\tfailed\t1\t.*\texit code 3/);
  expect(show).toMatch(/eval-1\tfailed\t2\t.*dependency/);
  await folder.run(['touch', 'data']);
  expect(await ok(folder, 'retry first')).toContain('Submitted first · train · attempt 2');
  await ok(folder, 'wait first');

  await ok(folder, 'sweep --template t --name lrs --grid learning_rate=0.3,0.2,0.4 --submit --yes');
  expect(await ok(folder, 'wait --sweep lrs')).toContain('Harvested 3 of 3: accuracy');
  expect(await ok(folder, 'logs lrs_lr0.2 --stage train')).toContain('training with --learning-rate 0.2\n');
  const list = await ok(folder, 'list --sweep lrs --columns status,job');
  expect(list.split('\n').toSorted()).toEqual(['', ...[0, 1, 2].map((i) => `completed\t5_${i}`), 'status\tjob']);
  expect(await ok(folder, 'export - --format csv --columns learning_rate,accuracy --sort accuracy')).toBe(
    'learning_rate,accuracy\n0.1,0.1\n0.2,0.2\n0.3,0.3\n0.4,0.4\n',
  );
});

const WAITS = 'command: echo "started"; until test -e go; do sleep 0.1; done\n';

test('status, hold, throttle, requeue and cancel reach jobs on a scheduler that is not in src', async () => {
  const [folder] = await folderWithPbs({ 'sheaf.yaml': 'scheduler: pbs\n', 'templates/w.yaml': `seed: 0\n${WAITS}` });
  const started = (id: string, n = 1): Promise<boolean> =>
    until(() => existsSync(join(folder.path, `experiments/${id}/attempts/train-${n}/started.json`)));
  await ok(folder, 'sweep --template w --name s --grid seed=1,2 --submit --max-parallel 1 --yes');
  await started('s_s1');
  const both = await ok(folder, 'status');
  expect(both).toMatch(/s_s1\ttrain\trunning/);
  expect(both).toMatch(/s_s2\ttrain\tqueued.*waits for its turn/);
  await ok(folder, 'hold s_s2');
  expect(await ok(folder, 'status s_s2')).toContain('held');
  await ok(folder, 'release s_s2');
  await ok(folder, 'sweep set s --max-parallel 2');
  await started('s_s2');
  await ok(folder, 'requeue s_s2');
  await started('s_s2', 2);
  expect(await ok(folder, 'logs s_s2')).toContain('started\n');
  await ok(folder, 'cancel s_s1 --yes');
  await folder.run(['touch', 'go']);
  expect(await folder.sheaf(['wait', '--sweep', 's'])).toMatchObject({ exitCode: 3 });
  const ended = (await ok(folder, 'list --columns exp_id,status')).split('\n');
  expect(ended.toSorted()).toEqual(['', 'exp_id\tstatus', 's_s1\tcancelled', 's_s2\tcompleted']);
});

test('a scheduler that is not in src says by itself that nobody answers, and what it refuses', async () => {
  const [folder, pbs] = await folderWithPbs({ 'sheaf.yaml': 'scheduler: pbs\n', 'templates/w.yaml': WAITS });
  await ok(folder, 'new --exp-id big --template w --set cpus_per_task=99');
  expect((await folder.sheaf(['submit', 'big'])).stderr).toContain(
    'qsub: Job violates queue and/or server resource limits',
  );
  await ok(folder, 'new --exp-id a --template w');
  await ok(folder, 'submit a');
  const job = join(folder.path, 'experiments/a/attempts/train-1/started.json');
  await until(() => existsSync(job));
  pbs.stop();
  expect((await folder.sheaf(['status'])).stderr).toContain('qstat: cannot connect to server played');
  const cancelled = await folder.sheaf(['cancel', 'a', '--yes', '--json']);
  expect(cancelled.exitCode).toBe(1);
  expect(JSON.parse(cancelled.stderr)).toMatchObject({ error: { code: 'scheduler.unreachable' } });
  // The job goes on, and ends by itself.
  await folder.run(['touch', 'go']);
  await until(() => existsSync(job.replace('started', 'ended')));
});

test('the library takes a scheduler that is not in src', async () => {
  const [folder, { env }] = await folderWithPbs({ 'sheaf.yaml': 'scheduler: pbs\n', data: '' });
  using manager = await ExperimentManager.open({
    dir: folder.path,
    env: { ...process.env, ...folder.env, ...env },
    schedulers: { pbs: PBS },
  });
  const { experiment } = await manager.create({ expId: 'one', template: 't' });
  await manager.submitExperiment(experiment.expId);
  const { counts } = await manager.wait({ ids: [experiment.expId] });
  expect(counts).toEqual({ completed: 1 });
});

test('a scheduler that nobody registered is an error in sheaf.yaml', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: pbs\n', 'templates/t.yaml': TEMPLATE });
  const { stderr, exitCode } = await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  expect({ stderr, exitCode }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('"pbs"') as string });
});
