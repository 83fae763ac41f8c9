import { gpu, partition, word } from './cluster-settings.ts';
import { isBranch, makeProblemAt, toValue, type Branch } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import { wholeFrom } from './kinds.ts';
import { key, keyOr, mapOf, mapSchema, mustBe, orNull, readSome, recordOf, type Kind, kind } from './setting.ts';
import { keysNamed } from './table.ts';
import { CLUSTER_PROFILES, getClusterProfile } from '../cluster/cluster-profiles.ts';
import type { Problem } from '../errors.ts';
import { SCHEDULER_NAMES } from '../settings/scheduler-name.ts';
import type { Resources } from '../settings/settings.ts';
import { isMap, type ValueMap } from '../value.ts';

/** Partitions and the machine's own slots, as written by hand. */
export interface ClusterCatalogue {
  /** The name of a profile, whose partitions those written complete. */
  readonly profile?: string;
  readonly partitions: { readonly [name: string]: ValueMap };
  /** GPUs that the project describes itself. */
  readonly gpus: { readonly [name: string]: ValueMap };
  /** Slots of the local scheduler. */
  readonly local: { readonly cpus?: number; readonly gpus?: number };
}

const profile: Kind<string> = {
  wants: 'the name of a profile',
  schema: { type: 'string' },
  read: (tree, _, problems) => {
    const name = toValue(tree);
    if (typeof name === 'string' && getClusterProfile(name) !== undefined) return name.toLowerCase();
    problems.push(
      makeProblemAt(tree, 'cluster.profile', `there is no cluster profile ${JSON.stringify(name)}`, {
        why: `there are: ${Object.keys(CLUSTER_PROFILES).join(', ')}`,
        fix: 'write the partitions below cluster: partitions:, or leave it out',
      }),
    );
    return undefined;
  },
};

/** Maps by name, which the advisor reads further. */
function mapsOf(wants: string, entry: Kind<unknown>, example: string): Kind<{ readonly [name: string]: ValueMap }> {
  return orNull(
    recordOf(
      wants,
      () => ({ additionalProperties: entry.schema }),
      (own, { tree, name, problems }) => {
        const facts = toValue(tree);
        if (isMap(facts)) return facts;
        problems.push(mustBe(tree, `${name}.${own}`, 'a map', { fix: `write for example ${example}` }));
        return undefined;
      },
    ),
  );
}

const slots = mapOf({
  cpus: key(orNull(wholeFrom(1)), 'CPUs that jobs may use. Default: all of this machine'),
  gpus: key(orNull(wholeFrom(0)), 'GPUs that jobs may use. Default: all of this machine'),
});

const catalogue = mapOf(
  {
    profile: key(orNull(profile), 'A cluster that sheaf knows'),
    partitions: keyOr(
      mapsOf('a map of partitions', partition, '{gpu_type: A100, gpus_per_node: 4}'),
      'Partitions by name',
      {},
    ),
    gpus: keyOr(
      mapsOf('a map of gpus', gpu, '{arch: hopper, memory_gb: 64}'),
      'GPUs that sheaf does not know, by name',
      {},
    ),
    local: keyOr(orNull(slots), 'How much of this machine the local scheduler may use', {}),
  },
  'a map',
  { fix: 'write cluster: {partitions: {…}}' },
);

const cluster: Kind<ClusterCatalogue> = kind(
  catalogue.wants,
  () => ({ anyOf: [profile.schema, catalogue.schema] }),
  (tree, name, problems) => {
    if (isBranch(tree) || typeof tree.value !== 'string') return catalogue.read(tree, name, problems);
    const named = profile.read(tree, name, problems);
    return { ...NO_CATALOGUE, ...(named !== undefined && { profile: named }) };
  },
);

const NO_CATALOGUE: ClusterCatalogue = { partitions: {}, gpus: {}, local: {} };

/** What such a job may ask for: it has one CPU of one node. */
const WAIT_JOB_KEYS = [
  'partition',
  'account',
  'qos',
  'mem',
  'time_limit',
  'constraint',
  'exclude',
  'reservation',
  'sbatch',
] as const;

const waitJob = mapOf(keysNamed(WAIT_JOB_KEYS), 'a map such as {partition: cpu, time_limit: 12:00:00}') as Kind<
  Pick<Resources, (typeof WAIT_JOB_KEYS)[number]>
>;

const PROJECT = {
  project: key(word, 'Name of the project. Default: the name of its folder'),
  scheduler: key(
    { ...word, schema: { enum: SCHEDULER_NAMES } },
    'What runs the jobs: slurm, or local for this machine',
  ),
  experiments: key(word, 'Folder for experiments. Default: experiments'),
  cluster: keyOr(orNull(cluster), 'What sheaf cannot find out about the cluster', NO_CATALOGUE),
  wait_job: keyOr(orNull(waitJob), 'Resources of the jobs of sheaf wait --as-job', {}),
};

/** What a project says about itself. */
export interface ProjectSettings {
  readonly project?: string;
  readonly scheduler?: string;
  readonly experiments?: string;
  readonly cluster: ClusterCatalogue;
  /** Resources of jobs that wait for a sweep; what is absent is as in the rest of the project. */
  readonly wait_job: Resources;
}

/**
 * What a project says about itself. What is wrong is added to `problems`.
 *
 * @param schedulers the names that `scheduler` may have
 */
export function readProjectSettings(tree: Branch, schedulers: readonly string[], problems: Problem[]): ProjectSettings {
  const { scheduler, ...settings } = readSome(PROJECT, tree, '', problems) ?? { cluster: NO_CATALOGUE, wait_job: {} };
  if (scheduler === undefined) return settings;
  if (schedulers.includes(scheduler)) return { ...settings, scheduler };
  problems.push(
    makeProblemAt(tree.children.get('scheduler') ?? tree, 'project.scheduler', `there is no scheduler "${scheduler}"`, {
      fix: `write ${schedulers.join(' or ')}`,
    }),
  );
  return settings;
}

/** How an editor learns about the keys of sheaf.yaml that are not defaults for templates. */
export function buildProjectKeysSchema(): JsonSchema {
  return mapSchema(PROJECT);
}
