/** What becomes of experiments when a part of a real cluster fails under them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Ran } from '../support/run-sheaf.ts';
import { describeSlurm, disposableCluster, userFolder, type Cluster, type UserFolder } from '../support/slurm.ts';
import { until } from '../support/until.ts';

const TEMPLATE = 'run: "true"\nseed: 0\ntime_limit: "00:10:00"\ncommand: bash -c "$SHEAF_P_run"\n';
const FILES = {
  'sheaf.yaml': 'scheduler: slurm\n',
  'templates/once.yaml': `${TEMPLATE}requeue: false\n`,
  'templates/again.yaml': `${TEMPLATE}requeue: true\n`,
};

/** A program that goes on when {@link Project.letGo} says so. */
const WAITS = 'echo attempt $SHEAF_ATTEMPT; until [ -e go-$SHEAF_EXP_ID-$SHEAF_ATTEMPT ]; do sleep 0.1; done';

/** After so long one that is out of sight is lost. */
const GRACE_PASSED = { SHEAF_TEST_CLOCK_OFFSET_MS: '130000' };
/** The same where accounting has it as running still. */
const LONG_GRACE_PASSED = { SHEAF_TEST_CLOCK_OFFSET_MS: '1930000' };

interface Line {
  readonly exp_id: string;
  readonly status: string;
  readonly cause: string | null;
  readonly attempt: number;
  readonly job: string;
  readonly exit_code: number | null;
  readonly note: string | null;
  readonly unseen_since: string | null;
}

interface Looked {
  readonly exitCode: number | null;
  readonly warnings: string;
  readonly seconds: number;
  readonly of: Readonly<Record<string, Line>>;
}

type Env = Readonly<Record<string, string>>;

interface Project {
  readonly folder: UserFolder;
  sheaf(line: string, env?: Env): Promise<Ran>;
  /** Makes experiments, by name what each runs, and submits them one by one. */
  submit(programs: Readonly<Record<string, string>>, flags?: string, submitFlags?: string): Promise<void>;
  look(env?: Env): Promise<Looked>;
  letGo(name: string): void;
  /** Words of `show`. */
  show(name: string): Promise<string>;
}

function projectOn(cluster: Cluster): Project {
  const folder = userFolder(cluster, 'sheaf1', FILES);
  const all = { SHEAF_POLL_SECONDS: '0' };
  const run = async (words: readonly string[], env?: Env) => await folder.sheaf(words, { env: { ...all, ...env } });
  const done = async (words: readonly string[], env?: Env) => {
    const ran = await run(words, env);
    if (ran.exitCode !== 0) throw new Error(`sheaf ${words.join(' ')} ended with ${ran.exitCode}: ${ran.stderr}`);
    return ran;
  };
  return {
    folder,
    sheaf: async (line, env) => await run(line.split(' '), env),
    submit: async (programs, flags = '--template once', submitFlags = '') => {
      for (const [name, program] of Object.entries(programs)) {
        await done(['new', '--exp-id', name, ...flags.split(' '), '--run', program]);
        await done(['submit', name, ...submitFlags.split(' ').filter((word) => word !== '')]);
      }
    },
    look: async (env) => {
      const began = performance.now();
      const { exitCode, stdout, stderr } = await run(['status', '--where', 'exp_id ~ "*"', '--json'], env);
      const seconds = (performance.now() - began) / 1000;
      if (stdout === '') return { exitCode, seconds, warnings: stderr, of: {} };
      const { data, warnings } = JSON.parse(stdout) as { data: { experiments: Line[] }; warnings: string[] };
      const of = Object.fromEntries(data.experiments.map((line) => [line.exp_id, line]));
      return { exitCode, seconds, warnings: warnings.join('\n'), of };
    },
    letGo: (name) => writeFileSync(join(folder.path, `go-${name}`), ''),
    show: async (name) => (await done(['show', name])).stdout,
  };
}

/** Looks until it is so. */
async function seen(project: Project, names: Readonly<Record<string, string>>, env?: Env): Promise<Looked> {
  return await until(async () => {
    const looked = await project.look(env);
    return Object.entries(names).every(([name, status]) => statusOf(looked.of[name]) === status) && looked;
  });
}

