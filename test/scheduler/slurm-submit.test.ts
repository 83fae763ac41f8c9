import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { ask, slurmProject, SMALL, type SlurmProject } from '../support/slurm-project.ts';
import { until } from '../support/until.ts';

const LONG = 150_000;
/** Runs until the file `go` is in the project. */
const WAITS = 'command: while [[ ! -e go ]]; do sleep 0.1; done\n';

function go({ path }: SlurmProject): void {
  writeFileSync(join(path, 'go'), '');
}

function sbatches(calls: readonly string[]): string[] {
  return calls.filter((call) => call.startsWith('sbatch '));
}

describeSlurm('a sweep', (cluster) => {
  test.concurrent(
    'goes in one call, and each member has its own folder, log and parameters',
    async ({ onTestFinished: finished }) => {
      const rules = "harvest:\n  x: { log: 'x is (\\S+)' }\n";
      const t = `x: 1\ncommand: echo x is {{ x }}; echo bad {{ x }} >&2; [ {{ x }} -ne 3 ]\n${rules}${SMALL}`;
      const project = slurmProject(cluster, { t }, { finished });
      await project.sweep('s', 't', '--grid', 'x=1,2,3,4,5,6');
      const { env, taken } = project.calls();
      await project.sheaf(['submit', '--sweep', 's', '--hold'], { env });
      expect(sbatches(taken())).toEqual([expect.stringMatching(/ --array=0-5 --hold /)]);

      await project.ok('cancel', 's_x5');
      expect(await project.lines('--sweep', 's')).toHaveLength(6);
      await project.ok('release', '--sweep', 's');
      const waited = await project.sheaf(['wait', '--sweep', 's']);
      expect(waited).toMatchObject({ exitCode: 3 });
      expect(waited.stdout).toContain('Harvested 4 of 4: x');
      const now = Object.fromEntries((await project.lines('--sweep', 's')).map((line) => [line.exp_id, line.status]));
      expect(now).toEqual({
        s_x1: 'completed',
        s_x2: 'completed',
        s_x3: 'failed',
        s_x4: 'completed',
        s_x5: 'cancelled',
        s_x6: 'completed',
      });
      for (const x of [1, 2, 3, 4, 6]) {
        const folder = `experiments/s_x${x}/attempts/train-1`;
        expect(project.read(`${folder}/out.log`)).toBe(`x is ${x}\n`);
        expect(project.read(`${folder}/err.log`)).toBe(`bad ${x}\n`);
        expect(JSON.parse(project.read(`${folder}/params.json`))).toEqual({ x });
      }
      expect(existsSync(join(project.path, 'experiments/s_x5/attempts'))).toBe(false);
      expect(project.queue('%i')).toEqual([]);

      // Again: only what failed or was cancelled.
      const again = project.calls();
      await project.sheaf(['submit', '--sweep', 's'], { env: again.env });
      expect(sbatches(again.taken())).toEqual([expect.stringMatching(/ --array=0-1 /)]);
      await project.sheaf(['wait', '--sweep', 's']);
      expect(await project.attempts('s_x1')).toEqual(['train-1 completed']);
      expect(await project.attempts('s_x3')).toEqual(['train-1 failed exit_code', 'train-2 failed exit_code']);
      expect(await project.attempts('s_x5')).toEqual(['train-1 cancelled', 'train-2 completed']);

      // Extended: only what is new, and what failed.
      await project.ok('sweep', 'extend', 's', '--grid', 'x=7,8', '--yes');
      const { submissions, nothing_to_do: settled } = await project.submit('--sweep', 's');
      expect(submissions.map(({ members }) => members.map((member) => member.exp_id).toSorted())).toEqual([
        ['s_x3', 's_x7', 's_x8'],
      ]);
      expect(settled).toHaveLength(5);
      expect(settled[0]?.why).toBe('already completed');
      await project.sheaf(['cancel', '--sweep', 's', '--yes']);
    },
    LONG,
  );

  test.concurrent(
    'goes in an array for each set of resources',
    async ({ onTestFinished: finished }) => {
      const t = `mem: 50M\npartition: cpu\ntime_limit: 10\nnum_gpus: 0\nx: 1\ncommand: "true"\n`;
      const project = slurmProject(cluster, { t }, { finished });
      await project.sweep('s', 't', '--grid', 'x=1,2,3', '--grid', 'mem=50M,60M');
      const { submissions } = await project.submit('--sweep', 's', '--hold');
      expect(submissions.map(({ members }) => members.length)).toEqual([3, 3]);
      const mem = submissions.map(({ job }) => project.queue('%F %m').find((row) => row.startsWith(`${job} `)));
      expect(mem).toEqual([`${submissions[0]?.job} 50M`, `${submissions[1]?.job} 60M`]);
      // Resources of one attempt alone are no difference between the members.
      await project.ok('cancel', '--sweep', 's', '--yes');
      const second = await project.submit('--sweep', 's', '--hold', '--set', 'mem=70M');
      expect(second.submissions.map(({ members }) => members.length)).toEqual([6]);
      expect(new Set(project.queue('%m'))).toEqual(new Set(['70M']));
      await project.ok('cancel', '--sweep', 's', '--yes');
      expect(project.queue('%i')).toEqual([]);
    },
    LONG,
  );

  test.concurrent(
    'is held, released, requeued, cancelled and retried with a handful of calls, however many members it has',
    async ({ onTestFinished: finished }) => {
      const t = `x: 1\nrequeue: true\n${WAITS}${SMALL}`;
      const project = slurmProject(cluster, { t }, { finished });
      await project.sweep('s', 't', '--grid', `x=${Array.from({ length: 20 }, (_, i) => i).join()}`);
      await project.create('one', 't');
      const count = async (...words: readonly string[]): Promise<number> => {
        const { env, taken } = project.calls();
        const { exitCode, stderr } = await project.sheaf(words, { env });
        expect(exitCode, stderr).toBe(0);
        return taken().length;
      };
      await count('submit', 'one', '--hold');
      await count('submit', '--sweep', 's', '--hold');
      expect(new Set(project.queue('%r'))).toEqual(new Set(['JobHeldUser']));
      expect((await project.line('s_x7')).note).toMatch(/sheaf release lets it go/);

      const handful = 6;
      for (const expId of ['one', '--sweep=s']) expect(await count('release', expId)).toBeLessThanOrEqual(handful);
      await until(async () => (await project.lines('--sweep', 's')).every(({ status }) => status === 'running'));
      await project.waitFor('one', 'running');
      expect(await count('requeue', 'one')).toBeLessThanOrEqual(handful);
      expect(await count('requeue', '--where', 'sweep = s', '--yes')).toBeLessThanOrEqual(handful);
      await until(() => project.queue('%T').every((state) => state === 'PENDING'));
      for (const expId of ['one', '--sweep=s']) expect(await count('hold', expId)).toBeLessThanOrEqual(handful);
      await project.waitFor('s_x7', 'queued');
      expect(await project.attempts('s_x7')).toEqual(['train-1 failed preempted', 'train-2 queued']);
      expect(await count('cancel', 'one')).toBeLessThanOrEqual(handful);
      expect(await count('cancel', '--sweep', 's', '--yes')).toBeLessThanOrEqual(handful);
      // One that had started again before it could be held takes a moment to end.
      await until(() => project.queue('%i').length === 0);

      go(project);
      await count('retry', 'one', '--wait');
      expect(await count('retry', '--where', 'sweep = s and status = cancelled', '--yes')).toBeLessThanOrEqual(handful);
      expect(await project.sheaf(['wait', '--sweep', 's'])).toMatchObject({ exitCode: 0 });
      expect(await project.attempts('one')).toEqual([
        'train-1 failed preempted',
        'train-2 cancelled',
        'train-3 completed',
      ]);
    },
    LONG,
  );

  test.concurrent(
    'that may not be requeued is refused in the words of Slurm, and goes on',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `x: 1\n${WAITS}${SMALL}` }, { finished });
      await project.create('one', 't');
      await project.submit('one');
      await project.waitFor('one', 'running');
      const refused = await project.sheaf(['requeue', 'one']);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/Requested operation is presently disabled/);
      go(project);
      await project.ok('wait', 'one');
    },
    LONG,
  );

  test.concurrent(
    'of which nothing changed costs status one question at most',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `x: 1\n${WAITS}${SMALL}` }, { finished });
      await project.sweep('s', 't', '--grid', 'x=1,2,3,4,5,6,7,8');
      await project.submit('--sweep', 's');
      await until(async () => (await project.lines('--sweep', 's')).every(({ status }) => status === 'running'));
      const { env, taken } = project.calls();
      await project.sheaf(['status'], { env });
      expect(taken().filter((call) => !call.startsWith('squeue '))).toEqual([]);
      expect(taken().length).toBeLessThanOrEqual(1);
      go(project);
      await project.ok('wait', '--sweep', 's');
    },
    LONG,
  );
});

