import { chmodSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { ask, slurmProject, tokensOf } from '../support/slurm-project.ts';

const LONG = 150_000;
const GOOD = 'command: "true"\npartition: cpu\nmem: 50M\ntime_limit: 10\n';

interface Refused {
  readonly name: string;
  /** What the template says beside what is good. */
  readonly bad: string;
  readonly exitCode: number;
  /** Slurm's own words, or what sheaf says where Slurm would take the job and never start it. */
  readonly said: RegExp;
  readonly fix: RegExp;
}

/** What Slurm says no to. */
const BY_SLURM: readonly Refused[] = [
  {
    name: 'an account of others',
    bad: 'account: nobody',
    exitCode: 1,
    said: /Invalid account or account\/partition combination specified/,
    fix: /sheaf info lists your accounts/,
  },
  {
    name: 'a partition that is not there',
    bad: 'partition: nowhere',
    exitCode: 1,
    said: /Invalid partition name specified/,
    fix: /sheaf info lists the partitions/,
  },
  {
    name: 'a QOS that is not there',
    bad: 'qos: gold',
    exitCode: 1,
    said: /Invalid qos specification/,
    fix: /sheaf info lists your QOS/,
  },
  {
    name: 'more CPUs than a node has',
    bad: 'cpus_per_task: 65',
    exitCode: 1,
    said: /Requested node configuration is not available/,
    fix: /no node of that partition has that many GPUs or CPUs/,
  },
  {
    name: 'more memory than a node has',
    bad: 'mem: 4T',
    exitCode: 1,
    said: /Memory specification can not be satisfied[^]*Requested node configuration is not available/,
    fix: /that much memory/,
  },
  {
    name: 'a feature that no node has',
    bad: 'constraint: quantum',
    exitCode: 1,
    said: /Invalid feature specification/,
    fix: /change constraint/,
  },
  {
    name: 'a reservation that is not there',
    bad: 'reservation: friday',
    exitCode: 1,
    said: /Requested reservation is invalid/,
    fix: /change reservation/,
  },
  {
    name: 'a node that is not there',
    bad: 'exclude: node99',
    exitCode: 1,
    said: /Invalid node name specified/,
    fix: /change exclude/,
  },
  {
    name: 'an option that sbatch does not know',
    bad: 'sbatch: {warp-speed: 9}',
    exitCode: 1,
    said: /unrecognized option '--warp-speed=9'/,
    fix: /take it out of sbatch: in the template/,
  },
  {
    name: 'a value that sbatch cannot read',
    bad: 'sbatch: {begin: yesterdayish}',
    exitCode: 1,
    said: /yesterdayish|Invalid (?:date|--begin)/,
    fix: /see the template|sbatch:/,
  },
  {
    name: 'a licence that is not there',
    bad: 'sbatch: {licenses: matlab}',
    exitCode: 1,
    said: /Invalid license specification/,
    fix: /licen/,
  },
];

/** What Slurm would take, and never start, or of which it says less. */
const BY_SHEAF: readonly Refused[] = [
  {
    name: 'more GPUs than a node has',
    bad: 'partition: l40s_public\nnum_gpus: 5',
    exitCode: 2,
    said: /no node of partition l40s_public has 5 GPUs/,
    fix: /--set num_gpus=4/,
  },
  {
    name: 'GPUs of a type that the partition has not',
    bad: 'partition: l40s_public\nnum_gpus: 1\ngpu_type: h200',
    exitCode: 2,
    said: /partition l40s_public has no GPUs of type h200/,
    fix: /h200_tandon/,
  },
  {
    name: 'GPUs of a partition without any',
    bad: 'num_gpus: 1',
    exitCode: 2,
    said: /partition cpu has no GPUs/,
    fix: /--set partition=/,
  },
  {
    name: 'more time than the partition permits',
    bad: 'time_limit: 8-00:00:00',
    exitCode: 2,
    said: /time_limit 8-00:00:00 is more than partition cpu permits/,
    fix: /--set time_limit=7-00:00:00/,
  },
  {
    name: 'more time than the QOS permits',
    bad: 'qos: limited\ntime_limit: 120',
    exitCode: 2,
    said: /time_limit 120 is more than QOS limited permits/,
    fix: /--set time_limit=/,
  },
];

/** Reserved keys that are given twice are an error of the template. */
function withBad(bad: string): string {
  const given = new Set([...bad.matchAll(/^\w+/gm)].map(([key]) => key));
  const rest = GOOD.split('\n').filter((line) => !given.has(line.split(':')[0] ?? ''));
  return `${rest.join('\n')}${bad}\n`;
}

describeSlurm('what is refused', (cluster) => {
  const cases = cluster.accounting ? [...BY_SLURM, ...BY_SHEAF] : [];

  test.concurrent.for(cases)(
    '$name',
    { timeout: LONG },
    async ({ bad, exitCode, said, fix }, { onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: withBad(bad), good: GOOD }, { finished });
      await project.create('a', 't');
      const refused = await project.sheaf(['submit', 'a']);
      expect({ exitCode: refused.exitCode, stderr: refused.stderr }).toEqual({
        exitCode,
        stderr: expect.stringMatching(said) as string,
      });
      expect(refused.stderr).toMatch(fix);
      expect(refused.stderr + refused.stdout).toMatch(/no job exists for it|nothing was submitted|Nothing was/i);
      expect(project.queue('%i')).toEqual([]);
      expect((await project.line('a')).status).toBe('created');
      expect((await project.sheaf(['doctor'])).exitCode).toBe(0);
    },
  );

  test.concurrent(
    'the next submit runs as the attempt after the refused one, once the mistake is fixed',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: GOOD }, { finished });
      await project.create('a', 't');
      for (const bad of ['constraint=quantum', 'partition=nowhere'])
        expect(await project.sheaf(['submit', 'a', '--set', bad])).toMatchObject({ exitCode: 1 });
      const { submissions } = await project.submit('a');
      expect(submissions.map(({ members }) => members)).toEqual([[{ exp_id: 'a', attempt: 'train-3' }]]);
      await project.ok('wait', 'a');
      expect((await project.attempts('a')).at(-1)).toBe('train-3 completed');
    },
    LONG,
  );

  test.concurrent(
    'an option that sheaf sets itself is refused before there is an experiment',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: withBad('sbatch: {array: 0-3}') }, { finished });
      const refused = await project.sheaf(['new', '--exp-id', 'a', '--template', 't']);
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toMatch(/sheaf gives --array to sbatch itself/);
      expect((await project.sheaf(['list'])).stdout).not.toContain('a\t');
    },
    LONG,
  );

  test.concurrent(
    'the valid experiments of several are submitted, and the exit code says that some were not',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: withBad('constraint: quantum'), good: GOOD }, { finished });
      await project.create('bad', 't');
      await project.create('good', 'good');
      const { exitCode, stderr } = await project.sheaf(['submit', 'bad', 'good']);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 3,
        stderr: expect.stringContaining('Invalid feature specification') as string,
      });
      expect((await project.line('bad')).status).toBe('created');
      await project.ok('wait', 'good');
      expect(await project.sheaf(['submit', 'bad', 'good'])).toMatchObject({ exitCode: 1 });
    },
    LONG,
  );

  test.concurrent(
    'a stage whose parent is refused is not submitted either',
    async ({ onTestFinished: finished }) => {
      const stages =
        'stages:\n  train: {command: "true", constraint: quantum}\n  eval: {command: "true", after: train}\n';
      const project = slurmProject(cluster, { t: `${stages}partition: cpu\nmem: 50M\ntime_limit: 10\n` }, { finished });
      await project.create('a', 't');
      const { exitCode, stderr, stdout } = await project.sheaf(['submit', 'a']);
      expect(exitCode).toBe(1);
      expect(stderr + stdout).toMatch(/eval was not submitted: what it waits for was refused/);
      expect((await project.line('a')).status).toBe('created');
      expect(tokensOf(project.path)).toHaveLength(1);
    },
    LONG,
  );

  test.concurrent(
    'a submission folder that cannot be written stops a submit before Slurm is asked',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: GOOD }, { finished });
      await project.create('a', 't');
      const folder = join(project.path, '.sheaf');
      await project.run(['mkdir', '-p', '.sheaf/submissions']);
      chmodSync(join(folder, 'submissions'), 0o555);
      const { env, taken } = project.calls();
      const refused = await project.sheaf(['submit', 'a'], { env });
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain('submissions');
      expect(taken().filter((call) => call.startsWith('sbatch'))).toEqual([]);
      expect((await project.line('a')).status).toBe('created');
      chmodSync(join(folder, 'submissions'), 0o755);
      await project.ok('submit', 'a', '--wait');
    },
    LONG,
  );
});

