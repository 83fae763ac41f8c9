/** Deferred, throttled and requeued jobs, while a cluster does not answer or someone acts by hand. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { slurmProject, SMALL, type SlurmProject } from '../support/slurm-project.ts';
import { describeSlurm, disposableCluster, type Cluster } from '../support/slurm.ts';
import { until } from '../support/until.ts';

const LONG = 90_000;

/** Each runs until a file `go` is there. */
const WAITS = 'command: until [ -e go ]; do sleep 0.1; done; echo "$SHEAF_EXP_ID" >> ran\n';

function go(project: SlurmProject): void {
  writeFileSync(join(project.path, 'go'), '');
}

function grid(count: number): string {
  return `x=${Array.from({ length: count }, (_, i) => i).join()}`;
}

/** A PATH in which a program of Slurm is another one, until that is switched off by a file `well`. */
function pathWith(project: SlurmProject, program: string, script: string): Readonly<Record<string, string>> {
  const folder = join(project.path, 'bin');
  mkdirSync(folder, { recursive: true });
  const real = `PATH=\${PATH#*:} exec ${program} "$@"`;
  const text = `#!/bin/bash\nif [ -e '${join(project.path, 'well')}' ]; then ${real}; fi\n${script}\n`;
  writeFileSync(join(folder, program), text);
  chmodSync(folder, 0o755);
  chmodSync(join(folder, program), 0o755);
  return { PATH: `${folder}:${project.env['PATH'] ?? process.env['PATH'] ?? ''}` };
}

describeSlurm('a deferred experiment', (shared) => {
  if (!shared.accounting) return;
  let cluster: Cluster = shared;
  beforeAll(async () => {
    cluster = await disposableCluster({ maxArraySize: 4 });
  });

  test(
    'stays deferred while the controller is away, and looking does not grow the journal',
    async () => {
      const project = slurmProject(cluster, { t: `x: 1\nqos: limited\n${WAITS}${SMALL}` });
      await project.sweep('s', 't', '--grid', grid(22));
      expect((await project.submit('--sweep', 's')).kept_back).toHaveLength(2);
      const controller = cluster.daemon('slurmctld');
      await controller.stop();
      try {
        await project.sheaf(['status']);
        expect((await project.sheaf(['list', '--where', 'exp_id = s_x21', '--columns', 'status'])).stdout).toContain(
          'queued',
        );
      } finally {
        await controller.start();
      }
      await until(async () => (await project.line('s_x21')).note?.includes('permits no more') === true);
      const events = (): Promise<string> => project.ok('show', 's_x21', '--events');
      const before = await events();
      for (let i = 0; i < 3; i += 1) await project.sheaf(['status']);
      expect(await events()).toBe(before);
      go(project);
      expect(await project.sheaf(['submit', '--sweep', 's', '--wait'])).toMatchObject({ exitCode: 0 });
    },
    LONG,
  );

  test(
    'follows a throttle that is set later',
    async () => {
      const project = slurmProject(cluster, { t: `x: 1\nqos: limited\n${WAITS}${SMALL}` });
      await project.sweep('s', 't', '--grid', grid(24));
      await project.submit('--sweep', 's', '--max-parallel', '3');
      await project.ok('sweep', 'set', 's', '--max-parallel', '1');
      await project.ok('status');
      expect(await project.ok('sweep', 'show', 's')).toContain('at once   at most 1');
      go(project);
      await project.sheaf(['submit', '--sweep', 's', '--wait']);
      expect(await project.ok('sweep', 'show', 's')).toContain('at once   at most 1');
    },
    LONG,
  );

  test(
    'stages of many arrays are throttled as chains, and a retried one waits for its turn',
    async () => {
      const stages = `stages:\n  train: {${WAITS.trim().replace('command: ', 'command: "').replaceAll('"$SHEAF_EXP_ID"', '$SHEAF_EXP_ID')}"}\n  eval: {command: "true", after: train}\n`;
      const project = slurmProject(cluster, { t: `x: 1\n${stages}${SMALL}` });
      await project.sweep('s', 't', '--grid', grid(10));
      const told = await project.submit('--sweep', 's', '--max-parallel', '2');
      const jobs = told.submissions.map(({ stage, job }) => ({ stage, job: job ?? '' }));
      const waits = new Map(project.queue('%F %E').map((line) => line.split(' ') as [string, string]));
      const [, , third] = jobs.filter(({ stage }) => stage === 'train');
      const [firstEval, , thirdEval] = jobs.filter(({ stage }) => stage === 'eval');
      expect(waits.get(third?.job ?? '')).toContain(`afterany:${jobs[0]?.job ?? ''}`);
      expect(waits.get(thirdEval?.job ?? '')).toContain(`afterany:${firstEval?.job ?? ''}`);

      await project.ok('cancel', 's_x9', '--yes');
      const again = await project.submit('s_x9', '--stage', 'train');
      const dependency = project.queue('%F %E').find((line) => line.startsWith(`${again.submissions[0]?.job ?? ''} `));
      expect(dependency).toContain('afterany:');
      await project.ok('cancel', '--sweep', 's', '--yes');
    },
    LONG,
  );

  test(
    'what follows a doubtful submission waits until it is certain',
    async () => {
      const stages = 'stages:\n  train: {command: "true"}\n  eval: {command: "true", after: train}\n';
      const project = slurmProject(cluster, { t: `x: 1\n${stages}${SMALL}` });
      await project.create('a', 't');
      const said =
        'echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2; exit 1';
      const env = pathWith(project, 'sbatch', said);
      const { stdout } = await project.sheaf(['submit', 'a', '--json'], { env });
      expect(JSON.parse(stdout)).toMatchObject({
        data: { submissions: [{ stage: 'train', outcome: 'doubtful' }], kept_back: [{ exp_id: 'a' }] },
      });
      expect((await project.line('a')).status).toBe('queued');
    },
    LONG,
  );
});

describeSlurm('a job that someone puts back into the queue by hand', (cluster) => {
  test(
    'does not run beside the attempt that was made after it',
    async () => {
      const project = slurmProject(cluster, { t: `x: 1\nrequeue: true\n${WAITS}${SMALL}` });
      await project.create('a', 't');
      // It fails before it begins: the folder of the experiments is no folder then.
      const { submissions } = await project.submit('a', '--hold');
      const job = submissions[0]?.job ?? '';
      await project.ok('cancel', 'a');
      go(project);
      await project.ok('retry', 'a', '--wait');
      await project.run(['scontrol', 'requeue', job]);
      await project.run(['scontrol', 'release', job]);
      await until(() => project.queue('%F').length === 0);
      expect(project.read('ran')).toBe('a\n');
      expect(await project.attempts('a')).toEqual(['train-1 cancelled', 'train-2 completed']);
    },
    LONG,
  );
});