describeSlurm('a sweep that is larger than an array may be', (shared) => {
  let cluster: Cluster = shared;
  beforeAll(async () => {
    cluster = await disposableCluster({ maxArraySize: 6 });
  });

  test(
    'is cut into arrays that share the throttle, also one that is set while they run',
    async () => {
      const t = `x: 1\ncommand: sleep 0.5; while [[ -e stop ]]; do sleep 0.1; done\n${SMALL}`;
      const project = slurmProject(cluster, { t });
      await project.sweep('s', 't', '--grid', `x=${Array.from({ length: 16 }, (_, i) => i).join()}`);
      writeFileSync(join(project.path, 'stop'), '');
      const { submissions } = await project.submit('--sweep', 's', '--max-parallel', '2');
      expect(submissions.map(({ members }) => members.length)).toEqual([6, 6, 4]);
      let most = 0;
      const sample = (): string[] => {
        const running = project.queue('%i %T').filter((row) => row.endsWith('RUNNING'));
        most = Math.max(most, running.length);
        return running;
      };
      await until(() => sample().length === 2);
      rmSync(join(project.path, 'stop'));
      // Two of the first array have ended and others took their place.
      await until(() => sample().length > 0 && project.queue('%i').length <= 12);
      expect(most).toBe(2);
      writeFileSync(join(project.path, 'stop'), '');
      await project.ok('sweep', 'set', 's', '--max-parallel', '5');
      await until(() => sample().length > 2);
      rmSync(join(project.path, 'stop'));
      await until(() => {
        sample();
        return project.queue('%i').length === 0;
      });
      expect(most).toBeLessThanOrEqual(5);
      expect(await project.sheaf(['wait', '--sweep', 's'])).toMatchObject({ exitCode: 0 });
    },
    LONG,
  );

  test(
    'runs its stages in order, each member after its own',
    async () => {
      const stages = 'stages:\n  train: {command: "true"}\n  eval: {command: cat go, after: train}\n';
      const project = slurmProject(cluster, { t: `x: 1\n${stages}${SMALL}` });
      go(project);
      await project.sweep('s', 't', '--grid', 'x=1,2,3,4,5,6,7,8');
      const { submissions } = await project.submit('--sweep', 's');
      expect(submissions.map(({ stage, members }) => `${stage} ${members.length}`)).toEqual([
        'train 6',
        'train 2',
        'eval 6',
        'eval 2',
      ]);
      expect(await project.sheaf(['wait', '--sweep', 's'])).toMatchObject({ exitCode: 0 });
      expect(await project.attempts('s_x8')).toEqual(['train-1 completed', 'eval-1 completed']);
    },
    LONG,
  );
});

