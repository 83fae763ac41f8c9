import { detectMachine, type Machine } from './detect.ts';
import { openProject, findRoot, type Environment, type Project } from './project.ts';
import { supervisorCommand } from './supervisor.ts';

/** What sheaf sees of this machine and project. */
export interface Info {
  /** Version of Node that runs this. */
  readonly node: string;
  readonly machine: Machine;
  readonly project?: ProjectInfo;
  /** What is missing or worth knowing, in words. */
  readonly notes: readonly string[];
}

export interface ProjectInfo {
  readonly root: string;
  /** `local`, or why it is not known. */
  readonly scheduler: string;
  /** Folder of the view and the writer on this host. */
  readonly localFolder?: string;
  readonly experiments: string;
  readonly counts: { readonly [status: string]: number };
  readonly templates: number;
}

/** Looks at this machine, and at the project in `dir` or above if there is one. Changes nothing. */
export async function info(dir: string, env: Environment): Promise<Info> {
  const machine = await detectMachine(env);
  const base = { node: process.version, machine };
  if (findRoot(dir) === undefined) {
    return {
      ...base,
      notes: [...missingOn(machine), `there is no project in ${dir} or above it: sheaf init makes one`],
    };
  }
  const project = await openProject({ dir, env, supervisorArgv: supervisorCommand() });
  try {
    return { ...base, project: await projectInfo(project), notes: [...missingOn(machine), ...project.store.warnings] };
  } finally {
    project.store.close();
  }
}

async function projectInfo(project: Project): Promise<ProjectInfo> {
  const { listTemplates } = await import('../template/index.ts');
  const { root, store } = project;
  return {
    root,
    scheduler: await schedulerWords(project),
    ...(store.localFolder === undefined ? {} : { localFolder: store.localFolder }),
    experiments: store.paths.experiments,
    counts: store.countByStatus(),
    templates: listTemplates(root).length,
  };
}

/** A fault in sheaf.yaml must not keep the rest from being told. */
async function schedulerWords(project: Project): Promise<string> {
  try {
    const { name, version, cpus, gpus } = await (await project.scheduler()).describe();
    return `${name} (version ${version}), ${cpus} CPUs, ${gpus} GPUs`;
  } catch (error) {
    return error instanceof Error ? `not known: ${error.message}` : 'not known';
  }
}

function missingOn({ python, git, gpus, sbatch }: Machine): string[] {
  return [
    ...(python === undefined ? ['python3 is not on the PATH'] : []),
    ...(git === undefined ? ['git is not on the PATH'] : []),
    ...(gpus.length === 0 ? ['nvidia-smi shows no GPU: jobs run without one'] : []),
    ...(sbatch === undefined
      ? []
      : [`Slurm is here (${sbatch}); this version of sheaf runs jobs on this machine only`]),
  ];
}
