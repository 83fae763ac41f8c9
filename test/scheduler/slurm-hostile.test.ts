import { spawnSync } from 'node:child_process';
import { globSync, chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { HOSTILE_NAME } from '../support/hostile-name.ts';
import { describeSlurm, disposableCluster, userFolder, type Cluster } from '../support/slurm.ts';
import { ask, endJobs, projectIn, slurmProject, SMALL, tokensOf, type SlurmProject } from '../support/slurm-project.ts';
import { until } from '../support/until.ts';

const LONG = 150_000;

/** A project in a folder of this name. */
async function projectNamed(
  name: string,
  templates: Readonly<Record<string, string>>,
  made: SlurmProject,
): Promise<SlurmProject> {
  await made.run(['mkdir', '-p', '--', `${name}/templates`]);
  const path = join(made.path, name);
  for (const [template, text] of Object.entries(templates)) {
    await made.run(['tee', '--', `${name}/templates/${template}.yaml`], { input: text });
  }
  await made.run(['tee', '--', `${name}/sheaf.yaml`], { input: 'scheduler: slurm\n' });
  return projectIn(made.cluster, {
    path,
    env: made.env,
    become: made.become,
    run: (argv, settings) => made.run(argv, { ...settings, cwd: name }),
    sheaf: (words, settings) => made.sheaf(words, { ...settings, cwd: name }),
  });
}

const NAMES: readonly (readonly [what: string, name: string])[] = [
  ['quotes, blanks, a line break and a command', HOSTILE_NAME],
  ['patterns of Slurm', '%j %A_%a %% 100%'],
  ['backslashes and control characters', 'a\\b\\n\tc\u0001d\re'],
  ['200 characters', 'x'.repeat(200)],
  ['letters of other scripts', 'Größe 雪だるま 🧪 e\u0301'],
  ['a dash in front, and what is special to shells and YAML', "-n 'x': {y} [z] #1 *?~!"],
];

describeSlurm('odd names', (cluster) => {
  test.concurrent.for(NAMES)(
    'a job runs from a project folder and with a description with %s',
    { timeout: LONG },
    async ([, name], { onTestFinished: finished }) => {
      const t = `x: 1\ncommand: printf '%s' "$PWD" >"$SHEAF_OUT/pwd"; echo x is {{ x }}\n${SMALL}`;
      const project = await projectNamed(name, { t }, slurmProject(cluster, {}, { finished }));
      const description = `--description=${name}`;
      await project.sweep('s', 't', '--grid', 'x=1,2', description);
      expect(await project.sheaf(['submit', '--sweep', 's', '--wait'])).toMatchObject({ exitCode: 0 });
      for (const x of [1, 2]) {
        expect((await project.sheaf(['logs', `s_x${x}`])).stdout).toBe(`x is ${x}\n`);
        expect(project.read(`experiments/s_x${x}/attempts/train-1/pwd`)).toBe(project.path);
      }
      const said = globSync('.sheaf/submissions/*/slurm-*.out', { cwd: project.path })
        .map((path) => project.read(path))
        .join('');
      for (const x of [1, 2]) expect(said).toContain(`s_x${x} train-1 runs as job`);
      expect(existsSync(join(project.path, 'broken'))).toBe(false);
      const { data } = JSON.parse(await project.ok('show', 's_x1', '--json')) as { data: { description: string } };
      expect(data.description.replace(/\s+/g, ' ')).toBe(name.replace(/\s+/g, ' '));
    },
  );
});

/** What a caller may have set, on purpose or since he is in a job. */
const STRAY = {
  SLURM_JOB_ID: '999999',
  SLURM_JOBID: '999999',
  SLURM_NTASKS: '7',
  SLURM_ARRAY_JOB_ID: '999998',
  SLURM_ARRAY_TASK_ID: '3',
  SLURM_RESTART_COUNT: '5',
  SLURM_MEM_PER_NODE: '1',
  SLURM_MEM_PER_CPU: '1',
  SLURM_TIME_FORMAT: '%s',
  SLURM_EXPORT_ENV: 'NONE',
  SBATCH_PARTITION: 'nowhere',
  SBATCH_ACCOUNT: 'nobody',
  SBATCH_JOB_NAME: 'mine',
  SBATCH_TIMELIMIT: '1',
  SBATCH_REQUEUE: '1',
  SBATCH_OPEN_MODE: 'truncate',
  SBATCH_EXPORT: 'NONE',
  SQUEUE_FORMAT: '%i',
  SQUEUE_PARTITION: 'nowhere',
  SQUEUE_STATES: 'COMPLETED',
  SQUEUE_USERS: 'root',
  SACCT_FORMAT: 'JobID',
  SINFO_FORMAT: '%n',
  CUDA_VISIBLE_DEVICES: '0,1',
  BASH_ENV: '/nonexistent',
};

const TELLS = `command: env | grep -E '^(SLURM|SBATCH|CUDA|BASH_ENV)' | sort\n${SMALL}`;

function variables(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line): [string, string][] => {
      const [name = '', ...value] = line.split('=');
      return name === '' ? [] : [[name, value.join('=')]];
    }),
  );
}

