import type { ClusterFacts } from '../../core/cluster/cluster-facts.ts';
import { getClusterProfile } from '../../core/cluster/cluster-profiles.ts';
import { inputError, SheafError } from '../../core/errors.ts';
import { nowMs } from '../../system/index.ts';
import type { GpuKind, Offer, ProjectGpu, WrittenPartition } from '../../advisor/index.ts';
import type { Scheduler } from '../../scheduler/index.ts';
import type { ProjectConfig } from '../../template/index.ts';
import type { Project } from '../project/project.ts';

/** What `sheaf.yaml` and its profile say of the cluster. */
export interface Catalogue {
  readonly partitions: readonly WrittenPartition[];
  readonly gpus: readonly ProjectGpu[];
  /** Names of the partitions that sheaf.yaml itself describes, not its profile. */
  readonly named: readonly string[];
  /** What a person should know of it, such as that a profile is approximate. */
  readonly notes: readonly string[];
}

export interface FactsOptions {
  /** Ask the cluster even if another command did a moment ago. */
  readonly fresh?: boolean;
}

/**
 * Where jobs of the project could go, with the facts of the cluster that this is from. If it does not answer, by what
 * is written of it; then `unknown` says why.
 *
 * @throws SheafError when it does not answer and nothing is written of it, and for what is written wrong
 */
export async function getOffers(project: Project, options: FactsOptions = {}): Promise<ClusterOffers> {
  const { facts, catalogue, problem } = await factsAndCatalogue(project, options);
  const { listOffers } = await import('../../advisor/index.ts');
  const absent = missingPartitions(facts, catalogue);
  return {
    facts: absent.length === 0 ? facts : { ...facts, unknown: [...facts.unknown, ...absent] },
    offers: listOffers(facts, { written: catalogue.partitions, own: catalogue.gpus }),
    notes: facts.partitions.length > 0 ? [] : catalogue.notes,
    ...(problem === undefined ? {} : { problem }),
  };
}

export interface ClusterOffers {
  readonly facts: ClusterFacts;
  readonly offers: readonly Offer[];
  readonly notes: readonly string[];
  /** Why the cluster could not be asked: then these are as `sheaf.yaml` says. */
  readonly problem?: string;
}

async function factsAndCatalogue(
  project: Project,
  options: FactsOptions,
): Promise<{ facts: ClusterFacts; catalogue: Catalogue; problem?: string }> {
  const catalogue = await readCatalogue(await project.config());
  try {
    return { facts: await (await project.scheduler()).facts(options), catalogue };
  } catch (error) {
    if (!(error instanceof SheafError) || catalogue.partitions.length === 0) throw error;
    const problem = describeSilence(error);
    return { facts: writtenFacts(problem), catalogue, problem };
  }
}

/** The facts of the cluster; undefined when it does not answer. */
export async function getFactsIfThere(scheduler: Pick<Scheduler, 'facts'>): Promise<ClusterFacts | undefined> {
  try {
    return await scheduler.facts();
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

/** Why a cluster could not be asked, in its message if there is one. */
export function describeSilence({ problems: [{ message, said }] }: SheafError): string {
  return said ?? message;
}

/** Of a cluster that does not answer. */
function writtenFacts(why: string): ClusterFacts {
  return {
    id: 'catalogue',
    atMs: nowMs(),
    partitions: [],
    nodes: [],
    unknown: [`The cluster could not be asked (${why}): all that is known is what sheaf.yaml says, not what is free.`],
  };
}

/**
 * What `sheaf.yaml` says of the cluster: its profile, then what is written of partitions, key by key.
 *
 * @throws SheafError `cluster.catalogue` with all that is wrong in it
 */
export async function readCatalogue({ cluster }: ProjectConfig): Promise<Catalogue> {
  const { parseProjectGpus, parseWrittenPartitions } = await import('../../advisor/index.ts');
  const profile = cluster.profile === undefined ? undefined : getClusterProfile(cluster.profile);
  const merged = { ...profile?.partitions };
  for (const [name, facts] of Object.entries(cluster.partitions)) merged[name] = { ...merged[name], ...facts };
  const { partitions, problems } = parseWrittenPartitions(merged);
  const { gpus, problems: gpuProblems } = parseProjectGpus(cluster.gpus);
  const [first, ...more] = [...problems, ...gpuProblems];
  if (first !== undefined) {
    throw inputError('cluster.catalogue', first, {
      at: { file: 'sheaf.yaml' },
      ...(more.length === 0 ? {} : { why: `also wrong: ${more.join('; ')}` }),
      fix: 'docs/how-to/resources/catalogue.md tells the keys of partitions and GPUs',
    });
  }
  const named = Object.keys(cluster.partitions);
  return { partitions, gpus, named, notes: profile === undefined ? [] : [profile.note] };
}

/** What names of GPUs mean in a project, of its own GPUs too: in GRES strings and of drivers. */
export type GpuNames = (name: string) => GpuKind | undefined;

/** @throws SheafError `cluster.catalogue` */
export async function makeGpuNames(project: Project): Promise<GpuNames> {
  const { gpus: own } = await readCatalogue(await project.config());
  const { findGpuKind } = await import('../../advisor/index.ts');
  return (name) => findGpuKind(name, { own });
}

/** Partitions that are written of, and that the cluster does not have. */
function missingPartitions(facts: ClusterFacts, { named }: Catalogue): string[] {
  if (facts.partitions.length === 0) return [];
  const live = new Set(facts.partitions.map(({ name }) => name));
  const absent = named.filter((name) => !live.has(name));
  if (absent.length === 0) return [];
  return [`Written in sheaf.yaml, but not on this cluster: ${absent.join(', ')}.`];
}
