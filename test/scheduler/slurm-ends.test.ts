import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { removePath } from '../../src/system/index.ts';
import { describeSlurm, disposableCluster, userFolder, type Cluster } from '../support/slurm.ts';
import { ask, projectIn, slurmProject, SMALL, tokensOf, type SlurmProject } from '../support/slurm-project.ts';
import { until } from '../support/until.ts';

const LONG = 170_000;

/** Makes and submits one experiment with this command, and waits for its end. */
async function ended(project: SlurmProject, template = 't'): Promise<Awaited<ReturnType<SlurmProject['line']>>> {
  await project.create('a', template);
  await project.submit('a');
  await project.sheaf(['wait', 'a']);
  return project.line('a');
}

function recordOf(project: SlurmProject, file: string): Record<string, unknown> {
  return JSON.parse(project.read(`experiments/a/attempts/train-1/${file}.json`)) as Record<string, unknown>;
}

/**
 * Slurm signals the processes of a job one by one, and its script forwards the signal: a program may receive it twice, and
 * its sleep may be killed first, so that the programs below start another one.
 */
const SAVED = /^(saved\n){1,2}$/;

const HOG = 'command: python3 -c "import time; x = bytearray(200 * 2**20); time.sleep(60)"\n';

describeSlurm('how a job ends', (cluster) => {
  test.concurrent(
    'a job that reaches its time limit is asked first and may save, and is recorded as timed out',
    async ({ onTestFinished: finished }) => {
      const t = `command: trap 'echo saved; exit 0' TERM; while :; do sleep 1000 & wait; done\npartition: cpu\nmem: 50M\ntime_limit: 1\n`;
      const project = slurmProject(cluster, { t }, { finished });
      expect(await ended(project)).toMatchObject({
        status: 'failed',
        cause: 'timeout',
        note: 'its time limit was reached',
      });
      expect(project.read('experiments/a/attempts/train-1/out.log')).toMatch(SAVED);
      expect(recordOf(project, 'ended')).toMatchObject({ exit_code: 0, signal: 'TERM' });
    },
    LONG,
  );

  test.concurrent(
    'a job that uses more memory than it asked for is recorded as out of memory',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `${HOG}${SMALL}` }, { finished });
      expect(await ended(project)).toMatchObject({
        status: 'failed',
        cause: 'host_oom',
        // Where slurmd kills it, and not the kernel, its message has numbers.
        note: expect.stringMatching(/^it used (more|0\.\d+ GiB of) memory\b/),
      });
      expect((await project.sheaf(['retry', 'a', '--set', 'mem=400M', '--hold'])).exitCode).toBe(0);
      await project.ok('cancel', 'a');
    },
    LONG,
  );

  const ENDS = [
    ['exit 1', 1, /exit code 1$/],
    ['exit 42', 42, /exit code 42$/],
    ['exit 255', 255, /exit code 255$/],
    ['exit 137', 137, /137|signal 9/],
    ['kill -KILL $$', 137, /137|signal 9/],
    ['kill -SEGV $$', 139, /139|signal 11/],
    ['kill -TERM $$', 143, /143|signal 15/],
    ['no_such_program', 127, /command not found: no_such_program$/],
  ] as const;

  test.concurrent(
    'a job that fails is recorded with the exit code of its program',
    async ({ onTestFinished: finished }) => {
      const templates = Object.fromEntries(ENDS.map(([command], i) => [`t${i}`, `command: ${command}\n${SMALL}`]));
      const project = slurmProject(cluster, templates, { finished });
      for (const [i] of ENDS.entries()) await project.create(`e${i}`, `t${i}`);
      const all = ENDS.map((_, i) => `e${i}`);
      await project.ok('submit', ...all, '--yes');
      await project.sheaf(['wait', ...all]);
      for (const [i, [command, status, note]] of ENDS.entries()) {
        const line = await project.line(`e${i}`);
        expect(line, command).toMatchObject({ status: 'failed', cause: 'exit_code', exit_code: status });
        expect(line.note, command).toMatch(note);
      }
    },
    LONG,
  );

  test.concurrent(
    'a job that is cancelled is recorded so, even if its program traps the signal and exits with 0',
    async ({ onTestFinished: finished }) => {
      const t = `command: trap 'echo saved; exit 0' TERM; touch ready_$SHEAF_EXP_ID; while :; do sleep 1000 & wait; done\n${SMALL}`;
      const project = slurmProject(cluster, { t }, { finished });
      for (const expId of ['a', 'b']) await project.create(expId, 't');
      await project.submit('a', 'b');
      await until(() => ['a', 'b'].every((expId) => existsSync(join(project.path, `ready_${expId}`))));
      await project.ok('cancel', 'a');
      await project.waitFor('a', 'cancelled');
      expect(project.read('experiments/a/attempts/train-1/out.log')).toMatch(SAVED);
      // By someone who does not ask sheaf.
      const { job } = await project.line('b');
      await project.run(['scancel', job ?? '']);
      await project.waitFor('b', 'cancelled');
    },
    LONG,
  );

  test.concurrent(
    'a job whose experiment folders were purged while it waited makes them again and runs',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `command: echo ran\n${SMALL}` }, { finished });
      await project.create('a', 't');
      await project.submit('a', '--hold');
      rmSync(join(project.path, 'experiments'), { recursive: true });
      await project.ok('release', 'a');
      await project.ok('wait', 'a');
      expect(project.read('experiments/a/attempts/train-1/out.log')).toBe('ran\n');
    },
    LONG,
  );

  test.concurrent(
    'a job whose folder cannot be made runs nothing and says so',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `command: touch ran\n${SMALL}` }, { finished });
      await project.create('a', 't');
      await project.submit('a', '--hold');
      const folder = join(project.path, 'experiments/a');
      chmodSync(folder, 0o555);
      await project.ok('release', 'a');
      await project.sheaf(['wait', 'a']);
      expect(await project.line('a')).toMatchObject({
        status: 'failed',
        cause: 'launch',
        note: expect.stringMatching(/^cannot write into .*train-1; nothing was run$/) as string,
      });
      expect((await project.sheaf(['logs', 'a'])).stdout).toMatch(/cannot write into .*train-1; nothing was run/);
      expect(existsSync(join(project.path, 'ran'))).toBe(false);
      chmodSync(folder, 0o755);
      await project.ok('retry', 'a', '--wait');
      expect((await project.attempts('a')).at(-1)).toBe('train-2 completed');
    },
    LONG,
  );

  test.concurrent(
    'a job whose folder was removed while it ran is recorded with the end that Slurm reports',
    async ({ onTestFinished: finished }) => {
      const t = `x: 0\ncommand: cd /; while [[ ! -e $SHEAF_PROJECT/go ]]; do sleep 0.1; done; exit {{ x }}\n${SMALL}`;
      const project = slurmProject(cluster, { t }, { finished });
      for (const x of [0, 5]) await project.create(`e${x}`, 't', '--x', `${x}`);
      await project.submit('e0', 'e5');
      await project.waitFor('e0', 'running');
      await project.waitFor('e5', 'running');
      for (const id of ['e0', 'e5'])
        await until(() => existsSync(join(project.path, 'experiments', id, 'attempts/train-1/started.json')));
      removePath(join(project.path, 'experiments'));
      writeFileSync(join(project.path, 'go'), '');
      await project.sheaf(['wait', 'e0', 'e5']);
      expect((await project.line('e0')).status).toBe('completed');
      expect(await project.line('e5')).toMatchObject({ status: 'failed', cause: 'exit_code', exit_code: 5 });
    },
    LONG,
  );

  test.concurrent(
    'a job whose submission folder was removed while it waited runs nothing and says so',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `command: touch ran\n${SMALL}` }, { finished });
      await project.create('a', 't');
      await project.submit('a', '--hold');
      const [token = ''] = tokensOf(project.path);
      rmSync(join(project.path, '.sheaf/submissions', token), { recursive: true });
      await project.ok('release', 'a');
      await project.sheaf(['wait', 'a']);
      expect(await project.line('a')).toMatchObject({
        status: 'failed',
        cause: 'launch',
        note: expect.stringMatching(/members\.tsv .*nothing was run$/) as string,
      });
      expect((await project.sheaf(['logs', 'a'])).stdout).toMatch(/members\.tsv/);
      expect(existsSync(join(project.path, 'ran'))).toBe(false);
      await project.ok('retry', 'a', '--wait');
      expect((await project.attempts('a')).at(-1)).toBe('train-2 completed');
    },
    LONG,
  );

  test.concurrent(
    'a job whose output file cannot be opened is not run by Slurm, and sheaf says what to look at',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `command: touch ran\n${SMALL}` }, { finished });
      await project.create('a', 't');
      await project.submit('a', '--hold');
      const [token = ''] = tokensOf(project.path);
      const folder = join(project.path, '.sheaf/submissions', token);
      chmodSync(folder, 0o555);
      await project.ok('release', 'a');
      await project.sheaf(['wait', 'a']);
      expect(await project.line('a')).toMatchObject({
        status: 'failed',
        cause: 'launch',
        note: expect.stringMatching(/could not open its output file/) as string,
      });
      expect(existsSync(join(project.path, 'ran'))).toBe(false);
      chmodSync(folder, 0o755);
      await project.ok('retry', 'a', '--wait');
    },
    LONG,
  );

  test.concurrent(
    'a disk that fills at any moment of a submit leaves nothing half recorded, and the same submit later goes on',
    async ({ onTestFinished: finished }) => {
      const folder = userFolder(cluster, 'sheaf1', {}, finished);
      const user = cluster.users.find(({ name }) => name === 'sheaf1');
      const options = `size=2m,uid=${user?.uid},gid=${user?.gid},mode=0755`;
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder.path]).status).toBe(0);
      finished(() => void spawnSync('umount', ['-l', folder.path]));
      const project = projectIn(cluster, folder);
      await project.run(
        ['bash', '-c', `mkdir templates && cat >templates/t.yaml && echo scheduler: slurm >sheaf.yaml`],
        {
          input: `command: "true"\n${SMALL}`,
        },
      );
      const filler = join(project.path, 'filler');
      const outcomes = new Set<string>();
      for (const free of [0, 4, 8, 16, 32, 48, 64, 72, 80, 96, 128]) {
        const expId = `e${free}`;
        await project.create(expId, 't');
        const { bavail, bsize } = statfsSync(project.path);
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - free * 1024)));
        if (user !== undefined) chownSync(filler, user.uid, user.gid);
        const submitted = await project.sheaf(['submit', expId]);
        outcomes.add(submitted.exitCode === 0 ? 'submitted' : 'refused');
        if (submitted.exitCode !== 0) expect(submitted.stderr, expId).toMatch(/ENOSPC|no space|disk/i);
        rmSync(filler);
        const isUnrecorded = submitted.stderr.includes('that could not be recorded');
        if (submitted.exitCode !== 0 && !isUnrecorded) {
          expect((await project.line(expId)).status, expId).toBe('created');
          expect(project.queue('%j %T'), expId).toEqual([]);
        }
        // The same again makes it whole: no attempt runs twice.
        await project.ok('submit', expId);
        await project.ok('wait', expId);
        expect((await project.attempts(expId)).filter((attempt) => attempt.endsWith('completed'))).toHaveLength(1);
        spawnSync('rm', ['-rf', join(project.path, 'experiments')]);
      }
      expect(outcomes).toEqual(new Set(['refused', 'submitted']));
    },
    LONG,
  );
});

describeSlurm('how a job ends on another cluster', (shared) => {
  let cluster: Cluster = shared;
  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  test(
    'a job that uses more memory than it asked for is killed by Slurm and recorded as out of memory',
    async () => {
      const project = slurmProject(cluster, { t: `${HOG}${SMALL}` });
      expect(await ended(project)).toMatchObject({ status: 'failed', cause: 'host_oom' });
      expect(readFileSync(join(project.path, 'experiments/a/attempts/train-1/err.log'), 'utf8')).not.toMatch(
        /Traceback/,
      );
      const { job } = await project.line('a');
      const state = await until(() => ask(cluster, ['sacct', '-nXP', '-j', job ?? '', '-o', 'State']));
      expect(state).toBe(cluster.memoryLimit === 'cgroup' ? 'OUT_OF_MEMORY' : 'FAILED');
    },
    LONG,
  );
});