describeSlurm('a site that permits smaller arrays since a moment ago', () => {
  test(
    'the array is refused with the message of the site, and its members are unchanged',
    async () => {
      const cluster = await disposableCluster();
      // sheaf keeps the answers of the site for a while, unless their file changes.
      const keepTime = () => utimesSync(cluster.conf, 1_700_000_000, 1_700_000_000);
      keepTime();
      const project = slurmProject(cluster, { t: `x: 1\n${GOOD}` });
      await project.sweep('s', 't', '--grid', 'x=1,2,3,4,5');
      await project.create('a', 't');
      await project.ok('submit', 'a', '--wait');
      const text = readFileSync(cluster.conf, 'utf8');
      writeFileSync(cluster.conf, text.replace(/^MaxArraySize=.*$/m, 'MaxArraySize=0004'));
      keepTime();
      const controller = cluster.daemon('slurmctld');
      await controller.stop();
      await controller.start();
      const { exitCode, stderr } = await project.sheaf(['submit', '--sweep', 's']);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining('Invalid job array specification') as string,
      });
      expect(stderr).toContain('submit again');
      expect((await project.line('s_x5')).status).toBe('created');
      const { submissions } = await project.submit('--sweep', 's');
      expect(submissions.map(({ members }) => members.length)).toEqual([4, 1]);
      await project.ok('wait', '--sweep', 's');
    },
    LONG,
  );
});