describeSlurm('a controller that forgot jobs', (shared) => {
  let cluster: Cluster = shared;
  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  test(
    '--after and stages use what the jobs themselves recorded',
    async () => {
      const stages = 'stages:\n  train: {command: "[ {{ x }} -ne 2 ]"}\n  eval: {command: cat go, after: train}\n';
      const project = slurmProject(cluster, { t: `x: 1\n${stages}${SMALL}` });
      for (const x of [1, 2, 3, 4]) await project.create(`e${x}`, 't', '--x', `${x}`);
      await project.submit('e1', 'e2', '--stage', 'train');
      const ended = (expId: string) =>
        existsSync(join(project.path, `experiments/${expId}/attempts/train-1/ended.json`));
      await until(() => ended('e1') && ended('e2') && project.queue('%i').length === 0);
      const controller = cluster.daemon('slurmctld');
      await controller.stop();
      await cluster.forgetState();
      await controller.start();

      go(project);
      const { env, taken } = project.calls();
      expect(await project.sheaf(['submit', 'e3', '--stage', 'train', '--after', 'e1'], { env })).toMatchObject({
        exitCode: 0,
      });
      expect(await project.sheaf(['submit', 'e1', '--stage', 'eval'], { env })).toMatchObject({ exitCode: 0 });
      expect(sbatches(taken()).filter((call) => call.includes('--dependency'))).toEqual([]);
      expect((await project.sheaf(['submit', 'e4', '--after', 'e2'])).stderr).toContain(
        'e2, named with --after, has failed',
      );
      await project.ok('wait', 'e1', 'e3');
      expect(await project.attempts('e1')).toEqual(['train-1 completed', 'eval-1 completed']);
      expect((await project.line('e4')).status).toBe('created');
    },
    LONG,
  );
});