function unharmed(project: SlurmProject, expId: string, job: string | null): void {
  const env = variables(project.read(`experiments/${expId}/attempts/train-1/out.log`));
  expect(env).toMatchObject({ SLURM_JOB_ID: job, SLURM_JOB_PARTITION: 'cpu', SLURM_MEM_PER_NODE: '50' });
  for (const name of [
    'SLURM_ARRAY_TASK_ID',
    'SLURM_MEM_PER_CPU',
    'SLURM_RESTART_COUNT',
    'CUDA_VISIBLE_DEVICES',
    'BASH_ENV',
  ])
    expect(env[name], name).toBeUndefined();
  expect(env['SLURM_NTASKS'] ?? '1').toBe('1');
  expect(Object.keys(env).filter((name) => name.startsWith('SBATCH_'))).toEqual([]);
}

describeSlurm('the environment of the caller', (cluster) => {
  test.concurrent(
    'decides nothing about the job, and changes no question to Slurm',
    async ({ onTestFinished: finished }) => {
      const fails = `command: kill -KILL $$\n${SMALL}`;
      const project = slurmProject(cluster, { t: TELLS, fails }, { finished });
      const stray = { env: STRAY };
      await project.create('a', 't');
      await project.create('b', 'fails');
      expect(await project.sheaf(['submit', 'a', '--hold'], stray)).toMatchObject({ exitCode: 0 });
      expect((await project.sheaf(['status'], stray)).stdout).toMatch(/^a\t.*held/m);
      const { job } = await project.line('a');
      const shown = ask(cluster, ['scontrol', 'show', 'job', job ?? '']);
      for (const part of ['Partition=cpu', 'TimeLimit=00:10:00', 'Requeue=0', 'MinMemoryNode=50M', 'Account=lab_a'])
        if (cluster.accounting) expect(shown).toContain(part);
      expect(await project.sheaf(['release', 'a'], stray)).toMatchObject({ exitCode: 0 });
      expect(await project.sheaf(['wait', 'a'], stray)).toMatchObject({ exitCode: 0 });
      unharmed(project, 'a', job);
      // One of which the accounting must be asked.
      expect(await project.sheaf(['submit', 'b', '--wait'], stray)).toMatchObject({ exitCode: 1 });
      expect(await project.line('b')).toMatchObject({ status: 'failed', cause: 'exit_code', exit_code: 137 });
    },
    LONG,
  );

  test.concurrent(
    'may be that of a job, which submits a job like any other',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: TELLS }, { finished });
      await project.create('a', 't');
      const outer = [
        'sbatch',
        '--parsable',
        '--wait',
        '-p',
        'l40s_public',
        '--gpus=2',
        '--ntasks=2',
        '--array=3',
      ] as const;
      const small = ['--mem=200M', '-t', '5', '-o', 'outer.log', '--wrap', 'sheaf submit a --wait'];
      const { exitCode } = await project.run([...outer, ...small]);
      expect(exitCode, project.read('outer.log')).toBe(0);
      unharmed(project, 'a', (await project.line('a')).job);
    },
    LONG,
  );

  test.concurrent(
    'may have another time zone, and times stay the same',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `command: kill -KILL $$\n${SMALL}` }, { finished });
      await project.create('a', 't');
      const away = { env: { TZ: 'Asia/Kolkata' } };
      const begun = Date.now();
      await project.sheaf(['submit', 'a', '--wait'], away);
      const { data } = JSON.parse((await project.sheaf(['status', 'a', '--json'], away)).stdout) as {
        data: { experiments: { submitted_at: string; started_at: string; ended_at: string }[] };
      };
      const [line] = data.experiments;
      for (const time of [line?.submitted_at, line?.started_at, line?.ended_at]) {
        expect(Date.parse(time ?? '')).toBeGreaterThan(begun - 5_000);
        expect(Date.parse(time ?? '')).toBeLessThan(Date.now() + 5_000);
      }
      expect((await project.sheaf(['show', 'a'], away)).stdout).toContain('+05:30');
    },
    LONG,
  );

  test.concurrent(
    'does not choose defaults: memory, time, requeue and log mode are in every job',
    async ({ onTestFinished: finished }) => {
      const t = 'command: "true"\npartition: cpu\n';
      const project = slurmProject(cluster, { t, again: `requeue: true\n${t}` }, { finished });
      for (const [expId, template] of [
        ['a', 't'],
        ['b', 'again'],
      ] as const) {
        await project.create(expId, template);
        const [submission] = (await project.submit(expId, '--hold')).submissions;
        const script = ask(cluster, ['scontrol', 'write', 'batch_script', submission?.job ?? '', '-']);
        for (const option of ['mem', 'time', 'open-mode=append', expId === 'a' ? 'no-requeue' : 'requeue'])
          expect(script).toContain(`\n#SBATCH --${option}`);
        const shown = ask(cluster, ['scontrol', 'show', 'job', submission?.job ?? '']);
        expect(shown).toContain(`Requeue=${expId === 'a' ? 0 : 1}`);
        expect(shown).not.toContain('TimeLimit=UNLIMITED');
      }
      await project.ok('cancel', 'a', 'b', '--yes');
    },
    LONG,
  );

  test.concurrent(
    'has a umask, which holds for what its jobs write',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: `command: touch made\n${SMALL}` }, { finished });
      await project.create('a', 't');
      const { exitCode } = await project.run(['bash', '-c', 'umask 077; sheaf submit a --wait']);
      expect(exitCode).toBe(0);
      expect(statSync(join(project.path, 'made')).mode & 0o777).toBe(0o600);
      expect(statSync(join(project.path, 'experiments/a/attempts/train-1/out.log')).mode & 0o077).toBe(0);
    },
    LONG,
  );
});

