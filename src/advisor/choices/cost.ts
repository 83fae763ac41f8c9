import type { Forecast } from '../forecast.ts';
import type { Candidate } from '../job/job.ts';

/** A figure at the forecast run time: half of the runs take less, nine of ten less than p90. */
export interface Spread {
  readonly p50?: number;
  readonly p90?: number;
}

/**
 * What a run takes, from the moment it starts: waiting is free. A figure is absent when the run time, or the price, is
 * not known; what it takes each hour is always known.
 */
export interface Cost {
  /** That it takes up: all of a node where jobs get whole nodes. */
  readonly gpus: number;
  readonly cpus: number;
  /** GPU hours; of a job without GPUs absent. */
  readonly gpuHours?: Spread;
  readonly cpuHours?: Spread;
  /** In the scheduler's units: weights of the partition × what is allocated, for each hour. */
  readonly billingPerHour?: number;
  readonly billing?: Spread;
  /** Reference GPU units of the Digital Research Alliance of Canada (A100-40 = 4.0), for each hour. */
  readonly rguPerHour?: number;
  readonly rguHours?: Spread;
  /** At most: as if its GPUs drew the power of their boards all the time. */
  readonly kwhAtMost?: Spread;
}

/** @param runs how many such jobs: members of a sweep */
export function computeCost(candidate: Candidate, run: Forecast, runs: number): Cost {
  const { offer } = candidate;
  const { gpus, cpus } = takenBy(candidate);
  const { rgu, tdp } = (gpus === 0 ? undefined : offer.gpu) ?? {};
  const billingPerHour = offer.billing === undefined ? undefined : billingOf(candidate, offer.billing);
  const over = <K extends keyof Cost>(key: K, perHour: number | undefined): { [P in K]?: Spread } =>
    perHour === undefined || run.p50S === undefined
      ? {}
      : ({ [key]: spread(run, perHour * runs) } as { [P in K]: Spread });
  return {
    gpus,
    cpus,
    ...(gpus === 0 ? over('cpuHours', cpus) : over('gpuHours', gpus)),
    ...(billingPerHour === undefined ? {} : { billingPerHour }),
    ...over('billing', billingPerHour),
    ...(rgu === undefined ? {} : { rguPerHour: rgu * gpus }),
    ...over('rguHours', rgu === undefined ? undefined : rgu * gpus),
    ...over('kwhAtMost', tdp === undefined || gpus === 0 ? undefined : (tdp * gpus) / 1_000),
  };
}

/** A job that uses no GPU is not charged with those of the nodes that it gets whole: that it keeps them is reported elsewhere. */
function takenBy({ offer, nodes, gpus, cpusPerNode }: Candidate): { readonly gpus: number; readonly cpus: number } {
  if (!offer.exclusive) return { gpus, cpus: cpusPerNode * nodes };
  const cpus = Number.isFinite(offer.cpusPerNode) ? offer.cpusPerNode : cpusPerNode;
  return { gpus: gpus === 0 ? 0 : offer.gpusPerNode * nodes, cpus: cpus * nodes };
}

function spread({ p50S, p90S }: Forecast, perHour: number): Spread {
  return {
    ...(p50S === undefined ? {} : { p50: (p50S / 3_600) * perHour }),
    ...(p90S === undefined ? {} : { p90: (p90S / 3_600) * perHour }),
  };
}

/**
 * The scheduler's rate: the sum of weight × what is allocated, cut to a whole number (Slurm, tres.html). GPUs of a type that
 * has a weight of its own count by both, and its name is in lower case there (seen with Slurm 24.11). Sites that set
 * MAX_TRES count the largest part alone; that is not told to users, and not considered.
 */
function billingOf(candidate: Candidate, weights: Readonly<Record<string, number>>): number {
  const { offer, nodes, memoryMib = 0 } = candidate;
  const { gpus, cpus } = takenBy(candidate);
  const allocated: Readonly<Record<string, number>> = {
    cpu: cpus,
    mem: (memoryMib / 1_024) * nodes,
    node: nodes,
    'gres/gpu': gpus,
    ...(offer.gpuType ? { [`gres/gpu:${offer.gpuType.toLowerCase()}`]: gpus } : {}),
  };
  const parts = Object.entries(allocated).map(([tres, amount]) => (weights[tres] ?? 0) * amount);
  return Math.trunc(parts.reduce((sum, part) => sum + part, 0));
}

/** The unit that all of them have: the site's own, otherwise weights of the scheduler, otherwise GPUs or CPUs. */
export type PriceUnit = 'RGU' | 'billing' | 'GPU' | 'CPU';

export function choosePriceUnit(costs: readonly Cost[]): PriceUnit {
  if (costs.every(({ gpus }) => gpus === 0)) return costs.every(hasBilling) ? 'billing' : 'CPU';
  if (costs.every(({ rguPerHour }) => rguPerHour !== undefined)) return 'RGU';
  return costs.every(hasBilling) ? 'billing' : 'GPU';
}

function hasBilling({ billingPerHour = 0 }: Cost): boolean {
  return billingPerHour > 0;
}

/** What a candidate takes each hour, in a unit. */
export function computePricePerHour(cost: Cost, unit: PriceUnit): number {
  switch (unit) {
    case 'RGU':
      return cost.rguPerHour ?? 0;
    case 'billing':
      return cost.billingPerHour ?? 0;
    case 'GPU':
      return cost.gpus;
    case 'CPU':
      return cost.cpus;
  }
}
