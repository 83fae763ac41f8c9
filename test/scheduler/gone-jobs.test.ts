/** How often accounting is asked about jobs that left the queue without a record of their end. */
import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { ExperimentManager } from '../../src/app/index.ts';
import { playSite } from '../support/slurm-player/player.ts';

const TEMPLATE = 'partition: RM-shared\ncpus_per_task: 1\ntime_limit: 60\ncommand: "true"\n';

test.each([
  ['serves several looks', '60', 1],
  ['is asked for at each look if SHEAF_POLL_SECONDS is 0', '0', 3],
])('the answer of accounting about a job that is gone %s', async (_, seconds, asked) => {
  const cluster = await playSite('bridges2', { 'sheaf.yaml': 'scheduler: slurm\n', 'templates/t.yaml': TEMPLATE });
  const env = { ...cluster.folder.env, ...cluster.env, SHEAF_POLL_SECONDS: seconds };
  const manager = await ExperimentManager.open({ dir: cluster.folder.path, env });
  onTestFinished(() => manager.close());
  await manager.create({ expId: 'a', template: 't' });
  await manager.submitExperiment('a');
  spawnSync('scancel', ['4000001'], { env });
  cluster.breakProgram('sacct', 'sacct: error: slurm_persist_conn_open: Connection refused');
  for (let look = 0; look < 3; look += 1) {
    const { lines, warnings } = await manager.status({ ids: ['a'] });
    expect(lines).toMatchObject([{ status: 'queued' }]);
    expect(warnings).toContainEqual(expect.stringContaining('accounting could not be asked'));
  }
  expect(cluster.calls().filter((call) => call.startsWith('sacct '))).toHaveLength(asked);
});
