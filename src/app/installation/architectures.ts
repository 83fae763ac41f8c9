import type { Environment } from '../../core/value.ts';
import type { SchedulerKinds } from '../../scheduler/index.ts';
import type { DoctorFinding } from '../project/types.ts';
import { getSchedulerKinds, toSchedulerHost } from '../project/schedulers.ts';

/**
 * Compares this machine with the nodes of the cluster that it belongs to. Jobs need nothing of sheaf, so nodes of another
 * architecture are no problem until someone starts sheaf there.
 *
 * @param here as `uname -m` calls it
 */
export async function describeArchitectures(
  here: string,
  env: Environment,
  extra: SchedulerKinds | undefined,
): Promise<DoctorFinding[]> {
  const nodes = new Set<string>();
  for (const kind of Object.values(await getSchedulerKinds(extra)))
    for (const architecture of (await kind.architectures?.(toSchedulerHost(env))) ?? []) nodes.add(architecture);
  const others = [...nodes].filter((architecture) => architecture !== here);
  if (nodes.size === 0) return [{ level: 'ok', what: `this machine is ${here}` }];
  if (others.length === 0) return [{ level: 'ok', what: `this machine and the nodes of its cluster are ${here}` }];
  return [
    {
      level: 'note',
      what: `this machine is ${here}, and the cluster has nodes that are ${others.join(' and ')}: jobs run there, since they need nothing of sheaf; this sheaf does not start there`,
      fix: `to start sheaf on such a node, install the wheel for ${others.join(' or ')} in a folder of its own`,
    },
  ];
}
