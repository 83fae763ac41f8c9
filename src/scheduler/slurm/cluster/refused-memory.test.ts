import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import type { CommandResult } from '../../../system/index.ts';
import type { TrialRequest } from '../../scheduler.ts';
import { openCache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { getRecentProbes, probeAccess } from '../submit/probes.ts';
import { refusesMemory, setScriptMemory } from './refused-memory.ts';
import { predictStart } from '../submit/test-only.ts';

const never = (): never => {
  throw new Error('only tries are made');
};

interface Site extends SlurmCommands {
  readonly ran: string[];
}

/** A site whose `sbatch --test-only` says this about a job that requests a number of MiB; undefined: it accepts the job. */
function site(says: (mib: number | undefined) => string | undefined): Site {
  const ran: string[] = [];
  const tell: SlurmCommands['tell'] = async (argv): Promise<CommandResult> => {
    ran.push(argv.join(' '));
    const mib = /--mem=(\d+)M/.exec(argv.join(' '))?.[1];
    const said = says(mib === undefined ? undefined : Number(mib));
    const base = { argv, timedOut: false, stdout: '', durationMs: 1 };
    const starts = 'sbatch: Job 1 to start at 1795628578 using 1 processors on nodes n1 in partition p\n';
    return said === undefined
      ? { ...base, exitCode: 0, stderr: starts }
      : { ...base, exitCode: 1, stderr: `sbatch: error: ${said}\n` };
  };
  return { ran, tell, ask: never, control: never, submit: never };
}

const REQUEST: TrialRequest = {
  partition: 'p',
  nodes: 1,
  gpusPerNode: 0,
  cpusPerNode: 1,
  memoryMib: 4000,
  features: [],
};
/** As a site's filter says it (found in an issue of fractal-server). */
const REFUSES = site((mib) => (mib === undefined ? undefined : 'lua: Requesting memory by node is not supported'));

test('a site that refuses every job that states memory is found by trying, and remembered', async () => {
  const cache = openCache(temporaryFolder());
  expect(await predictStart(REFUSES, cache, REQUEST)).toMatchObject({ kind: 'starts' });
  expect(refusesMemory(cache)).toBe(true);
  const before = REFUSES.ran.length;
  await predictStart(REFUSES, cache, { ...REQUEST, nodes: 2 });
  expect(REFUSES.ran.slice(before)).toEqual([expect.not.stringContaining('--mem')]);
});

test('who gets in there is asked without memory', async () => {
  const cache = openCache(temporaryFolder());
  await probeAccess(REFUSES, cache, [{ partition: 'p' }]);
  expect(getRecentProbes(cache)).toMatchObject([{ partition: 'p', allowed: true }]);
});

test.each<[string, (mib: number | undefined) => string | undefined]>([
  ['so much', (mib) => ((mib ?? 0) > 1000 ? 'lua: at most 1000 MB of memory here' : undefined)],
  [
    'so much, in words of Slurm',
    (mib) => ((mib ?? 0) > 1000 ? 'Memory specification can not be satisfied' : undefined),
  ],
  ['a job of this user at all', () => 'lua: your memory allocation is spent'],
  ['something else', () => 'Invalid account or account/partition combination specified'],
])('a site that refuses %s does not refuse memory', async (_what, says) => {
  const cache = openCache(temporaryFolder());
  expect(await predictStart(site(says), cache, REQUEST)).toMatchObject({ kind: 'refused' });
  expect(refusesMemory(cache)).toBe(false);
});

test('a script is tried with little memory, and with none', () => {
  const script = '#!/bin/bash\n#SBATCH --time=5\n#SBATCH --mem=4G\n#SBATCH --mem-per-gpu=1G\ntrue\n';
  expect(setScriptMemory(script, undefined)).toBe('#!/bin/bash\n#SBATCH --time=5\ntrue\n');
  expect(setScriptMemory(script, 100)).toBe('#!/bin/bash\n#SBATCH --mem=100M\n#SBATCH --time=5\ntrue\n');
});
