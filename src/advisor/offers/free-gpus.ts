import type { ClusterFacts, NodeFacts } from '../../core/cluster/cluster-facts.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { GpuKind } from '../gpu-kind.ts';
import type { Offer } from '../offer.ts';
import { countGpusLeft } from './user-limits.ts';

/** GPUs of one type, on all nodes of a cluster, and how many of them a user could have now. */
export interface FreeGpus {
  /** As the scheduler calls it; empty if it has no name. */
  readonly gpuType: string;
  readonly gpu?: GpuKind;
  readonly total: number;
  /** On nodes that take no jobs now: drained, down, in maintenance or reserved for others. */
  readonly away: number;
  /** Without a job, on nodes that take jobs, even if this user has no access. Undefined: not known. */
  readonly free?: number;
  /** The most that one partition would give this user now; absent if none would, or if it is not known. */
  readonly mine?: MyGpus;
  /** Why there are none for this user, or why that is not known. */
  readonly why?: string;
}

/** GPUs that a user could have now in one partition. */
export interface MyGpus {
  readonly partition: string;
  readonly gpus: number;
  /** More are free there, but limits of the user leave only these. */
  readonly isLimited: boolean;
  /** What is not known of it, in words: whether the user may use the partition, or what of a limit is in use. */
  readonly unsure?: string;
}

/** The types of GPUs of a cluster: first those of which this user could have most now. A node counts once, whatever its partitions. */
export function listFreeGpus(
  { nodes, jobSubmit }: Pick<ClusterFacts, 'jobSubmit' | 'nodes'>,
  offers: readonly Offer[],
): FreeGpus[] {
  const byType = new Map<string, NodeFacts[]>();
  for (const node of nodes) {
    for (const { type } of node.gpus) {
      const having = byType.get(type);
      if (having === undefined) byType.set(type, [node]);
      else having.push(node);
    }
  }
  return [...byType]
    .map(([type, having]) =>
      countGpus(
        type,
        having,
        offers.filter(({ gpuType }) => gpuType === type),
        jobSubmit !== undefined,
      ),
    )
    .toSorted((a, b) => (b.mine?.gpus ?? 0) - (a.mine?.gpus ?? 0) || (b.free ?? 0) - (a.free ?? 0));
}

function countGpus(type: string, nodes: readonly NodeFacts[], offers: readonly Offer[], isJudged: boolean): FreeGpus {
  const has = (node: NodeFacts): NodeFacts['gpus'][number] | undefined => node.gpus.find((each) => each.type === type);
  const total = (some: readonly NodeFacts[]): number => some.reduce((sum, node) => sum + (has(node)?.total ?? 0), 0);
  const open = nodes.filter(({ takesJobs }) => takesJobs);
  const counts = open.map((node) => has(node)?.free);
  const isCounted = counts.every((count) => count !== undefined);
  const free = isCounted ? counts.reduce((sum, count) => sum + count, 0) : undefined;
  const [best] = offers.flatMap((offer) => countMine(offer, isJudged) ?? []).toSorted((a, b) => b.gpus - a.gpus);
  const mine = best !== undefined && best.gpus > 0 ? best : undefined;
  const gpu =
    offers.find(({ partition }) => partition === best?.partition)?.gpu ?? offers.find((each) => each.gpu)?.gpu;
  return withoutUndefined({
    gpuType: type,
    gpu,
    total: total(nodes),
    away: total(nodes) - total(open),
    free,
    mine,
    why: mine === undefined ? explainNone(offers, best, free) : undefined,
  });
}

/** Undefined: the user does not get in, or what is free is not known. */
function countMine(offer: Offer, isJudged: boolean): MyGpus | undefined {
  const { partition, accounts, closed, gpusFree } = offer;
  if (closed !== undefined || accounts?.length === 0 || gpusFree === undefined) return undefined;
  const left = countGpusLeft(offer);
  return withoutUndefined({
    partition,
    gpus: Math.min(gpusFree, left),
    isLimited: left < gpusFree,
    unsure: findDoubt(offer, isJudged),
  });
}

function findDoubt({ accounts, isForAll }: Offer, isJudged: boolean): string | undefined {
  if (accounts === undefined) return isForAll === true ? undefined : 'whether you may use it is not known';
  if (isJudged && accounts.every(({ basis }) => basis === 'settings')) {
    return 'a program of the site decides whether you may use it';
  }
  return accounts.some((way) => way.maxGpusPerUser !== undefined && way.gpusInUse === undefined)
    ? 'how much of your limit is in use is not known'
    : undefined;
}

function explainNone(offers: readonly Offer[], best: MyGpus | undefined, free: number | undefined): string {
  if (best?.isLimited === true) return 'your jobs use all that your limits allow';
  if (offers.length > 0 && offers.every(({ away }) => away !== undefined)) return 'no node with them takes jobs now';
  if (best !== undefined && free === 0) return 'all of them are in use';
  if (best !== undefined) return 'the free ones are on nodes without a free CPU or memory, or where you have no access';
  const open = offers.filter(({ closed }) => closed === undefined);
  if (offers.length === 0) return 'no partition has them';
  if (open.length === 0) return offers[0]?.closed ?? '';
  const allowed = open.filter(({ accounts }) => accounts?.length !== 0);
  return allowed.length === 0
    ? (open[0]?.keptOut ?? 'none of your accounts may use them')
    : 'what is free is not known';
}