describeSlurm('one that waits, and one that runs', (cluster) => {
  const gpus = 'partition: h200_tandon\nnum_gpus: 2\nmem: 50M\ntime_limit: 10\n';

  test(
    'show reports why it waits, how many jobs are ahead and when it may start',
    async () => {
      const project = slurmProject(cluster, { t: `command: while [[ ! -e go ]]; do sleep 0.1; done\n${gpus}` });
      for (const expId of ['a', 'b', 'c']) {
        await project.create(expId, 't');
        await project.submit(expId);
        if (expId === 'a') await project.waitFor('a', 'running');
      }
      await expect
        .poll(async () => (await project.line('c')).note ?? '')
        .toMatch(/waits (?:for free resources|behind jobs)/);
      const queueOf = async (expId: string) =>
        (
          JSON.parse(await project.ok('show', expId, '--json')) as {
            data: { queue: { before: number; starts_at?: string | null } | null };
          }
        ).data.queue;
      const before = (await queueOf('b'))?.before ?? -1;
      expect(before).toBeGreaterThanOrEqual(0);
      expect((await queueOf('c'))?.before).toBe(before + 1);
      await until(async () => /start/.test((await project.sheaf(['show', 'b'])).stdout));
      expect((await project.sheaf(['show', 'c'])).stdout).toMatch(/\n {2}queue +\d+ ahead of it/);
      writeFileSync(join(project.path, 'go'), '');
      await project.ok('wait', 'a', 'b', 'c');
      expect(await queueOf('c')).toBeNull();
    },
    LONG,
  );

  test.concurrent(
    'logs -f begins while it waits, and goes on until it ends',
    async ({ onTestFinished: finished }) => {
      const t = `command: echo first; while [[ ! -e go ]]; do sleep 0.1; done; echo last\n${SMALL}`;
      const project = slurmProject(cluster, { t }, { finished });
      await project.create('a', 't');
      await project.submit('a', '--hold');
      const following = project.sheaf(['logs', 'a', '-f']);
      await project.ok('release', 'a');
      await project.waitFor('a', 'running');
      writeFileSync(join(project.path, 'go'), '');
      const { stdout, exitCode } = await following;
      expect({ stdout, exitCode }).toEqual({ stdout: 'first\nlast\n', exitCode: 0 });
    },
    LONG,
  );

  test.concurrent(
    'shell opens one in the running job',
    async ({ onTestFinished: finished }) => {
      const t = `command: while [[ ! -e go ]]; do sleep 0.1; done\n${SMALL}`;
      const project = slurmProject(cluster, { t }, { finished });
      await project.create('a', 't');
      const early = await project.sheaf(['shell', 'a']);
      expect(early.exitCode).not.toBe(0);
      await project.submit('a');
      const { job } = await project.waitFor('a', 'running');
      const { stdout } = await project.run(['script', '-qec', 'sheaf shell a', '/dev/null'], {
        input: 'echo in:$SLURM_JOB_ID:$PWD; exit\n',
      });
      expect(stdout).toContain(`in:${job}:`);
      expect((await project.line('a')).status).toBe('running');
      writeFileSync(join(project.path, 'go'), '');
      await project.ok('wait', 'a');
    },
    LONG,
  );
});