/** `failed/lost`, `running` */
function statusOf(line: Line | undefined): string {
  return line === undefined ? 'unknown' : [line.status, line.cause ?? []].flat().join('/');
}

function statuses(looked: Looked): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(looked.of).map(([name, line]) => [name, statusOf(line)]));
}

function idsOf({ of }: Looked): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(of).map(([name, { job }]) => [name, job]));
}

function ask(cluster: Cluster, line: string): string {
  const [program = '', ...words] = line.split(' ');
  const { status, stdout, stderr } = spawnSync(program, words, { env: cluster.env, cwd: '/tmp', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${line} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

/** `started` or `ended`, as the job itself records it. */
async function recorded(project: Project, what: 'started' | 'ended', ...names: readonly string[]): Promise<void> {
  const file = (name: string) => join(project.folder.path, 'experiments', name, 'attempts/train-1', `${what}.json`);
  await until(() => names.every((name) => existsSync(file(name))));
}

/** Submits a held job without sheaf, whose name is `other`. */
async function submitOther(project: Project): Promise<string> {
  const words = ['--hold', '-J', 'other', '-o', '/dev/null', '--wrap', 'true'];
  return (await project.folder.run(['sbatch', '--parsable', ...words])).stdout.trim();
}

/** A look for which the cluster was asked: one that is younger than a moment serves others, too. */
async function askedInVain(project: Project): Promise<Looked> {
  return await until(async () => {
    const looked = await project.look();
    return looked.warnings !== '' && looked;
  });
}

describeSlurm('a controller', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  afterEach(async () => {
    cluster.daemon('slurmctld').resume();
    await cluster.daemon('munged').start();
    await cluster.daemon('slurmctld').start();
  });

  test('that is down: all stays as it was known, and what ended meanwhile is known when it is back', async () => {
    const project = projectOn(cluster);
    await project.submit({ good: WAITS, bad: `${WAITS}; exit 3`, long: WAITS });
    await project.submit({ held: 'true' }, undefined, '--hold');
    await project.sheaf('new --exp-id late --template once');
    const before = await seen(project, { good: 'running', bad: 'running', long: 'running', held: 'queued' });
    await cluster.daemon('slurmctld').stop();
    project.letGo('good-1');
    project.letGo('bad-1');
    await recorded(project, 'ended', 'good', 'bad');

    const [during, refused] = await Promise.all([askedInVain(project), project.sheaf('submit late')]);
    expect(statuses(during)).toEqual(statuses(before));
    expect(during.exitCode).toBe(0);
    expect(during.warnings).toContain('the scheduler could not be asked, so that this is what was known before');
    expect(during.warnings).toContain('Unable to contact slurm controller');
    expect(during.seconds).toBeLessThan(25);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('the cluster cannot be reached; nothing was sent');

    await cluster.daemon('slurmctld').start();
    const after = { good: 'completed', bad: 'failed/exit_code', long: 'running', held: 'queued', late: 'created' };
    const { of } = await seen(project, after);
    expect(of['bad']).toMatchObject({ exit_code: 3, note: 'exit code 3' });
    await project.sheaf('submit late');
    await seen(project, { late: 'completed' });
    await project.sheaf('cancel long held --yes');
    await seen(project, { long: 'cancelled', held: 'cancelled' });
  }, 90_000);

  test('that hangs: a submission in doubt is looked up, and runs once', async () => {
    const project = projectOn(cluster);
    await project.submit({ long: WAITS });
    await seen(project, { long: 'running' });
    await project.sheaf('new --exp-id doubtful --template once');
    cluster.daemon('slurmctld').pause();
    const [during, submitted] = await Promise.all([askedInVain(project), project.sheaf('submit doubtful')]);
    expect(statusOf(during.of['long'])).toBe('running');
    expect(submitted.exitCode).toBe(1);
    expect(submitted.stderr).toContain('it is not known whether the scheduler took it');
    expect(submitted.stderr).toContain('nothing will be submitted twice');
    cluster.daemon('slurmctld').resume();
    const { of } = await seen(project, { long: 'running', doubtful: 'completed' });
    expect(of['doubtful']?.attempt).toBe(1);
    const all = ask(cluster, 'squeue -h -a -t all -o %j|%T').split('\n');
    expect(all.filter((row) => row.startsWith('doubtful-'))).toEqual([expect.stringMatching(/COMPLETED$/)]);
    await project.sheaf('cancel long --yes');
  }, 90_000);

  test('that crashes: what it forgot is lost after a while, no job with the same id is taken for it, and it runs again', async () => {
    const project = projectOn(cluster);
    ask(cluster, 'scontrol update nodename=cpu1 state=drain reason=test');
    const program = `echo >>ran-$SHEAF_EXP_ID; ${WAITS}`;
    for (const [name, partition] of [
      ['waits', 'cpu'],
      ['runs', 'a100_public'],
    ] as const) {
      const words = ['--exp-id', name, '--template', 'once', '--partition', partition, '--run', program];
      await project.folder.sheaf(['new', ...words]);
    }
    await project.submit({ kept: WAITS });
    const began = Date.now();
    const saved = join(cluster.dir, 'state/job_state');
    // What was submitted before a controller saves its state is kept, and it saves it every 5 s.
    await until(() => existsSync(saved) && statSync(saved).mtimeMs > began);
    await project.sheaf('submit waits runs');
    await recorded(project, 'started', 'runs');
    await cluster.daemon('slurmctld').kill9();
    await cluster.daemon('slurmctld').start();

    const others = [await submitOther(project), await submitOther(project), await submitOther(project)];
    const soon = await project.look();
    const forgotten = [soon.of['waits']?.job, soon.of['runs']?.job];
    expect(others).toEqual(expect.arrayContaining(forgotten));
    expect(soon.of['waits']?.unseen_since).not.toBeNull();
    expect(soon.of['runs']?.unseen_since).not.toBeNull();
    expect(statuses(soon)).toEqual({ waits: 'queued', runs: 'running', kept: 'running' });

    const later = await seen(project, { waits: 'failed/lost', runs: 'failed/lost' }, LONG_GRACE_PASSED);
    expect(later.of['waits']?.note).toContain('a controller that crashes forgets what it took in its last seconds');
    // That the node is drained may be among what it forgot: then there is nothing to resume.
    spawnSync('scontrol', ['update', 'nodename=cpu1', 'state=resume'], { env: cluster.env });
    const again = await project.sheaf('retry waits runs', LONG_GRACE_PASSED);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('attempt 2') as string });
    for (const name of ['waits-2', 'runs-2', 'kept-1']) project.letGo(name);
    await seen(project, { waits: 'completed', runs: 'completed', kept: 'completed' }, LONG_GRACE_PASSED);
    const timesRun = (name: string) => readFileSync(join(project.folder.path, `ran-${name}`), 'utf8').length;
    expect([timesRun('waits'), timesRun('runs')]).toEqual([1, 2]);
    expect(ask(cluster, 'squeue -h -a -n other -o %T')).toBe('PENDING\nPENDING\nPENDING');
    ask(cluster, `scancel ${others.join(' ')}`);
  }, 90_000);

  test('that cannot be reached for want of munge: words, and nothing changed', async () => {
    const project = projectOn(cluster);
    await project.submit({ runs: WAITS });
    await project.sheaf('new --exp-id other --template once');
    await seen(project, { runs: 'running' });
    await cluster.daemon('munged').stop();
    const during = await askedInVain(project);
    expect(during.warnings).toContain('Protocol authentication error');
    expect(statuses(during)).toEqual({ runs: 'running', other: 'created' });
    const refused = await project.sheaf('submit other');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('the cluster cannot be reached; nothing was sent');
    const cancelled = await project.sheaf('cancel runs --yes');
    expect(cancelled.exitCode).toBe(1);
    expect(cancelled.stderr).toContain('the cluster does not answer');
    await cluster.daemon('munged').start();
    project.letGo('runs-1');
    await seen(project, { runs: 'completed', other: 'created' });
  }, 90_000);

  test('whose SLURM_CONF is not there: words at once, instead of the minute for which Slurm would try', async () => {
    const project = projectOn(cluster);
    await project.submit({ runs: WAITS });
    await project.sheaf('new --exp-id other --template once');
    await seen(project, { runs: 'running' });
    const nowhere = { SLURM_CONF: '/nowhere/slurm.conf' };
    const began = performance.now();
    for (const line of ['status', 'submit other', 'cancel runs --yes', 'retry runs']) {
      const { exitCode, stderr } = await project.sheaf(line, nowhere);
      expect({ line, exitCode }).toEqual({ line, exitCode: 1 });
      expect(stderr).toContain('SLURM_CONF=/nowhere/slurm.conf: there is no such file');
      expect(stderr).toContain('Nothing was changed.');
    }
    expect(performance.now() - began).toBeLessThan(10_000);
    project.letGo('runs-1');
    await seen(project, { runs: 'completed', other: 'created' });
  }, 90_000);

  test('that was set up anew: a new job with the id of an old one is neither taken for it nor cancelled with it', async () => {
    const cluster = await disposableCluster();
    const controller = cluster.daemon('slurmctld');
    const nodes = [cluster.daemon('slurmd.l40s1'), cluster.daemon('slurmd.l40s2')];
    const old = projectOn(cluster);
    await old.submit({ done: 'true' });
    await old.submit({ waits: 'true', unwanted: 'true' }, undefined, '--hold');
    await seen(old, { done: 'completed', waits: 'queued', unwanted: 'queued' });
    await Promise.all([controller, ...nodes].map(async (daemon) => await daemon.stop()));
    await cluster.forgetState();
    await controller.start();
    await Promise.all(nodes.map(async (node) => await node.start()));
    const fresh = projectOn(cluster);
    await fresh.submit({ done: WAITS, waits: WAITS, unwanted: WAITS });

    expect((await old.sheaf('cancel unwanted --yes')).exitCode).toBe(0);
    const after = await seen(old, { done: 'completed', waits: 'cancelled', unwanted: 'cancelled' });
    const all = await seen(fresh, { done: 'running', waits: 'running', unwanted: 'running' });
    expect(idsOf(after)).toEqual({ done: '1', waits: '2', unwanted: '3' });
    expect(idsOf(all)).toEqual(idsOf(after));
    for (const name of ['done-1', 'waits-1', 'unwanted-1']) fresh.letGo(name);
    await seen(fresh, { done: 'completed', waits: 'completed', unwanted: 'completed' });
    expect(statuses(await old.look())).toEqual(statuses(after));
  }, 90_000);
});