describeSlurm('what Slurm takes and never starts', (shared) => {
  if (!shared.accounting) return;
  let cluster: Cluster = shared;
  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  test(
    'status says in plain words why a job never starts by itself',
    async () => {
      const project = slurmProject(cluster, { t: GOOD, qos: withBad('qos: limited\ncpus_per_task: 4') });
      await project.create('warm', 't');
      await project.ok('submit', 'warm', '--wait');
      await project.create('a', 't');
      await project.create('b', 'qos');
      // Changed by an administrator just now: neither sheaf nor the template could know.
      ask(cluster, ['sacctmgr', '-iQ', 'modify', 'qos', 'limited', 'set', 'MaxTRESPerJob=cpu=2']);
      ask(cluster, ['scontrol', 'update', 'PartitionName=cpu', 'AllowAccounts=lab_b']);
      await project.ok('submit', 'a', 'b');
      const noteOf = async (expId: string) => (await project.line(expId)).note ?? '';
      await expect.poll(() => noteOf('a')).toMatch(/^never starts by itself: .*partition/);
      ask(cluster, ['scontrol', 'update', 'PartitionName=cpu', 'AllowAccounts=ALL']);
      await expect.poll(() => noteOf('b')).toMatch(/^never starts by itself: .*CPUs.*QOS/);
      await project.ok('wait', 'a');
      expect((await project.sheaf(['show', 'b'])).stdout).toMatch(/never starts by itself/);
      await project.ok('cancel', 'b');
      expect(project.queue('%i')).toEqual([]);
    },
    LONG,
  );

  test(
    'a submit limit that others used up defers a single experiment',
    async () => {
      const project = slurmProject(cluster, { t: withBad('qos: limited') });
      const others = ['sbatch', '--parsable', '--hold', '--qos=limited', '-t', '5', '-o', '/dev/null'] as const;
      const taken = await project.run([...others, '--array=0-19', '--wrap', 'true']);
      await project.create('a', 't');
      const { exitCode, stdout, stderr } = await project.sheaf(['submit', 'a']);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(stdout + stderr).toMatch(/deferred/i);
      expect(await project.line('a')).toMatchObject({
        status: 'queued',
        note: 'the account or QOS permits no more submitted jobs',
      });
      await project.run(['scancel', taken.stdout.trim()]);
      await project.ok('status');
      await project.ok('wait', 'a');
      expect((await project.attempts('a')).at(-1)).toMatch(/completed$/);
    },
    LONG,
  );
});