const GROUP = 'sheaftest';

describeSlurm('two people in one project', (shared) => {
  let cluster: Cluster = shared;
  beforeAll(async () => {
    // Like the users themselves it stays: another cluster may use it.
    spawnSync('groupadd', ['-f', GROUP]);
    for (const { name } of shared.users) spawnSync('usermod', ['-aG', GROUP, name]);
    // The controller of one that is up keeps the groups as they were.
    cluster = await disposableCluster();
  });

  test(
    'each user judges and ends only their own jobs, and sees the other’s as last seen',
    async () => {
      const one = userFolder(cluster, 'sheaf1');
      const gid = Number(ask(cluster, ['getent', 'group', GROUP]).split(':')[2]);
      chmodSync(dirname(one.path), 0o755);
      const folder = join(one.path, 'ours');
      mkdirSync(folder);
      chownSync(folder, statSync(one.path).uid, gid);
      chmodSync(folder, 0o2775);
      onTestFinished(() => endJobs(cluster, folder));
      const member = (folderOf: ReturnType<typeof userFolder>): SlurmProject =>
        projectIn(cluster, {
          path: folder,
          env: folderOf.env,
          become: folderOf.become,
          run: (argv, settings) =>
            folderOf.run(['bash', '-c', `umask 002; cd "$0" && exec "$@"`, folder, ...argv], settings),
          sheaf: (words, settings) =>
            folderOf.run(['bash', '-c', `umask 002; cd "$0" && exec sheaf "$@"`, folder, ...words], settings),
        });
      const [first, second] = [member(one), member(userFolder(cluster, 'sheaf2'))];
      await first.ok('init', '--shared', '--scheduler', 'slurm');
      const t = `command: while [[ ! -e go ]]; do sleep 0.1; done\n${SMALL}`;
      expect(await first.run(['tee', 'templates/t.yaml'], { input: t })).toMatchObject({ exitCode: 0 });

      await first.create('mine', 't');
      await second.create('yours', 't');
      await first.submit('mine');
      await second.submit('yours');
      await first.waitFor('mine', 'running');
      await second.waitFor('yours', 'running');

      const looked = await second.sheaf(['status']);
      expect(looked.stdout).toMatch(/^mine\t[^]*^yours\t|^yours\t[^]*^mine\t/m);
      expect(looked.stderr).toContain('1 active on another scheduler or of another user: shown as last seen');

      const refused = await second.sheaf(['cancel', 'mine']);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/the job of mine belongs to another user/);
      const part = await second.sheaf(['cancel', '--where', 'status = running', '--yes']);
      expect(part.exitCode).toBe(3);
      expect((await second.waitFor('yours', 'cancelled')).status).toBe('cancelled');
      expect((await first.line('mine')).status).toBe('running');

      // The other one submits what the first made; whose job it is decides.
      await first.create('ours', 't');
      await second.submit('ours');
      expect(await first.sheaf(['submit', 'ours'])).toMatchObject({ exitCode: 0 });
      expect(first.queue('%u').toSorted()).toEqual(['sheaf1', 'sheaf2']);
      writeFileSync(join(folder, 'go'), '');
      await first.ok('wait', 'mine');
      await second.ok('wait', 'ours');
      expect((await first.line('ours')).status).toBe('completed');
      const modes = tokensOf(folder).map((token) => statSync(join(folder, '.sheaf/submissions', token)).mode & 0o070);
      expect(new Set(modes)).toEqual(new Set([0o070]));
      expect(readFileSync(join(folder, 'experiments/ours/attempts/train-1/started.json'), 'utf8')).toContain('"ours"');
    },
    LONG,
  );
});
