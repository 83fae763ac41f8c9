/** Whether what advice says of a cluster is what the cluster then does: with the job that it advises, and with its rivals. */
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { ask, slurmProject, type SlurmProject } from '../support/slurm-project.ts';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { until } from '../support/until.ts';

interface Choice {
  readonly partition: string;
  readonly account: string | null;
  readonly gpus: number;
  readonly free_now: boolean | null;
  readonly wait: { readonly kind: string; readonly p90_seconds: number | null };
  readonly set: Readonly<Record<string, string>>;
  readonly command: string;
}

interface Advice {
  readonly choices: readonly Choice[];
  readonly considered: readonly Choice[];
  readonly not_offered: readonly { readonly partition: string; readonly kind: string; readonly why: string }[];
}

/** A job runs until its file is there, so that what it holds stays held. */
const WAITS = 'until [ -e "$SHEAF_PROJECT/go" ]; do sleep 0.2; done';
const GPU = `model: resnet50\nbatch_size: 64\namp: true\nnum_gpus: 1\nmem: 1G\ntime_limit: 10\nrequeue: false\ncommand: '${WAITS}'\n`;
const CPU = `mem: 100M\ntime_limit: 10\nrequeue: false\ncommand: '${WAITS}'\n`;

describeSlurm('advice', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await disposableCluster();
  });

  const make = (): SlurmProject =>
    slurmProject(cluster, { gpu: GPU, auto: `partition: auto\n${GPU}`, cpu: CPU, cpu_auto: `partition: auto\n${CPU}` });

  async function advise(project: SlurmProject, ...words: readonly string[]): Promise<Advice> {
    return (JSON.parse(await project.ok('advise', ...words, '--json')) as { data: Advice }).data;
  }

  /** Jobs of another user that hold GPUs of a partition, until the test is over. */
  async function hold(partition: string, gpus: number): Promise<void> {
    const ids = Array.from({ length: gpus }, () =>
      ask(cluster, [
        'sbatch',
        '--parsable',
        `--partition=${partition}`,
        '--gres=gpu:1',
        '--mem=100M',
        '--time=60',
        '--wrap=sleep 600',
      ]),
    );
    onTestFinished(() => void ask(cluster, ['scancel', ...ids]));
    await until(() => ask(cluster, ['squeue', '-h', '-t', 'R', '-j', ids.join(',')]).split('\n').length === gpus);
  }

  /** State, partition and reason of the experiment's job. */
  async function queued(project: SlurmProject, expId: string): Promise<readonly string[]> {
    const { job } = await project.line(expId);
    return job === null ? ['REFUSED'] : ask(cluster, ['squeue', '-h', '-o', '%T %P %r', '-j', job]).split(' ');
  }

  /** The partition in which the experiment runs. */
  const runsIn = (project: SlurmProject, expId: string): Promise<string> =>
    until(async () => {
      const [state, partition] = await queued(project, expId);
      return state === 'RUNNING' && partition;
    });

  /** Waits until Slurm has judged a job and does not start it: it says why, or refused it. */
  const doesNotStart = async (project: SlurmProject, expId: string): Promise<void> => {
    const [state] = await until(async () => {
      const [now = '', , reason] = await queued(project, expId);
      return (now !== 'PENDING' || reason !== 'None') && ([now] as const);
    });
    expect(['PENDING', 'REFUSED']).toContain(state);
  };

  test('sends a job to a free partition, where it starts; the same job waits in a full one', async () => {
    const project = make();
    await hold('h200_tandon', 2);
    await hold('a100_public', 4);
    const { choices, considered } = await advise(project, '--template', 'gpu');
    expect(choices[0]).toMatchObject({ partition: 'l40s_public', free_now: true, wait: { kind: 'now' } });
    for (const full of ['h200_tandon', 'a100_public']) {
      for (const each of considered.filter(({ partition }) => partition === full))
        expect(each).toMatchObject({ free_now: false });
    }
    await project.create('best', 'auto');
    await project.create('rival', 'gpu', '--partition', 'a100_public');
    expect(await project.ok('submit', 'best')).toContain('the advisor chose partition=l40s_public');
    await project.submit('rival');
    expect(await runsIn(project, 'best')).toBe('l40s_public');
    await doesNotStart(project, 'rival');
    const show = await project.ok('show', 'best', '--events');
    expect(show).toMatch(/the advisor chose partition=l40s_public.* for train-1/);
    expect(show).toMatch(/^ {2}partition +auto$/m);
    expect(await project.line('best')).toMatchObject({ partition: 'l40s_public' });
  }, 120_000);

  test('leaves out a partition that none of the accounts may use, and Slurm does not start the job there', async () => {
    const project = make();
    // The accounts of the users are below root, and such a list has all below those that it names.
    ask(cluster, ['sacctmgr', '-i', 'add', 'account', 'others', 'Description=others', 'Organization=sheaf']);
    ask(cluster, ['scontrol', 'update', 'partitionname=h200_tandon', 'allowaccounts=others']);
    onTestFinished(() => void ask(cluster, ['scontrol', 'update', 'partitionname=h200_tandon', 'allowaccounts=ALL']));
    const { considered, not_offered } = await advise(project, '--template', 'gpu');
    expect(considered.map(({ partition }) => partition)).not.toContain('h200_tandon');
    expect(not_offered.find(({ partition }) => partition === 'h200_tandon')).toMatchObject({ kind: 'access' });
    await project.create('rival', 'gpu', '--partition', 'h200_tandon');
    // If Slurm does not enforce partition limits at submission, it accepts the job and lets it wait forever.
    await project.sheaf(['submit', 'rival']);
    await project.create('best', 'auto');
    await project.submit('best');
    expect(await runsIn(project, 'best')).toBeDefined();
    await doesNotStart(project, 'rival');
  }, 120_000);

  test('knows the limit of a QOS: a job beyond it is not free now, and Slurm keeps it waiting', async () => {
    const project = make();
    const limit = (most: number): void => {
      // Both, so that there is no way around it.
      for (const qos of ['normal', 'limited']) {
        ask(cluster, ['sacctmgr', '-i', 'modify', 'qos', qos, 'set', `MaxTRESPerUser=gres/gpu=${most}`]);
      }
    };
    limit(1);
    onTestFinished(() => limit(-1));
    await until(() => ask(cluster, ['scontrol', 'show', 'assoc', 'flags=qos']).includes('gres/gpu=1'));
    await project.create('first', 'auto');
    await project.submit('first');
    expect(await runsIn(project, 'first')).toBeDefined();
    const { considered } = await advise(project, '--template', 'gpu');
    expect(considered.length).toBeGreaterThan(0);
    for (const each of considered) expect(each).toMatchObject({ gpus: 1, free_now: false });
    await project.create('second', 'auto');
    await project.submit('second');
    await doesNotStart(project, 'second');
    // A job without GPUs is not under that limit.
    expect((await advise(project, '--template', 'cpu')).choices[0]).toMatchObject({ partition: 'cpu', free_now: true });
  }, 120_000);

  test('for a job without GPUs names the partition, the account and the limit, and the job starts there', async () => {
    const project = make();
    const text = await project.ok('advise', '--template', 'cpu');
    expect(text).toContain('cpu · train: no GPU, 1 CPU core, up to 10m');
    expect(text).toMatch(/^Use it {2}sheaf new cpu --set partition=cpu$/m);
    await project.create('c', 'cpu_auto');
    await project.submit('c');
    expect(await runsIn(project, 'c')).toBe('cpu');
  }, 120_000);

  test('leads from a template without resources to a running job: the command on the screen is typed as it is', async () => {
    const project = slurmProject(cluster, {
      plain: `model: resnet50\nbatch_size: 64\nrequeue: false\ncommand: '${WAITS}'\n`,
    });
    const screen = await project.ok('advise', '--template', 'plain');
    const command = /^Use it {2}sheaf (new .*)$/m.exec(screen)?.[1] ?? '';
    await project.ok(...command.split(' '));
    await project.submit('plain-001');
    const [, partition] = / --set partition=(\S+)/.exec(command) ?? [];
    expect(await runsIn(project, 'plain-001')).toBe(partition);
  }, 120_000);

  test('for a submit with partition=auto respects what is set for the attempt', async () => {
    const project = make();
    await project.create('e', 'gpu', '--partition', 'a100_public');
    const advised = async (...set: readonly string[]): Promise<string> => {
      const words = ['partition=l40s_public,auto', ...set].flatMap((each) => ['--set', each]);
      const text = await project.ok('submit', 'e', '--dry-run', ...words);
      return `${/the advisor would choose (.*?)(?: \(|$)/m.exec(text)?.[1]} ${/^#SBATCH --gres=(.*)$/m.exec(text)?.[1]}`;
    };
    expect(await advised('gpu_type=h200')).toMatch(/^partition=h200_tandon .*gpu:h200:1$/);
    expect(await advised('mem=900G')).toMatch(/^partition=h200_tandon /);
    expect(await advised('num_gpus=2', 'gpu_type=l40s')).toMatch(/^partition=l40s_public .*gpu:l40s:2$/);
    const { stderr, exitCode } = await project.sheaf(['submit', 'e', '--set', 'partition=auto', '--set', 'num_gpus=5']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nothing fits e') });
  }, 120_000);

  test('for a sweep is given once for all members, and later attempts keep the choice', async () => {
    const project = make();
    await project.sweep('s', 'cpu_auto', '--grid', 'seed=1,2,3');
    const calls = project.calls();
    expect(await project.ok('submit', '--sweep', 's', '--dry-run')).toContain('the advisor would choose partition=cpu');
    await project.sheaf(['submit', '--sweep', 's'], { env: calls.env });
    expect(calls.taken().filter((call) => call.startsWith('sbatch') && !call.includes('--test-only'))).toHaveLength(1);
    await project.ok('cancel', '--sweep', 's', '--yes');
    await project.waitFor('s_s1', 'cancelled');
    const again = await project.ok('retry', 's_s1');
    expect(again).toContain('as chosen for attempt 1');
  }, 120_000);

  test('says what was tried when nothing fits, and what nearly would', async () => {
    const project = make();
    await project.create('large', 'auto', '--num-gpus', '9');
    const { stderr, exitCode } = await project.sheaf(['submit', 'large']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: nothing fits large');
    expect(stderr).toMatch(/why {2}nearest is \S+ with 9 GPUs: asks for 9 GPUs on a node, and a node has \d/);
    expect(stderr).toMatch(/fix {2}--set num_gpus=\d/);
  }, 120_000);
});
