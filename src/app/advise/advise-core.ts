import { withoutUndefined } from '../../core/value.ts';
import { PART_WORDS } from '../../core/experiment/advice-words.ts';
import { formatCount, joinNotes } from '../../core/text/phrases.ts';
import {
  formatChoice,
  choose,
  scoreCandidate,
  findNearestMiss,
  search,
  splitParams,
  type BatchParams,
  type Candidate,
  type Choice,
  type Dropped,
  type FlopWork,
  type Job,
  type MemoryParts,
  type ScoredCandidate,
  type Need,
  type NeedOf,
  type Offer,
  type CandidateForecast,
  type Placement,
  type PriceUnit,
  type SplitParams,
} from '../../advisor/index.ts';
import { SheafError } from '../../core/errors.ts';
import type { Stage } from '../../core/experiment/frozen.ts';
import { readJob, type AdviseOptions, type KnownModel } from './advise-job.ts';
import type { AdviceTarget } from './advise-target.ts';

/** What is known of the model and its memory. */
export interface ModelKnowledge {
  /** Undefined: the estimate does not know it. */
  readonly known?: KnownModel;
  readonly needOf: NeedOf;
  /** What it has to compute with a global batch, where its parameters tell. */
  readonly workOf: (globalBatch: number | undefined) => FlopWork | undefined;
  /** Parts of the estimate for one GPU; undefined: there is none. */
  readonly partsOf: (placement: Placement) => MemoryParts | undefined;
  /** Where the numbers come from, what was assumed, or why there are none: one sentence each. */
  readonly basis: readonly string[];
}

/** Where jobs could go. */
export interface KnownOffers {
  readonly offers: readonly Offer[];
  /** What could not be known: one sentence each. */
  readonly unknown: readonly string[];
  /** The scheduler has no partitions. */
  readonly noPartitions?: true;
}

/** Limits in place of `auto`; absent: nothing to go by. */
export interface AdviceLimits {
  readonly timeLimitS?: number;
  readonly memoryMib?: number;
}

/** Where advice has its knowledge from: a project on a live cluster, or a catalogue alone. */
export interface AdviceSources {
  offers(): Promise<KnownOffers>;
  model(target: AdviceTarget): Promise<ModelKnowledge>;
  /** What `auto` would come to. */
  readonly limits?: AdviceLimits;
  /** The forecasts of each candidate, in their order. */
  forecasts(job: Job, candidates: readonly Candidate[]): Promise<CandidateForecasts>;
}

export interface CandidateForecasts {
  readonly forecasts: readonly CandidateForecast[];
  /** What could not be known: one sentence each. */
  readonly notes: readonly string[];
}

/** One of at most five choices, with how to take it. */
export interface OfferedChoice extends Choice {
  /** Resources that go over those of the experiment, as texts like those of `--set`. */
  readonly set: { readonly [resource: string]: string };
  /** Parameters that must change with it, as texts. */
  readonly params: { readonly [name: string]: string };
  /** What one GPU holds, by parts, GiB; absent: it is not known. */
  readonly parts?: MemoryParts;
}

/** What is advised, and all that was weighed. */
export interface Advice {
  readonly target: AdviceTarget;
  readonly job: Job;
  /** What one GPU needs, by how many GPUs work on it. */
  readonly needs: readonly { readonly gpus: number; readonly need: Need }[];
  /** What one GPU holds with the first choice, by parts, in words. */
  readonly parts?: string;
  /** Best first; empty: nothing is available. */
  readonly choices: readonly OfferedChoice[];
  readonly dropped: readonly Dropped[];
  /** All candidates that are available, best first. */
  readonly considered: readonly ScoredCandidate[];
  /** What costs were compared in. */
  readonly unit: PriceUnit;
  /** Where the numbers come from, and what could not be known: one sentence each. */
  readonly basis: readonly string[];
  /** The experiment to compare results with. */
  readonly reference?: string;
}