describeSlurm('a limit of how many jobs may be submitted', (shared) => {
  if (!shared.accounting) return;
  let cluster: Cluster = shared;
  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  test(
    'what the limit leaves no room for is deferred, and sent when there is room',
    async () => {
      const t = `x: 1\nqos: limited\n${WAITS}${SMALL}`;
      const project = slurmProject(cluster, { t });
      await project.sweep('s', 't', '--grid', `x=${Array.from({ length: 26 }, (_, i) => i).join()}`);
      const told = await project.submit('--sweep', 's');
      expect(told.submissions.map(({ members, outcome }) => [members.length, outcome])).toEqual([[20, 'accepted']]);
      expect(told.kept_back).toHaveLength(6);
      expect(told.kept_back[0]?.why).toContain('permits no more submitted jobs');
      expect((await project.line('s_x25')).status).toBe('queued');
      await until(() => project.queue('%T').filter((state) => state === 'RUNNING').length === 4);
      await expect
        .poll(async () => (await project.line('s_x19')).note ?? '')
        .toMatch(/limit of jobs that its QOS sets/);

      // Again, and nothing more is sent or recorded twice.
      expect((await project.submit('--sweep', 's')).submissions).toEqual([]);
      expect(project.queue('%i')).toHaveLength(20);

      // Deferred experiments can be held, released and cancelled like queued ones.
      await project.ok('hold', 's_x24', 's_x25');
      expect((await project.line('s_x24')).note).toMatch(/held/);
      await project.ok('cancel', 's_x23', 's_x25', '--yes');
      expect(await project.attempts('s_x25')).toEqual(['train-1 cancelled']);

      go(project);
      await project.waitFor('s_x22', 'completed');
      expect((await project.line('s_x24')).status).toBe('queued');
      await project.ok('release', 's_x24');
      expect(await project.sheaf(['submit', '--sweep', 's', '--wait'])).toMatchObject({ exitCode: 0 });
      const lines = await project.lines('--sweep', 's');
      expect(lines.filter(({ status }) => status !== 'completed')).toEqual([]);
      expect(ask(cluster, ['squeue', '-h'])).toBe('');
    },
    LONG,
  );

  test(
    'what depends on a deferred job is deferred too, and given up when that job fails',
    async () => {
      const t = `x: 1\nqos: limited\ncommand: while [[ ! -e go ]]; do sleep 0.1; done; [ {{ x }} -ne 20 ]\n${SMALL}`;
      const project = slurmProject(cluster, { t });
      await project.sweep('s', 't', '--grid', `x=${Array.from({ length: 22 }, (_, i) => i).join()}`);
      await project.submit('--sweep', 's');
      for (const [expId, parent] of [
        ['behind', 's_x21'],
        ['in_vain', 's_x20'],
      ] as const) {
        await project.create(expId, 't');
        const { kept_back: kept } = await project.submit(expId, '--after', parent, '--set', 'qos=normal');
        expect(kept).toEqual([{ exp_id: expId, why: 'a job that it waits for is deferred' }]);
      }
      go(project);
      await project.sheaf(['wait', 'behind', 'in_vain']);
      expect(await project.attempts('behind')).toEqual(['train-1 completed']);
      expect(await project.attempts('in_vain')).toEqual(['train-1 failed dependency']);
      expect((await project.line('s_x21')).status).toBe('completed');
    },
    LONG,
  );

  test(
    'submit --wait sends all of it, with the stages that follow',
    async () => {
      const stages = 'stages:\n  train: {command: "true"}\n  eval: {command: "true", after: train}\n';
      const project = slurmProject(cluster, { t: `x: 1\nqos: limited\n${stages}${SMALL}` });
      await project.sweep('s', 't', '--grid', `x=${Array.from({ length: 14 }, (_, i) => i).join()}`);
      expect(await project.sheaf(['submit', '--sweep', 's', '--wait'])).toMatchObject({ exitCode: 0 });
      expect(await project.attempts('s_x13')).toEqual(['train-1 completed', 'eval-1 completed']);
    },
    LONG,
  );
});

