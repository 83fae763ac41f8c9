import { withoutUndefined } from '../../core/value.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { formatDuration } from '../../core/units.ts';
import type { Access, Offer } from '../offer.ts';
import { findAccess, suggestOtherAccess, checkOffer, checkShape } from '../offers/allowed.ts';
import { describeNoSplit } from './batch.ts';
import { listShapes, type Shape } from '../offers/counts.ts';
import { fit, getShortage, type Fitted } from './fit.ts';
import { getReservationLeftS } from './limit.ts';
import type { Candidate, Dropped, Job, NeedOf } from '../job/job.ts';
import { computeCpuShare, computeNodeMemory, shareWarnings } from '../offers/share.ts';

/** All candidates that are possible, and all that are not, with why. */
export interface SearchResult {
  readonly candidates: readonly Candidate[];
  readonly dropped: readonly Dropped[];
}

/**
 * Goes through partition × GPU type × count × sharding × micro-batch × accumulation. The global batch is kept exactly;
 * what does not fit into memory or is not allowed is dropped with its reason. What fits only tightly counts if
 * nothing else fits.
 */
export function search(job: Job, offers: readonly Offer[], needOf: NeedOf): SearchResult {
  const candidates: Candidate[] = [];
  const tight: Candidate[] = [];
  const dropped: Dropped[] = [];
  for (const offer of offers) {
    const refusal = checkOffer(job, offer);
    if (refusal !== undefined) {
      dropped.push({ ...toDroppedName(offer), ...refusal });
      continue;
    }
    for (const shape of listShapes(job, offer)) {
      const found = placeJob(job, offer, shape, needOf);
      if ('why' in found) dropped.push(found);
      else if (found.need.verdict === 'tight') tight.push(found);
      else candidates.push(found);
    }
  }
  if (candidates.length === 0) return { candidates: tight, dropped };
  return { candidates, dropped: [...dropped, ...tight.map((candidate) => makeMemoryDrop(candidate))] };
}

function toDroppedName({ partition, gpuType }: Offer): Pick<Dropped, 'partition' | 'gpuType'> {
  return { partition, ...(gpuType === undefined ? {} : { gpuType }) };
}

function placeJob(job: Job, offer: Offer, shape: Shape, needOf: NeedOf): Candidate | Dropped {
  const gpus = shape.nodes * shape.gpusPerNode;
  const refusal = checkShape(job, offer, shape);
  if (refusal !== undefined) return { ...toDroppedName(offer), gpus, ...refusal };
  const fitted = fit(job, offer, shape, needOf);
  if (fitted === undefined) {
    const why = job.batch === undefined ? 'it cannot be spread over several GPUs' : describeNoSplit(job.batch, gpus);
    return { ...toDroppedName(offer), gpus, kind: 'batch', why };
  }
  return fitted.need.verdict === 'does_not_fit' ? makeMemoryDrop(fitted) : makeCandidate(job, fitted, shape);
}

function makeMemoryDrop({ offer, gpus, need, split }: Fitted): Dropped {
  const { gib, usableGib } = need;
  const size = gib === undefined || usableGib === undefined ? '' : `: ${oneDigit(gib)} of ${oneDigit(usableGib)} GiB`;
  const batch = split === undefined ? '' : ` with a micro-batch of ${split.micro}`;
  const what = need.verdict === 'tight' ? 'too little would be left free' : 'it does not fit into memory';
  return { ...toDroppedName(offer), gpus, kind: 'memory', why: `${what}${size}${batch}`, shortBy: getShortage(need) };
}

function oneDigit(number: number): string {
  return number >= 100 ? String(Math.round(number)) : number.toFixed(1);
}

/** The limit of a job that says none. */
function getDefaultTimeS({ defaultTimeS, maxTimeS }: Offer, access: Access | undefined): number | undefined {
  const seconds = Math.min(defaultTimeS ?? maxTimeS ?? Infinity, access?.maxWallS ?? Infinity);
  return Number.isFinite(seconds) ? seconds : undefined;
}

