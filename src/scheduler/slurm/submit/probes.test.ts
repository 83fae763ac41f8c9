import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import type { CommandResult } from '../../../system/index.ts';
import { openCache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { getRecentProbes, probeAccess } from './probes.ts';

const never = (): never => {
  throw new Error('only tries are made');
};

/** `sbatch` that ends like this, and what it was called with. */
function sbatch(ends: Partial<CommandResult>): SlurmCommands & { readonly ran: string[] } {
  const ran: string[] = [];
  const tell: SlurmCommands['tell'] = async (argv) => {
    ran.push(argv.join(' '));
    return { argv, timedOut: false, stdout: '', stderr: '', durationMs: 1, ...ends };
  };
  return { ran, tell, ask: never, control: never, submit: never };
}

const probed = async (ends: Partial<CommandResult>) => {
  const cache = openCache(temporaryFolder());
  await probeAccess(sbatch(ends), cache, [{ partition: 'p', account: 'lab', gpuType: 'a100' }]);
  return getRecentProbes(cache)[0];
};

test('a try submits nothing, and asks for as little as can be', async () => {
  const commands = sbatch({ exitCode: 0 });
  await probeAccess(commands, openCache(undefined), [
    { partition: 'p', account: 'lab', gpuType: 'a100' },
    { partition: 'p' },
  ]);
  expect(commands.ran).toEqual([
    'sbatch --test-only --partition=p --nodes=1 --ntasks-per-node=1 --cpus-per-task=1 --gres=gpu:a100:1 --account=lab --mem=100M --time=1 --wrap=:',
    'sbatch --test-only --partition=p --nodes=1 --ntasks-per-node=1 --cpus-per-task=1 --mem=100M --time=1 --wrap=:',
  ]);
});

test('a yes is a yes', async () => {
  expect(await probed({ exitCode: 0 })).toMatchObject({ partition: 'p', account: 'lab', gpu: true, allowed: true });
});

/** Words of Slurm 24.11.5, and of a job_submit program before them; what CU Boulder Alpine and TACC Vista print. */
test.each([
  [
    {
      stderr:
        'sbatch: error: No QoS was given.\nsbatch: error: It is required.\nsbatch: error: Batch job submission failed: Unspecified error\n',
    },
    'No QoS was given. It is required.',
  ],
  [{ stdout: '--> Submission error: no such queue\n' }, 'Submission error: no such queue'],
  [
    {
      stderr:
        'sbatch: error: lua: this partition wants a GPU\nsbatch: error: Batch job submission failed: Unspecified error\n',
    },
    'lua: this partition wants a GPU',
  ],
  [
    { stderr: 'allocation failure: Invalid account or account/partition combination specified\n' },
    'Invalid account or account/partition combination specified',
  ],
])('%j is a no, with its words', async (output, said) => {
  expect(await probed({ exitCode: 1, ...output })).toMatchObject({ allowed: false, said });
});

test.each([
  [{ exitCode: 1, stderr: 'allocation failure: Requested node configuration is not available\n' }],
  [{ exitCode: 1, stderr: 'allocation failure: Unable to contact slurm controller (connect failure)\n' }],
  [
    {
      exitCode: 1,
      stderr:
        "sbatch: error: AssocMaxSubmitJobLimit\nallocation failure: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n",
    },
  ],
  [{ exitCode: 1, stderr: 'allocation failure: MaxJobCount limit reached\n' }],
  [{ timedOut: true }],
])('%j says nothing about who gets in', async (ends) => {
  const probe = await probed(ends);
  expect(probe).toMatchObject({ partition: 'p' });
  expect(probe).not.toHaveProperty('allowed');
});

test('a retried test replaces the earlier answer; the rest stays', async () => {
  const cache = openCache(temporaryFolder());
  await probeAccess(sbatch({ exitCode: 0 }), cache, [{ partition: 'a' }, { partition: 'b' }]);
  await probeAccess(sbatch({ exitCode: 1, stderr: 'sbatch: error: no\n' }), cache, [{ partition: 'a' }]);
  expect(getRecentProbes(cache).map(({ partition, allowed }) => [partition, allowed])).toEqual([
    ['b', true],
    ['a', false],
  ]);
});

test('each answer holds for a day, whatever was asked after it', async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const cache = openCache(temporaryFolder());
  const names = (): string[] => getRecentProbes(cache).map(({ partition }) => partition);
  await probeAccess(sbatch({ exitCode: 0 }), cache, [{ partition: 'a' }]);
  vi.setSystemTime(Date.now() + 20 * 3_600_000);
  await probeAccess(sbatch({ exitCode: 0 }), cache, [{ partition: 'b' }]);
  expect(names()).toEqual(['a', 'b']);
  vi.setSystemTime(Date.now() + 5 * 3_600_000);
  expect(names()).toEqual(['b']);
});
