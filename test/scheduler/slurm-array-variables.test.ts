import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSlurm } from '../support/slurm.ts';
import { slurmProject, SMALL } from '../support/slurm-project.ts';

const LONG = 150_000;

const MEANT = '# sheaf: allow SLURM_ARRAY_TASK_ID SLURM_ARRAY_JOB_ID';

/**
 * Prints which task of which array a process takes itself for, and its job. Slurm 24.11 gives the tasks of srun the size
 * of the array again, but neither its job nor the index.
 */
const TELL = `'echo "index <$SLURM_ARRAY_TASK_ID$SHEAF_ARRAY_INDEX>, array <$SLURM_ARRAY_JOB_ID>, job \${SLURM_JOB_ID:+known}"'`;

describeSlurm('a member of a sweep that runs as a task of an array', (cluster) => {
  test.concurrent(
    'sees no variable of its array, also as a task of srun and after a requeue',
    async ({ onTestFinished: finished }) => {
      // The first start of each ends by putting itself back, as a program would that knows its job alone.
      const t = `x: 1
requeue: true
${SMALL}
command: |
  ${MEANT}
  bash -c ${TELL}
  ${MEANT}
  srun --overlap bash -c ${TELL}
  if [ "$SHEAF_ATTEMPT" = 1 ]; then scontrol requeue "$SLURM_JOB_ID"; sleep 60; fi
`;
      const project = slurmProject(cluster, { t }, { finished });
      await project.sweep('s', 't', '--grid', 'x=1,2');
      const { submissions } = await project.submit('--sweep', 's');
      expect(submissions.map(({ members }) => members.length)).toEqual([2]);
      await project.waitFor('s_x1', 'completed');
      await project.waitFor('s_x2', 'completed');
      expect(await project.attempts('s_x2')).toEqual(['train-1 failed preempted', 'train-2 completed']);
      for (const x of [1, 2]) {
        for (const n of [1, 2]) {
          const log = project.read(`experiments/s_x${x}/attempts/train-${n}/out.log`);
          expect(log).toBe('index <>, array <>, job known\n'.repeat(2));
        }
      }
    },
    LONG,
  );

  test.concurrent(
    'runs under srun on its nodes, and gets the signal before its end',
    async ({ onTestFinished: finished }) => {
      const t = `x: 1
partition: preempt
num_nodes: 2
mem: 50M
time_limit: 10
launcher: srun
command: bash -c 'echo rank $SLURM_PROCID of $SLURM_NTASKS'
`;
      const project = slurmProject(cluster, { t }, { finished });
      await project.sweep('s', 't', '--grid', 'x=1,2');
      await project.submit('--sweep', 's');
      await project.waitFor('s_x1', 'completed');
      await project.waitFor('s_x2', 'completed');
      const lines = project.read('experiments/s_x2/attempts/train-1/out.log').trim().split('\n').toSorted();
      expect(lines).toEqual(['rank 0 of 2', 'rank 1 of 2']);
    },
    LONG,
  );

  test.concurrent(
    'runs under torchrun on its nodes, whose agents meet by the job id',
    async ({ onTestFinished: finished }) => {
      const t = `x: 1
partition: preempt
num_nodes: 2
mem: 50M
time_limit: 10
launcher: torchrun
environment: {setup: 'PATH="$SHEAF_PROJECT/bin:$PATH"'}
command: python train.py
`;
      const project = slurmProject(cluster, { t }, { finished });
      // Stands in for PyTorch's: says how it was called.
      mkdirSync(join(project.path, 'bin'));
      writeFileSync(
        join(project.path, 'bin/torchrun'),
        '#!/bin/bash\necho "$SLURM_NODEID <$SLURM_ARRAY_TASK_ID> $*"\n',
      );
      chmodSync(join(project.path, 'bin/torchrun'), 0o755);
      await project.sweep('s', 't', '--grid', 'x=1,2');
      await project.submit('--sweep', 's');
      await project.waitFor('s_x1', 'completed');
      await project.waitFor('s_x2', 'completed');
      const log = project.read('experiments/s_x2/attempts/train-1/out.log').trim().split('\n').toSorted();
      const agent =
        '--nnodes=2 --rdzv-backend=c10d --rdzv-endpoint=\\S+ --rdzv-id=\\d+\\.0 --nproc-per-node=1 train.py';
      expect(log).toEqual([
        expect.stringMatching(new RegExp(`^0 <> ${agent}$`)),
        expect.stringMatching(new RegExp(`^1 <> ${agent}$`)),
      ]);
    },
    LONG,
  );

  test.concurrent(
    'prints what the task of that index prints when sbatch runs the script that the template is made from',
    async ({ onTestFinished: finished }) => {
      const project = slurmProject(cluster, {}, { finished });
      writeFileSync(
        join(project.path, 'job.sbatch'),
        `#!/bin/bash -e
#SBATCH --partition=cpu --mem=50MB --time=5 --array=1-7:3%2 --output=ref_%a.txt
SEEDS=(3 5 7 9 11 13 17 19)
NAME=\${1:-base}
run() {
\techo "$1 seed \${SEEDS[$SLURM_ARRAY_TASK_ID]}, $SLURM_ARRAY_TASK_MIN to $SLURM_ARRAY_TASK_MAX"
}
run "$NAME"
bash -c 'echo inner $SLURM_ARRAY_TASK_ID'
srun bash -c 'echo srun $SLURM_ARRAY_TASK_ID $SLURM_PROCID'
cat <<END
{{ heredoc }} \${SLURM_ARRAY_TASK_ID}
END
`,
      );
      expect(await project.run(['sbatch', '--wait', 'job.sbatch'])).toMatchObject({ exitCode: 0 });
      const made = await project.ok('template', 'new', 'job', '--from', 'job.sbatch');
      const [, words = ''] = /^ {2}sheaf (run .*)$/m.exec(made) ?? [];
      expect(words).toContain('--grid task=1,4,7 --max-parallel 2');
      await project.ok(...words.split(' '), '--yes');
      for (const index of [1, 4, 7]) {
        const log = project.read(`experiments/job-001_t${index}/attempts/train-1/out.log`);
        expect(log).toBe(project.read(`ref_${index}.txt`));
      }
    },
    LONG,
  );
});
