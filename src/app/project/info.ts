import { detectMachine, type DetectedMachine } from './detect.ts';
import { lookForCluster } from './schedulers.ts';
import { openProject, findRoot, type Project } from './project.ts';
import type { Environment } from '../../core/value.ts';
import type { SchedulerDescription, SchedulerKinds, SeenCluster } from '../../scheduler/index.ts';
import { getSupervisorCommand } from './supervisor.ts';

/** What sheaf sees of this machine and project. */
export interface Info {
  /** Version of Node that runs this. */
  readonly node: string;
  readonly machine: DetectedMachine;
  readonly project?: ProjectInfo;
  /** The cluster that the project runs on; without a project the one that this host belongs to. */
  readonly cluster?: SchedulerDescription;
  /** What is missing or worth knowing, in words. */
  readonly notes: readonly string[];
}

export interface ProjectInfo {
  readonly root: string;
  /** What runs its jobs, in words, or why that is not known. */
  readonly scheduler: string;
  /** Folder of the view and the writer on this host. */
  readonly localFolder?: string;
  readonly experiments: string;
  readonly counts: { readonly [status: string]: number };
  readonly templates: number;
}

/**
 * Looks at this machine, and at the project in `dir` or above if there is one. Changes nothing.
 *
 * @param schedulers beside those that come with sheaf
 */
export async function getInfo(dir: string, env: Environment, schedulers: SchedulerKinds = {}): Promise<Info> {
  const machine = await detectMachine(env);
  const base = { node: process.version, machine };
  if (findRoot(dir) === undefined) {
    const { cluster: seen } = await lookForCluster(env, schedulers);
    return {
      ...base,
      ...(seen.description === undefined ? {} : { cluster: seen.description }),
      notes: [
        ...missingOn(machine),
        ...clusterNotes(seen),
        `there is no project in ${dir} or above it: sheaf init makes one`,
      ],
    };
  }
  const project = await openProject({ dir, env, supervisorArgv: getSupervisorCommand(), schedulers });
  try {
    const scheduler = await described(project);
    const { description } = scheduler;
    const isCluster = description?.partitions !== undefined || description?.accounts !== undefined;
    return {
      ...base,
      project: await projectInfo(project, scheduler.words),
      ...(isCluster ? { cluster: description } : {}),
      notes: [
        ...missingOn(machine),
        ...(scheduler.isHere ? localNotes(machine) : []),
        ...(isCluster ? description.notes : []),
        ...project.store.warnings,
      ],
    };
  } finally {
    project.store.close();
  }
}

async function projectInfo(project: Project, scheduler: string): Promise<ProjectInfo> {
  const { listTemplates } = await import('../../template/index.ts');
  const { root, store } = project;
  return {
    root,
    scheduler,
    ...(store.localFolder === undefined ? {} : { localFolder: store.localFolder }),
    experiments: store.paths.experiments,
    counts: store.countByStatus(),
    templates: listTemplates(root).length,
  };
}

interface Described {
  /** It runs jobs on this machine. */
  readonly isHere: boolean;
  readonly words: string;
  readonly description?: SchedulerDescription;
}

/** A fault in sheaf.yaml, or a cluster that does not answer, must not keep the rest from being shown. */
async function described(project: Project): Promise<Described> {
  try {
    const isHere = (await project.schedulerKind()).lookFor === undefined;
    const description = await (await project.scheduler()).describe();
    const { name: called, version, cpus, gpus } = description;
    const size = cpus === 0 ? '' : `, ${cpus} CPUs, ${gpus} GPUs`;
    const words = `${called} (version ${version})${size}`;
    return { isHere, words, description };
  } catch (error) {
    return { isHere: false, words: error instanceof Error ? `not known: ${error.message}` : 'not known' };
  }
}

function missingOn({ python, git }: DetectedMachine): string[] {
  return [
    ...(python === undefined ? ['python3 is not on the PATH'] : []),
    ...(git === undefined ? ['git is not on the PATH'] : []),
  ];
}

function localNotes({ gpus, sbatch }: DetectedMachine): string[] {
  return [
    ...(gpus.length === 0 ? ['nvidia-smi shows no GPU: jobs that ask for one are refused'] : []),
    ...(sbatch === undefined
      ? []
      : [`Slurm is here (${sbatch}); jobs of this project run on this machine, as its sheaf.yaml says`]),
  ];
}

function clusterNotes({ kind, why, description }: SeenCluster): readonly string[] {
  if (kind === 'absent') return [`no cluster: ${why}`];
  return description?.notes ?? [why];
}
