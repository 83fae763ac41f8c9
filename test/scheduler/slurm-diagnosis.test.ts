import { expect, test } from 'vitest';
import { slurmProject, SMALL } from '../support/slurm-project.ts';
import { describeSlurm } from '../support/slurm.ts';

const LONG = 170_000;

/** Two tasks, of which the second fails. */
const TASKS = `command: |
  srun bash -c 'if ((SLURM_PROCID == 1)); then python3 -c "{}[4]"; else sleep 1; fi'
ntasks_per_node: 2
${SMALL}`;

/** Each piece is small: it is the sum that is too much. */
const HOG = `command: srun python3 -c "import time; x = [(bytearray(10 << 20), time.sleep(0.05)) for i in range(60)]"\n${SMALL}`;

describeSlurm('why a job failed', (cluster) => {
  test.concurrent(
    'sheaf names the task that failed first, and why',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, { t: TASKS }, { finished });
      await project.create('a', 't');
      await project.submit('a');
      await project.sheaf(['wait', 'a']);
      expect(await project.line('a')).toMatchObject({
        status: 'failed',
        cause: 'exit_code',
        note: expect.stringMatching(/^task 1 on \S+ failed first: no such key: 4$/) as string,
      });
      expect((await project.sheaf(['show', 'a'])).stdout).toMatch(/attempts\/train-1\/err\.log:\d+ {2}KeyError: 4/);
    },
    LONG,
  );

  test.concurrent(
    'sheaf says that a step used more memory than it asked for, which accounting does not report',
    async ({ onTestFinished: finished, skip }) => {
      skip(cluster.memoryLimit !== 'cgroup', 'the cluster kills nothing that uses too much memory');
      const project = slurmProject(cluster, { t: HOG }, { finished });
      await project.create('a', 't');
      await project.submit('a');
      await project.sheaf(['wait', 'a']);
      expect(await project.line('a')).toMatchObject({
        status: 'failed',
        cause: 'host_oom',
        note: 'it used more memory than it had asked for',
      });
      expect((await project.sheaf(['show', 'a'])).stdout).toMatch(/oom_kill|Out Of Memory/);
    },
    LONG,
  );
});
