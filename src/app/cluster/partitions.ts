import type { ClusterFacts } from '../../core/cluster/cluster-facts.ts';
import type { Offer } from '../../advisor/index.ts';
import type { AccessQuestion } from '../../scheduler/index.ts';
import { getOffers, type ClusterOffers } from './cluster-facts.ts';
import type { Project } from '../project/project.ts';

/** Each try is a question to the controller: at most this many at once. */
const MOST_TRIES = 24;

export interface PartitionsOptions {
  /** Try jobs again, whatever was answered within the last day. */
  readonly probe?: boolean;
}

/**
 * Partitions with their GPUs, what of them is free and who may use them. If the settings of the cluster do not say
 * who gets in, small jobs are tried, which submits nothing; what is answered holds for a day.
 *
 * @throws SheafError when the cluster does not answer and nothing is written of it
 */
export async function listPartitions(
  project: Project,
  { probe = false }: PartitionsOptions = {},
): Promise<ClusterOffers> {
  const known = await getOffers(project, { fresh: probe });
  const questions = questionsFor(known, probe);
  if (questions.length === 0) return known;
  const scheduler = await project.scheduler();
  if (scheduler.probe === undefined) return known;
  await scheduler.probe(questions.slice(0, MOST_TRIES));
  const now = await getOffers(project);
  const left = questions.length - MOST_TRIES;
  if (left <= 0) return now;
  return {
    ...now,
    facts: {
      ...now.facts,
      unknown: [...now.facts.unknown, `${left} further ways into partitions were not tried: ${MOST_TRIES} at a time.`],
    },
  };
}

/** With each account that the settings let in, with a GPU if there are any; with the first one without a GPU, too. */
function questionsFor({ facts, offers: all }: ClusterOffers, again: boolean): AccessQuestion[] {
  if (facts.partitions.length === 0 || (!again && !isUnsure(facts))) return [];
  const tried = new Set((again ? [] : (facts.probes ?? [])).map(({ partition }) => partition));
  return all
    .filter(
      ({ closed, partition, accounts }) => closed === undefined && !tried.has(partition) && accounts?.length !== 0,
    )
    .flatMap(questionsAbout);
}

/** Whether settings alone do not tell who gets in. */
function isUnsure({ jobSubmit, accounts, accountsHold }: ClusterFacts): boolean {
  return jobSubmit !== undefined || (accounts === undefined && accountsHold === true);
}

function questionsAbout({ partition, gpuType, accounts }: Offer): AccessQuestion[] {
  const names: (string | undefined)[] = [...new Set(accounts?.map(({ account }) => account) ?? [undefined])];
  const base = names.map((account) => ({ partition, ...(account === undefined ? {} : { account }) }));
  if (gpuType === undefined) return base;
  return [...base.map((each) => ({ ...each, gpuType })), ...base.slice(0, 1)];
}