const CHAIN = `x: 1
stages:
  train: {command: "echo train; [ {{ x }} -ne 2 ]"}
  eval: {command: "cat ../train-1/out.log $SHEAF_DIR/attempts/train-*/out.log; [[ ! -e bad ]]", after: train}
${SMALL}`.replace('../train-1/out.log ', '');

describeSlurm('stages', (cluster) => {
  test.concurrent(
    'eval follows train, alone and each member of a sweep',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: CHAIN }, { finished });
      await project.create('one', 't');
      const { env, taken } = project.calls();
      await project.sheaf(['submit', 'one'], { env });
      expect(sbatches(taken())[1]).toMatch(/ --dependency=afterok:\d+ --kill-on-invalid-dep=yes /);
      await project.ok('wait', 'one');
      expect(project.read('experiments/one/attempts/eval-1/out.log')).toBe('train\n');

      await project.sweep('s', 't', '--grid', 'x=1,2,3');
      const array = project.calls();
      await project.sheaf(['submit', '--sweep', 's'], { env: array.env });
      expect(sbatches(array.taken())[1]).toMatch(/ --array=0-2 --dependency=aftercorr:\d+ /);
      expect(await project.sheaf(['wait', '--sweep', 's'])).toMatchObject({ exitCode: 3 });
      expect(await project.attempts('s_x1')).toEqual(['train-1 completed', 'eval-1 completed']);
      expect(await project.attempts('s_x2')).toEqual(['train-1 failed exit_code', 'eval-1 failed dependency']);
      expect(await project.attempts('s_x3')).toEqual(['train-1 completed', 'eval-1 completed']);
      await until(() => project.queue('%i').length === 0);
      expect(existsSync(join(project.path, 'experiments/s_x2/attempts/eval-1'))).toBe(false);
      // The failure that matters is the one of train.
      expect(await project.line('s_x2')).toMatchObject({ status: 'failed', cause: 'exit_code', stage: 'train' });
    },
    LONG,
  );

  test.concurrent(
    'eval runs again alone, without training',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: CHAIN }, { finished });
      writeFileSync(join(project.path, 'bad'), '');
      await project.create('one', 't');
      expect(await project.sheaf(['submit', 'one', '--wait'])).toMatchObject({ exitCode: 1 });
      expect(await project.attempts('one')).toEqual(['train-1 completed', 'eval-1 failed exit_code']);
      rmSync(join(project.path, 'bad'));
      const { submissions } = await project.submit('one', '--stage', 'eval');
      expect(submissions.map(({ stage }) => stage)).toEqual(['eval']);
      await project.ok('wait', 'one');
      expect(await project.attempts('one')).toEqual([
        'train-1 completed',
        'eval-1 failed exit_code',
        'eval-2 completed',
      ]);
      // A stage whose parent failed is refused, with what helps.
      await project.create('two', 't', '--x', '2');
      await project.sheaf(['submit', 'two', '--wait']);
      const refused = await project.sheaf(['submit', 'two', '--stage', 'eval']);
      expect(refused).toMatchObject({ exitCode: 2 });
      expect(refused.stderr).toMatch(/stage eval of two needs train, which has failed[^]*sheaf submit two/);
    },
    LONG,
  );

  test.concurrent(
    '--after waits for a job that runs, and knows one that ended, failed or was forgotten by the queue',
    async ({ onTestFinished: finished }) => {
      const t = `x: 1\ncommand: while [[ -e wait_{{ x }} ]]; do sleep 0.1; done; [ {{ x }} -ne 2 ]\n${SMALL}`;
      const project = slurmProject(cluster, { t }, { finished });
      for (const x of [1, 2, 3, 4, 5]) await project.create(`e${x}`, 't', '--x', `${x}`);
      writeFileSync(join(project.path, 'wait_1'), '');
      await project.submit('e1');
      await project.submit('e3', '--after', 'e1');
      await until(async () => /waits for another job to end/.test((await project.line('e3')).note ?? ''));
      rmSync(join(project.path, 'wait_1'));
      await project.ok('wait', 'e3');

      const { env, taken } = project.calls();
      await project.sheaf(['submit', 'e4', '--after', 'e1'], { env });
      expect(sbatches(taken())).toEqual([expect.not.stringContaining('--dependency')]);
      await project.ok('wait', 'e4');

      await project.sheaf(['submit', 'e2', '--wait']);
      const failed = await project.sheaf(['submit', 'e5', '--after', 'e2']);
      expect(failed.exitCode).toBe(2);
      expect(failed.stderr).toContain('e2');
      expect((await project.line('e5')).status).toBe('created');
      expect(project.queue('%i')).toEqual([]);
    },
    LONG,
  );
});

