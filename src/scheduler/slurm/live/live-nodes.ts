import { withoutUndefined } from '../../../core/value.ts';
import type { NodeFacts, NodeGpus } from '../../../core/cluster/cluster-facts.ts';
import { formatClock } from '../parse/times.ts';
import { parseGpuMemoryGb, countGpus } from '../parse/gres.ts';
import { countFreeGpus, type NodeUse } from '../parse/nodes.ts';
import { mayUse, type Reservation, type Who } from '../parse/reservations.ts';

/** Words of states that only say that a reservation has the node, not whose it is. */
const RESERVED = /^(?:reserved|resv)$/;

/**
 * Nodes with what is free on them. A node that others have reserved takes no jobs; one of which they have reserved some
 * cores takes them with the rest.
 *
 * @param reservations undefined: not known
 * @param shown partitions whose nodes are reported
 */
export function describeLiveNodes(
  nodes: readonly NodeUse[],
  reservations: readonly Reservation[] | undefined,
  who: Who,
  shown: ReadonlySet<string>,
): NodeFacts[] {
  const byNode = new Map<string, Reservation[]>();
  for (const reservation of reservations ?? []) {
    for (const name of reservation.nodes) byNode.set(name, [...(byNode.get(name) ?? []), reservation]);
  }
  return nodes.flatMap((node) => {
    const partitions = node.partitions.filter((name) => shown.has(name));
    return partitions.length === 0 ? [] : [nodeFacts({ ...node, partitions }, byNode.get(node.name) ?? [], who)];
  });
}

function nodeFacts(node: NodeUse, reservations: readonly Reservation[], who: Who): NodeFacts {
  const holding = reservations.filter(({ active }) => active);
  const whole = holding.filter(({ cores }) => cores === undefined);
  // They may overlap: nobody gets past maintenance, and what others have is free to those whose it is as well.
  const wholly = whole.find(({ maintenance }) => maintenance) ?? whole.find((each) => mayUse(each, who)) ?? whole[0];
  // The user's own cores, too, are for jobs that name the reservation.
  const partly = holding.filter((each) => each.cores !== undefined);
  const next = reservations
    .filter(({ active, cores }) => !active && cores === undefined)
    .map(({ startMs }) => startMs ?? Infinity);
  const why = whyNot(node, wholly, holding.length > 0, who);
  const kept = partly.reduce((sum, { cores = 0, nodes }) => sum + Math.ceil(cores / nodes.length), 0);
  return withoutUndefined({
    name: node.name,
    partitions: node.partitions,
    state: node.state,
    takesJobs: why === undefined,
    why,
    cpus: node.cpus,
    cpusFree: Math.max(0, node.cpusIdle - kept),
    memoryMib: node.memoryMib,
    memoryFreeMib: Math.max(0, node.memoryMib - node.memoryInUseMib),
    gpus: gpusOn(node),
    gpuMemoryGb: parseGpuMemoryGb(node.gres),
    features: node.features,
    reservation: wholly?.name,
    ...(next.length === 0 ? {} : { reservedFromMs: Math.min(...next) }),
    ...(node.suffix.includes('-') || node.state === 'planned' ? { planned: true } : {}),
  });
}

/** Why no job of this user starts there, whatever ends; undefined: one may. */
function whyNot(node: NodeUse, wholly: Reservation | undefined, isHeld: boolean, who: Who): string | undefined {
  if (wholly !== undefined) {
    if (wholly.maintenance) return `in maintenance${until(wholly)}`;
    if (!mayUse(wholly, who)) return `reserved for others${until(wholly)} (${wholly.name})`;
  }
  if (node.usable || (RESERVED.test(node.state) && isHeld && !/[*!%@^]/.test(node.suffix))) return undefined;
  const reason = node.reason === undefined ? '' : `: ${node.reason}`;
  return `${node.suffix.includes('*') ? 'does not answer' : node.state}${reason}`;
}

function until({ endMs }: Reservation): string {
  return endMs === undefined ? '' : ` until ${formatClock(endMs)}`;
}

function gpusOn(node: NodeUse): NodeGpus[] {
  const free = countFreeGpus(node);
  return Object.entries(countGpus(node.gres)).map(([type, total]) => ({ type, total, free: free[type] ?? 0 }));
}