/** Searches, forecasts, ranks and names. */
export async function adviseFrom(
  sources: AdviceSources,
  target: AdviceTarget,
  options: AdviseOptions,
  reference?: string,
): Promise<Advice> {
  const [{ offers: all, unknown, noPartitions }, model] = await Promise.all([sources.offers(), sources.model(target)]);
  const { partitions = target.partitions } = options;
  const offers = partitions === undefined ? all : all.filter(({ partition }) => partitions.includes(partition));
  const hasGpus = offers.some(({ gpusPerNode }) => gpusPerNode > 0);
  const read = readJob(target, options, model.known, hasGpus);
  const { batch, notes } = read;
  const { reservation, ...asked } = read.job;
  // Of one that is to begin, or that the site hides, nothing is known: where its nodes are the scheduler decides.
  const isWeighed = reservation !== undefined && offers.some((offer) => offer.reservation === reservation);
  const job: Job = {
    ...asked,
    ...(isWeighed ? { reservation } : reservation === undefined ? {} : { isUnweighed: true }),
    ...sources.limits,
    ...(noPartitions ? { noPartitions } : {}),
  };
  const { candidates, dropped } = search(job, offers, job.device === 'gpu' ? model.needOf : noGpuNeed);
  const { forecasts, notes: forecastNotes } = await sources.forecasts(job, candidates);
  const scored = candidates.flatMap((candidate, i) => {
    const forecast = forecasts[i];
    return forecast === undefined ? [] : [scoreCandidate(job, candidate, forecast)];
  });
  const { choices, passedOver, ranked, unit } = choose(scored);
  const partsOf = (choice: Choice): MemoryParts | undefined =>
    job.device === 'cpu' ? undefined : model.partsOf(choice.candidate);
  const offered = choices.map((choice) => toOfferedChoice(target, job, choice, batch, offers, partsOf(choice)));
  const [best] = offered;
  return withoutUndefined({
    target,
    job,
    needs: job.device === 'gpu' ? needsOf(ranked, job, offers, model) : [],
    parts: best?.parts && writeParts(best.parts),
    choices: offered,
    dropped: [...dropped, ...passedOver],
    considered: ranked,
    unit,
    basis: [
      ...new Set([
        ...(job.device === 'gpu' ? model.basis : []),
        ...notes,
        ...(reservation === undefined || isWeighed
          ? []
          : [`reservation ${reservation} is left to the scheduler: advice does not weigh it`]),
        ...(partitions === undefined ? [] : [onlyWords(partitions, offers)]),
        ...whyFixed(job),
        ...(target.copyBecause === undefined
          ? []
          : [`${target.name} is ${target.copyBecause}: the command makes a copy of it`]),
        ...forecastNotes,
        ...(job.device === 'gpu' ? notesOf(choices) : []),
        ...unknown,
      ]),
    ],
    reference,
  });
}

function toOfferedChoice(
  { stage }: AdviceTarget,
  job: Job,
  choice: Choice,
  batch: BatchParams,
  offers: readonly Offer[],
  parts: MemoryParts | undefined,
): OfferedChoice {
  const { split, offer } = choice.candidate;
  const { changes, missing } =
    split === undefined || job.batch === undefined ? NO_PARAMS : splitParams(batch, split, job.batch.global);
  const isAlone = offers.filter(({ partition }) => partition === offer.partition).length === 1;
  return {
    ...choice,
    warnings: [
      ...choice.warnings,
      ...missing.map((what) => `no parameter is known for ${what}: the program must do it`),
      ...launchWarnings(stage, choice.candidate),
    ],
    set: formatChoice(job, choice.candidate, isAlone),
    params: changes,
    ...(parts === undefined ? {} : { parts }),
  };
}

const PART_NAMES = Object.keys(PART_WORDS) as (keyof typeof PART_WORDS)[];

/** `weights 0.1, gradients 0.1, optimizer 0.2, activations 5.9, overhead 1.1 GiB`, without what is nothing. */
function writeParts(parts: MemoryParts): string {
  const shown = PART_NAMES.filter((name) => parts[name] >= 0.05).map((name) => `${name} ${parts[name].toFixed(1)}`);
  return `${shown.join(', ')} GiB`;
}

