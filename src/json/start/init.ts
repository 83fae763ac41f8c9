import type { Initialised, DetectedMachine } from '../../app/index.ts';
import { clusterJson, type ClusterJson } from '../parts/cluster.ts';
import { machineJson, type MachineJson } from '../parts/machine.ts';

/** A project that was made. `made` is empty when there was one already. */
export type InitJson = {
  readonly root: string;
  /** Files that were made. */
  readonly made: readonly string[];
  readonly scheduler: string;
  readonly why: string;
  readonly machine: MachineJson;
  readonly cluster: ClusterJson | null;
  /** What runs the example that it is a copy of, in the project. */
  readonly commands: readonly string[];
};

export function initJson(
  { root, made, scheduler, why, cluster, commands }: Initialised,
  machine: DetectedMachine,
): InitJson {
  return {
    root,
    made,
    scheduler,
    why,
    machine: machineJson(machine),
    cluster: clusterJson(cluster?.description),
    commands,
  };
}
