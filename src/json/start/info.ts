import type { Info } from '../../app/index.ts';
import { clusterJson, type ClusterJson } from '../parts/cluster.ts';
import { machineJson, type MachineJson } from '../parts/machine.ts';

/** What sheaf sees of this machine, the project and its cluster. */
export type InfoJson = {
  /** Version of Node. */
  readonly node: string;
  readonly machine: MachineJson;
  readonly project: {
    readonly root: string;
    readonly scheduler: string;
    readonly local_folder: string | null;
    readonly experiments_folder: string;
    /** Experiments by status. */
    readonly counts: { readonly [status: string]: number };
    readonly templates: number;
  } | null;
  readonly cluster: ClusterJson | null;
  readonly notes: readonly string[];
};

export function infoJson({ node, machine, project, cluster, notes }: Info): InfoJson {
  return {
    node,
    machine: machineJson(machine),
    project:
      project === undefined
        ? null
        : {
            root: project.root,
            scheduler: project.scheduler,
            local_folder: project.localFolder ?? null,
            experiments_folder: project.experiments,
            counts: project.counts,
            templates: project.templates,
          },
    cluster: clusterJson(cluster),
    notes,
  };
}
