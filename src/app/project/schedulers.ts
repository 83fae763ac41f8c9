import type { SchedulerHost, SchedulerKind, SchedulerKinds, SeenCluster } from '../../scheduler/index.ts';
import type { Environment } from '../../core/value.ts';
import { privateFolder } from '../../store/index.ts';

/** All schedulers that a project may name: those that come with sheaf, and those of the caller. */
export async function getSchedulerKinds(extra: SchedulerKinds | undefined): Promise<SchedulerKinds> {
  const { SCHEDULERS } = await import('../../scheduler/index.ts');
  return { ...SCHEDULERS, ...extra };
}

/** @throws Error for a name that nobody checked */
export function getSchedulerKind(kinds: SchedulerKinds, name: string): SchedulerKind {
  const kind = kinds[name];
  if (kind === undefined) throw new Error(`unexpected scheduler: ${name}`);
  return kind;
}

export function toSchedulerHost(env: Environment): SchedulerHost {
  return { env, folder: (name) => privateFolder(name, env) };
}

/** A cluster that sheaf looked for, and what runs its jobs. */
export interface FoundCluster {
  /** The name of its kind of scheduler; undefined: no kind of cluster is here. */
  readonly scheduler?: string;
  readonly cluster: SeenCluster;
}

/**
 * Looks for a cluster that this host belongs to; changes nothing.
 *
 * @param extra schedulers beside those that come with sheaf
 */
export async function lookForCluster(env: Environment, extra?: SchedulerKinds): Promise<FoundCluster> {
  const whys: string[] = [];
  for (const [scheduler, kind] of Object.entries(await getSchedulerKinds(extra))) {
    const cluster = await kind.lookFor?.(toSchedulerHost(env));
    if (cluster !== undefined && cluster.kind !== 'absent') return { scheduler, cluster };
    if (cluster !== undefined) whys.push(cluster.why);
  }
  return { cluster: { kind: 'absent', why: whys.join('; ') } };
}
