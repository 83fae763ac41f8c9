import { getRequestedMemory } from '../../core/experiment/auto.ts';
import type { Problem } from '../../core/errors.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { parseMemory } from '../../core/units.ts';
import type { Demand, MachineCapacity } from './spool/slots.ts';

const ELSEWHERE = 'or run it on a cluster, in a project with scheduler: slurm';

/**
 * What this machine can never give: `resources.num_gpus`, `resources.cpus_per_task`, `resources.mem`. CPUs and GPUs may
 * be pretended, to try things out.
 *
 * @param machine undefined: only memory is checked
 */
export function listShortages(
  resources: Resources,
  demand: Demand,
  machine: MachineCapacity | undefined,
  memoryMib: number | undefined,
): Problem[] {
  const { cpus, gpus } = demand;
  return [
    ...(machine !== undefined && gpus > machine.gpus.length
      ? [shortage('num_gpus', 'GPU', gpus, machine.gpus.length, resources)]
      : []),
    ...(machine !== undefined && cpus > machine.cpus
      ? [shortage('cpus_per_task', 'CPU', cpus, machine.cpus, resources)]
      : []),
    ...memoryShortage(resources, memoryMib),
  ];
}

function shortage(
  key: 'num_gpus' | 'cpus_per_task',
  what: 'GPU' | 'CPU',
  asked: number,
  there: number,
  { num_nodes: nodes = 1 }: Resources,
): Problem {
  const has = there === 0 ? `no ${what}` : `${there} ${what}${there === 1 ? '' : 's'}`;
  const setting = what === 'GPU' ? 'gpus' : 'cpus';
  return {
    code: `resources.${key}`,
    message: `it asks for ${asked} ${what}${asked === 1 ? '' : 's'}, and this machine has ${has}`,
    ...(nodes > 1 ? { why: `for the local scheduler all of its ${nodes} nodes are this one machine` } : {}),
    fix: `ask for less with --set ${key}=${what === 'GPU' ? there : Math.max(1, there)}; pretend, with cluster: {local: {${setting}: ${asked}}} in sheaf.yaml; ${ELSEWHERE}`,
    now: 'nothing was submitted',
  };
}

function memoryShortage(resources: Resources, memoryMib: number | undefined): Problem[] {
  const mem = getRequestedMemory(resources);
  const asked = mem === undefined ? 0 : parseMemory(mem) * (resources.num_nodes ?? 1);
  if (memoryMib === undefined || asked <= memoryMib) return [];
  return [
    {
      code: 'resources.mem',
      message: `it asks for ${gib(asked)} of memory, and this machine has ${gib(memoryMib)}`,
      fix: `ask for less with --set mem=…; ${ELSEWHERE}`,
      now: 'nothing was submitted',
    },
  ];
}

function gib(mib: number): string {
  return `${(mib / 1024).toFixed(1)} GiB`;
}