describeSlurm('jobs that end and leave the queue', () => {
  /** All kinds of ends; nobody looks before the last of them has left the queue. */
  async function endAll(cluster: Cluster): Promise<Project> {
    const project = projectOn(cluster);
    await project.submit({ limited: 'sleep 300' }, '--template once --time-limit 00:01:00');
    await project.submit({ killed: WAITS, cancelled: WAITS });
    await project.submit({ held: 'true', vanished: 'true' }, undefined, '--hold');
    await recorded(project, 'started', 'limited', 'killed', 'cancelled');
    const { of } = await project.look();
    expect(await project.sheaf('cancel cancelled held --yes')).toMatchObject({ exitCode: 0 });
    ask(cluster, `scancel ${of['killed']?.job} ${of['vanished']?.job}`);
    await project.submit({ good: 'true', bad: 'exit 3' });
    const hog = 'python3 -c "import time; x = bytearray(200 * 2**20); time.sleep(20)"; exit $?';
    await project.submit({ hungry: hog }, '--template once --mem 50M');
    await recorded(project, 'ended', 'limited', 'good', 'bad');
    await until(() => ask(cluster, 'squeue -h -a -t all') === '');
    return project;
  }

  test('without accounting, or while it is away: nothing is lost for that, and what can be known is', async () => {
    const [none, away] = await Promise.all([
      disposableCluster({ accounting: false, minJobAge: 2 }),
      disposableCluster({ minJobAge: 2 }),
    ]);
    await away.daemon('slurmdbd').stop();
    const [withNone, withAway] = await Promise.all([endAll(none), endAll(away)]);

    const known = {
      good: 'completed',
      bad: 'failed/exit_code',
      cancelled: 'cancelled',
      held: 'cancelled',
      hungry: 'failed/host_oom',
      limited: 'failed/timeout',
    };
    await withNone.look();
    const ofNone = await withNone.look(GRACE_PASSED);
    expect(statuses(ofNone)).toEqual({ ...known, killed: 'failed/exit_code', vanished: 'failed/lost' });
    expect(ofNone.of['killed']?.exit_code).toBe(143);
    expect(ofNone.of['hungry']?.note).toBe('it used more memory than it had asked for');
    expect(ofNone.of['vanished']?.note).toMatch(/^last seen pending .*; the queue does not know it, and it left no/);
    expect(ofNone.warnings).toBe('');

    await withAway.look();
    const later = await withAway.look(GRACE_PASSED);
    expect(later.warnings).toContain('accounting could not be asked, so that some ends are not known yet');
    const unknown = { hungry: 'running', limited: 'running', killed: 'running', vanished: 'queued' };
    expect(statuses(later)).toEqual({ ...known, ...unknown });
    expect(later.of['limited']?.unseen_since).not.toBeNull();
    await away.daemon('slurmdbd').start();
    await seen(withAway, { ...known, killed: 'cancelled', vanished: 'cancelled' });

    await away.daemon('mariadbd').stop();
    await withAway.submit({ late: WAITS });
    await recorded(withAway, 'started', 'late');
    ask(away, `scancel ${(await withAway.look()).of['late']?.job}`);
    await until(() => ask(away, 'squeue -h -a -t all') === '');
    const withoutDatabase = await withAway.look();
    expect(withoutDatabase.warnings).toContain('accounting could not be asked');
    expect(statusOf(withoutDatabase.of['late'])).toBe('running');
    await away.daemon('mariadbd').start();
    await seen(withAway, { late: 'cancelled' });
  }, 240_000);
});

