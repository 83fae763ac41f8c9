import { inputError } from '../../../core/errors.ts';
import type { Resources } from '../../../core/settings/settings.ts';
import { suggestName } from '../../../core/text/nearest.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { describeRefusal } from '../ask/refusal-words.ts';
import { listPartitionNames } from '../cluster/shape.ts';
import type { SlurmPartition } from '../parse/partitions.ts';
import { testOnly } from './test-only.ts';

/** What any partition gives. */
const SMALL = { nodes: 1, gpusPerNode: 0, cpusPerNode: 1, features: [] };

/**
 * Refuses partitions that do not exist. About a name that Slurm does not list it asks `sbatch --test-only`: a program of the
 * site may know what the name means.
 *
 * @param all every partition of the cluster, hidden ones included
 * @throws SheafError `resources.partition`
 */
export async function refuseUnknownPartition(
  commands: SlurmCommands,
  cache: Cache,
  resources: Resources,
  all: readonly SlurmPartition[],
): Promise<void> {
  const asked = listPartitionNames(resources) ?? [];
  const unknown = asked.filter((name) => !all.some((partition) => partition.name === name));
  const [first] = unknown;
  if (first === undefined) return;
  const result = await testOnly(commands, cache, { partition: asked.join(','), ...SMALL });
  if (result.exitCode === 0 || !/invalid partition/i.test(describeRefusal(result))) return;
  const visible = all.filter(({ hidden }) => !hidden).map(({ name }) => name);
  throw inputError('resources.partition', `there is no partition ${unknown.join(', ')}`, {
    fix: suggestName(first, visible, 'sheaf info lists the partitions'),
    now: 'nothing was submitted',
  });
}
