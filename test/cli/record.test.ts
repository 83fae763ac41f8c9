import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';
import { playRecording, playSite, type PlayedCluster } from '../support/slurm-player/player.ts';
import { describeSlurm, userFolder } from '../support/slurm.ts';

interface Recording {
  readonly schema: string;
  readonly about: readonly string[];
  readonly questions: readonly {
    readonly program: string;
    readonly arguments: readonly string[];
    readonly exit_code?: number;
    readonly timed_out?: boolean;
    readonly duration_ms: number;
    readonly stdout: readonly string[];
    readonly stderr: readonly string[];
  }[];
}

function read(file: string): Recording {
  return JSON.parse(readFileSync(file, 'utf8')) as Recording;
}

/** What `info` and `partitions` print about a cluster, without what differs between two moments. */
async function told(cluster: Pick<PlayedCluster, 'data'>): Promise<unknown> {
  const { cluster: info } = await cluster.data<{ cluster: unknown }>('info');
  const partitions = await cluster.data('partitions');
  const steady = JSON.stringify({ info, partitions }, (key, value: unknown) => (key === 'asked' ? null : value));
  return JSON.parse(steady) as unknown;
}

test('doctor --record writes every question and its answer into a file that says what it is, and changes nothing', async () => {
  const cluster = await playSite('farmshare');
  const { stdout, exitCode } = await cluster.sheaf(['doctor', '--record', 'cluster.json']);
  expect({ stdout, exitCode }).toEqual({
    stdout: expect.stringMatching(/^Wrote .*cluster\.json: \d+ questions/),
    exitCode: 0,
  });
  expect(stdout).toContain('Check the file before you attach it to a bug report');
  const recording = read(join(cluster.folder.path, 'cluster.json'));
  expect(recording.schema).toBe('sheaf.recording/1');
  expect(recording.about.join(' ')).toMatch(/for a bug report.*Look the file over/);
  const programs = new Set(recording.questions.map(({ program }) => program));
  expect([...programs].toSorted()).toEqual(['sacct', 'sacctmgr', 'sbatch', 'scontrol', 'sinfo', 'squeue']);
  for (const question of recording.questions) {
    expect(question).toMatchObject({ exit_code: expect.any(Number), duration_ms: expect.any(Number) });
    if (question.program === 'sbatch') expect(question.arguments).toContain('--test-only');
  }
  const calls = cluster.calls();
  expect(
    calls.filter((call) => /^(?:scancel|srun)|^sbatch (?!.*--test-only)|^scontrol (?:update|hold)/.test(call)),
  ).toEqual([]);
});

test.each(['bridges2', 'farmshare'])(
  'a replayed recording of %s gives the same answers as the cluster',
  async (name) => {
    const cluster = await playSite(name, { 'sheaf.yaml': 'scheduler: slurm\n' });
    const file = join(dirname(cluster.folder.path), 'cluster.json');
    expect((await cluster.sheaf(['doctor', '--record', file])).exitCode).toBe(0);
    const played = playRecording(file, { 'sheaf.yaml': 'scheduler: slurm\n' });
    const original = JSON.stringify(await told(cluster)).replaceAll(/"(?:project1|operator)"/g, '"account1"');
    expect(await told(played)).toEqual(JSON.parse(original));
  },
);

test('a recording is written although some programs fail', async () => {
  const cluster = await playSite('farmshare');
  cluster.breakProgram('sacctmgr', 'sacctmgr: error: Sending PersistInit msg: Connection refused\n');
  cluster.breakProgram('squeue', 'slurm_load_jobs error: Unable to contact slurm controller\n');
  const { failed } = await cluster.data<{ failed: string[] }>('doctor', '--record', 'cluster.json');
  expect(failed.filter((line) => /^(?:sacctmgr|squeue) .*: exit code 1$/.test(line))).toHaveLength(failed.length);
  const { questions } = read(join(cluster.folder.path, 'cluster.json'));
  expect(questions.find(({ program }) => program === 'squeue')?.stderr.join('')).toContain('Unable to contact');
  expect(questions.some(({ stdout: lines }) => lines.some((line) => line.startsWith('PartitionName=gpu')))).toBe(true);
});

test('doctor --record reports a missing Slurm, and writes nothing', async () => {
  const folder = testFolder();
  const { stderr, exitCode } = await folder.sheaf(['doctor', '--record', 'x.json'], { env: { PATH: '/nowhere' } });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining('there is no Slurm on this machine'),
  });
  expect(existsSync(join(folder.path, 'x.json'))).toBe(false);
});

describeSlurm('on a real Slurm', (cluster) => {
  test('doctor --record contains no names of people, and its file replays like the cluster', async () => {
    const folder = userFolder(cluster, 'sheaf1', { 'sheaf.yaml': 'scheduler: slurm\n' });
    const recorded = await folder.sheaf(['doctor', '--record', 'cluster.json']);
    expect(recorded.exitCode).toBe(0);
    const text = readFileSync(join(folder.path, 'cluster.json'), 'utf8');
    expect(text).not.toMatch(/sheaf[12]\b|lab_[ab]\b|AuthInfo|AccountingStoragePass/);
    const played = playRecording(join(folder.path, 'cluster.json'), { 'sheaf.yaml': 'scheduler: slurm\n' });
    // What is free changes from one moment to the next on a cluster that others use.
    const steady = (info: unknown): unknown =>
      JSON.parse(
        JSON.stringify(info, (key, value: unknown) =>
          /^(?:in_use|free|nodes_by_state|nodes|accounts|qos|notes)$/.test(key) ? null : value,
        ),
      );
    const { cluster: real } = (
      JSON.parse((await folder.sheaf(['info', '--json'])).stdout) as { data: { cluster: unknown } }
    ).data;
    const { cluster: copy } = await played.data<{ cluster: unknown }>('info');
    expect(steady(copy)).toEqual(steady(real));
  });
});