function makeCandidate(job: Job, fitted: Fitted, shape: Shape): Candidate {
  const { offer, gpus } = fitted;
  const access = findAccess(job, offer, gpus);
  const other = suggestOtherAccess(job, offer, gpus);
  const givenS = job.timeLimitS ?? getDefaultTimeS(offer, access);
  const leftS = getReservationLeftS(job, offer);
  const timeLimitS = leftS === undefined ? givenS : Math.min(leftS, givenS ?? Infinity);
  const cpus = computeCpuShare(job, offer, shape);
  const memoryMib = computeNodeMemory(job, offer, shape, cpus.cpusPerNode);
  return withoutUndefined({
    ...fitted,
    access,
    ...cpus,
    ...(job.isUnweighed ? { isUnweighed: job.isUnweighed } : {}),
    ...(job.features.length === 0 ? {} : { features: job.features }),
    memoryMib,
    timeLimitS,
    ...(timeLimitS === undefined || job.nowMs === undefined ? {} : { endsMs: job.nowMs + timeLimitS * 1_000 }),
    warnings: [
      ...getPlacementWarnings(job, fitted),
      ...shareWarnings(job, offer, shape),
      ...(leftS !== undefined && leftS < (givenS ?? Infinity)
        ? [`reservation ${offer.reservation} ends in ${formatDuration(leftS)}, and its jobs end with it`]
        : []),
      ...(other === undefined ? [] : [other]),
    ],
  });
}

const SHARDING_WORDS = { zero1: 'ZeRO-1', zero2: 'ZeRO-2', zero3: 'ZeRO-3', fsdp: 'FSDP' } as const;

/** CUDA 12 needs compute capability 5.0, which Maxwell was the first to have (NVIDIA, CUDA 12.0 release notes). */
function isBeforeCuda12({ gpu }: Offer): boolean {
  return gpu?.arch === 'fermi' || gpu?.arch === 'kepler';
}

function getPlacementWarnings(job: Job, { offer, gpus, nodes, need, sharding, split }: Fitted): string[] {
  const norm = job.batch?.normMicro;
  const taken = offer.gpusPerNode * nodes;
  return [
    ...(need.verdict === 'tight'
      ? [`tight: ${oneDigit(need.gib ?? 0)} of ${oneDigit(need.usableGib ?? 0)} GiB, it may run out of memory`]
      : []),
    ...(isBeforeCuda12(offer)
      ? [`CUDA 12, and what is built with it, does not run on ${offer.gpu?.name} (${offer.gpu?.arch})`]
      : []),
    ...(need.verdict === 'unknown' && job.device === 'gpu' ? [`not known whether it fits: ${need.basis}`] : []),
    ...(sharding === 'none' || sharding === 'ddp'
      ? []
      : [`fits only with ${SHARDING_WORDS[sharding]}: a copy on each GPU does not fit`]),
    ...(norm === undefined || split === undefined || split.micro === norm
      ? []
      : [`BatchNorm would take its statistics over ${formatCount(split.micro, 'sample')}, not ${norm}`]),
    ...(offer.exclusive && gpus > 0 && gpus < taken
      ? [`jobs get whole nodes there: it takes up ${formatCount(taken, 'GPU')}`]
      : []),
    ...(nodes > 1 ? [`${gpus} GPUs on ${nodes} nodes: the network between them counts`] : []),
    ...(offer.away === undefined ? [] : [`no node there takes jobs now: ${offer.away}`]),
    ...(offer.preemptible ? ['others may end it: keep checkpoints'] : []),
    ...(offer.accounts === undefined &&
    offer.isForAll !== true &&
    job.account === undefined &&
    job.noPartitions === undefined
      ? ['not known whether you may use it: sheaf partitions --probe finds out']
      : []),
    ...(job.device === 'cpu' && offer.gpusPerNode > 0 ? ['its nodes have GPUs, which this job would not use'] : []),
  ];
}