describeSlurm('a node', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  test('that dies: its job has failed, or goes on elsewhere as the next attempt when it may be requeued', async () => {
    const project = projectOn(cluster);
    await project.submit({ once: WAITS });
    await project.submit({ again: WAITS }, '--template again');
    await seen(project, { once: 'running', again: 'running' });
    expect(ask(cluster, 'squeue -h -a -t R -o %N')).toBe('l40s1\nl40s1');
    await cluster.daemon('slurmd.l40s1').kill9();
    const failed = await seen(project, { once: 'failed/node_fail', again: 'queued' });
    expect(failed.of['once']?.note).toBe('its node failed (l40s1)');
    expect(failed.of['again']?.attempt).toBe(2);
    await until(async () => (await project.look()).of['again']?.note?.includes('after a requeue'));
    await until(() => ask(cluster, 'squeue -h -a -t R -o %N') === 'l40s2');
    await seen(project, { again: 'running' });
    project.letGo('again-2');
    const { of } = await seen(project, { again: 'completed', once: 'failed/node_fail' });
    expect(of['again']?.attempt).toBe(2);
    expect(await project.show('again')).toMatch(/^train-1\tfailed\t.*node_fail: its node failed \(l40s1\)$/m);
    expect(await project.show('again')).toMatch(/^train-2\tcompleted\t/m);
    expect((await project.sheaf('logs again')).stdout).toContain('attempt 2');
    await cluster.daemon('slurmd.l40s1').start();
    expect(statuses(await project.look())).toEqual({ again: 'completed', once: 'failed/node_fail' });
  }, 90_000);

  test('that is drained: why its jobs wait is said, and they run when it is back', async () => {
    const project = projectOn(cluster);
    ask(cluster, 'scontrol update nodename=cpu1 state=drain reason=test');
    await project.submit({ waits: 'true' }, '--template once --partition cpu');
    const note = await until(async () => (await project.look()).of['waits']?.note);
    expect(note).toMatch(/^waits for nodes that .*\(.*\)$/);
    ask(cluster, 'scontrol update nodename=cpu1 state=resume');
    await seen(project, { waits: 'completed' });
  }, 90_000);

  test('jobs that someone holds, releases, requeues and cancels with the tools of Slurm', async () => {
    const project = projectOn(cluster);
    await project.submit({ held: 'true' }, undefined, '--hold');
    await project.submit({ moved: WAITS, ended: WAITS }, '--template again');
    const { of } = await seen(project, { held: 'queued', moved: 'running', ended: 'running' });
    const [held, moved, ended] = ['held', 'moved', 'ended'].map((name) => of[name]?.job);
    expect(of['held']?.note).toBe('is held; sheaf release lets it go (JobHeldUser)');
    ask(cluster, `scontrol release ${held}`);
    ask(cluster, `scontrol requeue ${moved}`);
    ask(cluster, `scontrol hold ${moved}`);
    ask(cluster, `scancel ${ended}`);
    const requeued = await seen(project, { held: 'completed', moved: 'queued', ended: 'cancelled' });
    expect(requeued.of['moved']).toMatchObject({ attempt: 2 });
    await until(async () => (await project.look()).of['moved']?.note === 'is held by an administrator (JobHeldAdmin)');
    ask(cluster, `scontrol release ${moved}`);
    await seen(project, { moved: 'running' });
    project.letGo('moved-2');
    await seen(project, { moved: 'completed' });
    expect(await project.show('moved')).toMatch(/^train-1\tfailed\t.*preempted: it was requeued$/m);
  }, 90_000);

  test('tasks of an array that someone cancels with scancel: of one that waits, Slurm keeps no trace', async () => {
    const project = projectOn(cluster);
    const sweep = ['--template', 'once', '--name', 's', '--grid', 'seed=1,2,3,4', '--run', WAITS];
    await project.folder.sheaf(['sweep', ...sweep, '--submit', '--max-parallel', '2']);
    const { of } = await seen(project, { s_s1: 'running', s_s2: 'running', s_s3: 'queued', s_s4: 'queued' });
    const task = (name: string) => of[name]?.job ?? '';
    ask(cluster, `scancel ${task('s_s1')} ${task('s_s4')}`);
    const some = await seen(project, { s_s1: 'cancelled', s_s2: 'running', s_s3: 'running', s_s4: 'queued' });
    expect(some.of['s_s4']?.unseen_since).not.toBeNull();
    ask(cluster, `scancel ${task('s_s1').replace(/_.*/, '')}`);
    await seen(project, { s_s1: 'cancelled', s_s2: 'cancelled', s_s3: 'cancelled' });
    const later = await project.look(GRACE_PASSED);
    expect(statusOf(later.of['s_s4'])).toBe('failed/lost');
    expect(later.of['s_s4']?.note).toContain('a task of an array that someone cancels while it waits leaves no trace');
  }, 90_000);

  test('on which a job is preempted: it has failed, or runs again when it may be requeued', async () => {
    const project = projectOn(cluster);
    const place = '--partition preempt --gpu-type a100 --num-gpus 1';
    await project.submit({ once: WAITS }, `--template once ${place}`);
    await project.submit({ again: WAITS }, `--template again ${place}`);
    await seen(project, { once: 'running', again: 'running' });
    const high = ['-p', 'a100_public', '--exclusive', '-o', '/dev/null', '--wrap', 'sleep 3'];
    await project.folder.run(['sbatch', ...high]);
    const { of } = await seen(project, { once: 'failed/preempted', again: 'queued' });
    expect(of['once']?.note).toBe('a job of higher priority took its place');
    expect(of['again']?.attempt).toBe(2);
    await seen(project, { again: 'running' });
    project.letGo('again-2');
    await seen(project, { again: 'completed', once: 'failed/preempted' });
    expect(await project.show('again')).toMatch(
      /^train-1\tfailed\t.*preempted: a job of higher priority took its place$/m,
    );
  }, 90_000);
});