const PACKED = `x: 1
pack: 3
stages:
  train: {command: "echo x {{ x }}; while [[ -e wait ]]; do sleep 0.1; done; [ {{ x }} -ne 2 ]"}
  eval: {command: "echo eval {{ x }}", after: train}
${SMALL}`;

describeSlurm('packs', (cluster) => {
  test.concurrent(
    'members share jobs, each with its own log, end and chain',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: PACKED }, { finished });
      await project.sweep('s', 't', '--grid', 'x=1,2,3,4,5');
      const { env, taken } = project.calls();
      await project.sheaf(['submit', '--sweep', 's'], { env });
      expect(sbatches(taken()).map((call) => / --array=\S+/.exec(call)?.[0])).toEqual([' --array=0-1', ' --array=0-1']);
      expect(await project.sheaf(['wait', '--sweep', 's'])).toMatchObject({ exitCode: 3 });
      for (const x of [1, 3, 4, 5]) {
        expect(await project.attempts(`s_x${x}`)).toEqual(['train-1 completed', 'eval-1 completed']);
        expect(project.read(`experiments/s_x${x}/attempts/train-1/out.log`)).toBe(`x ${x}\n`);
        expect(project.read(`experiments/s_x${x}/attempts/eval-1/out.log`)).toBe(`eval ${x}\n`);
      }
      expect(await project.attempts('s_x2')).toEqual(['train-1 failed exit_code', 'eval-1 failed dependency']);
      const { exit_code: status } = JSON.parse(project.read('experiments/s_x2/attempts/train-1/ended.json')) as {
        exit_code: number;
      };
      expect(status).toBe(1);
      await until(() => project.queue('%i').length === 0);
    },
    LONG,
  );

  test.concurrent(
    'one member of a pack cannot be cancelled alone; all of them can',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: PACKED }, { finished });
      writeFileSync(join(project.path, 'wait'), '');
      await project.sweep('s', 't', '--grid', 'x=1,2,3');
      await project.submit('--sweep', 's');
      await project.waitFor('s_x1', 'running');
      const alone = await project.sheaf(['cancel', 's_x1']);
      expect(alone.exitCode).not.toBe(0);
      expect(alone.stderr).toContain('s_x1 shares its job with others that are active');
      expect((await project.line('s_x1')).status).toBe('running');
      await project.ok('cancel', '--sweep', 's', '--yes');
      await until(() => project.queue('%i').length === 0);
      for (const x of [1, 2, 3]) {
        await project.waitFor(`s_x${x}`, 'cancelled');
        expect((await project.attempts(`s_x${x}`))[0]).toBe('train-1 cancelled');
      }
      expect(readFileSync(join(project.path, 'experiments/s_x1/attempts/train-1/out.log'), 'utf8')).toBe('x 1\n');
    },
    LONG,
  );
});
