import { withoutUndefined } from '../../../core/value.ts';
import type { AccessProbe } from '../../../core/cluster/cluster-facts.ts';
import { nowMs } from '../../../system/index.ts';
import type { AccessQuestion } from '../../scheduler.ts';
import { selectRecent, type Cache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { describeRefusal } from '../ask/refusal-words.ts';
import { classifyRefusal } from './refusals.ts';
import { testOnly } from './test-only.ts';

/** Who gets in changes rarely. */
const MAX_AGE_MS = 86_400_000;
const NAME = 'probes';

/** What any partition gives. */
const SMALL = { cpusPerNode: 1, memoryMib: 100, timeLimitS: 60, features: [] };

/** Words that say nothing about who gets in: nodes, the moment, own jobs in the queue or the controller are what is wrong. */
const OTHER_CAUSE =
  /node configuration is not available|partition (?:configuration )?not available|Unable to contact|timed out|Protocol authentication|not responding/i;

/** What was answered in the last day. */
export function getRecentProbes(cache: Cache): readonly AccessProbe[] {
  return selectRecent(cache, NAME, MAX_AGE_MS);
}

/**
 * Tries a small job for each question, one after the other: nothing is submitted. What Slurm itself checks of access
 * only when a job is to start, such as the accounts that a partition lets in, it does not tell here; what a program of
 * the site says, it does.
 */
export async function probeAccess(
  commands: SlurmCommands,
  cache: Cache,
  questions: readonly AccessQuestion[],
): Promise<void> {
  const probes: AccessProbe[] = [];
  for (const question of questions) probes.push(await probe(commands, cache, question));
  const asked = new Set(probes.map(keyOf));
  cache.write(NAME, [...getRecentProbes(cache).filter((each) => !asked.has(keyOf(each))), ...probes]);
}

function keyOf({ partition, account, gpu }: AccessProbe): string {
  return `${partition} ${account ?? ''} ${gpu}`;
}

async function probe(
  commands: SlurmCommands,
  cache: Cache,
  { partition, account, gpuType }: AccessQuestion,
): Promise<AccessProbe> {
  const request = withoutUndefined({
    partition,
    account,
    nodes: 1,
    gpusPerNode: gpuType === undefined ? 0 : 1,
    gpuType,
    ...SMALL,
  });
  const result = await testOnly(commands, cache, request);
  const base = withoutUndefined({ partition, account, gpu: gpuType !== undefined, atMs: nowMs() });
  if (result.exitCode === 0) return { ...base, allowed: true };
  const said = describeRefusal(result);
  if (classifyRefusal(result).kind !== 'refused' || OTHER_CAUSE.test(said)) return base;
  return { ...base, allowed: false, said };
}