/** A program that is started once is given the batch of one GPU: unless it spreads itself, the global batch is another one. */
function launchWarnings({ command, resources, run: { launcher, script } }: Stage, { gpus }: ScoredCandidate): string[] {
  const { num_gpus: perNode = 1, num_nodes: nodes = 1, ntasks_per_node: tasks } = resources;
  const isStartedOnce = (launcher?.use ?? 'none') === 'none' && script === undefined && tasks === undefined;
  return command === '' || !isStartedOnce || gpus <= 1 || gpus === perNode * nodes
    ? []
    : [`no launcher is given: the command is started once, not on each of ${gpus} GPUs (launcher: torchrun does that)`];
}

const NO_PARAMS: SplitParams = { changes: {}, missing: [] };

function onlyWords(asked: readonly string[], offers: readonly Offer[]): string {
  const strange = asked.filter((name) => !offers.some(({ partition }) => partition === name));
  return strange.length === 0
    ? `only ${asked.join(', ')} as asked: no other partition is weighed`
    : `no partition is called ${strange.join(' or ')}`;
}

function whyFixed({ device, whyGpusAreFixed }: Job): string[] {
  return device === 'cpu' || whyGpusAreFixed === undefined ? [] : [whyGpusAreFixed];
}

/** What a person should know of where the choices are. */
function notesOf(choices: readonly Choice[]): string[] {
  return joinNotes(choices.map(({ candidate: { offer } }) => [offer.partition, offer.notes]));
}

function noGpuNeed(): Need {
  return { verdict: 'fits', basis: 'it uses no GPU' };
}

/** Of what is available; otherwise what one GPU would have to hold. */
function needsOf(
  ranked: readonly ScoredCandidate[],
  { batch }: Job,
  offers: readonly Offer[],
  { needOf }: ModelKnowledge,
): Advice['needs'] {
  const known = needsByCount(ranked);
  const offer = offers.find(({ gpusPerNode }) => gpusPerNode > 0) ?? offers[0];
  if (known.length > 0 || offer === undefined) return known;
  const { micro, global: whole, maxMicro } = batch ?? {};
  const one = micro ?? (whole === undefined ? undefined : Math.min(whole, maxMicro ?? whole));
  const split = one === undefined ? {} : { split: { micro: one, accumulation: 1 } };
  const need = needOf({ offer, nodes: 1, gpusPerNode: 1, gpus: 1, sharding: 'none', ...split });
  return need.gib === undefined ? [] : [{ gpus: 1, need }];
}

/** One line for each count of GPUs, from the best placed with that many. */
function needsByCount(ranked: readonly ScoredCandidate[]): Advice['needs'] {
  const byCount = new Map<number, Need>();
  for (const { gpus, need } of ranked) if (!byCount.has(gpus) && need.gib !== undefined) byCount.set(gpus, need);
  return [...byCount].toSorted(([a], [b]) => a - b).map(([gpus, need]) => ({ gpus, need }));
}

/** Nothing is available: what was tried, and the smallest change with which something could. @returns an error to throw */
export function makeNothingFitsError({ target, dropped, considered }: Advice): SheafError {
  const tried = [...new Set(dropped.map(({ partition }) => partition))];
  const close = findNearestMiss(dropped);
  const count = considered.length + dropped.length;
  return new SheafError(
    {
      code: 'advise.nothing',
      message:
        tried.length === 0
          ? `nothing can be advised for ${target.name}: no partition is known`
          : `nothing fits ${target.name}: ${count === 1 ? 'one way was' : `${count} ways were`} tried on ${tried.join(', ')}`,
      ...(close === undefined ? {} : { why: `nearest is ${close.partition}${gpuWords(close)}: ${close.why}` }),
      fix:
        close?.fix ??
        `to see why each partition was dropped: sheaf advise ${target.kind === 'template' ? `--template ${target.name}` : target.name}`,
      now: 'nothing was changed',
    },
    2,
  );
}

function gpuWords({ gpus }: Dropped): string {
  return gpus === undefined || gpus === 0 ? '' : ` with ${formatCount(gpus, 'GPU')}`;
}
