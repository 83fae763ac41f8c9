import type { RunConditions } from './conditions.ts';
import { atBest, type ReproducibilityFinding } from './finding.ts';

type Pair = readonly [reference: RunConditions, candidate: RunConditions];

/** What the optimizer is given: of these a change makes another method of it. */
export function compareMethods(reference: RunConditions, candidate: RunConditions): ReproducibilityFinding[] {
  const pair: Pair = [reference, candidate];
  return [...precisionFindings(pair), ...globalBatchFindings(pair), ...microBatchFindings(pair)];
}

/** bf16 keeps the range of fp32; fp16 needs loss scaling; fp8 needs a recipe of its own. */
function precisionFindings([reference, candidate]: Pair): ReproducibilityFinding[] {
  const [a, b] = [reference.precision, candidate.precision];
  if (a === b) return a === undefined ? [atBest('B', 'their precision is unknown and assumed to be the same')] : [];
  if (a === undefined || b === undefined)
    return [onlyOne('precision', a ?? b, a === undefined ? reference : candidate)];
  return [atBest('C', `${reference.label} computes in ${a}, ${candidate.label} in ${b}: a different method`)];
}

/** Global batch = micro-batch × ranks × accumulated steps; the schedule of the learning rate counts its steps. */
function globalBatchFindings([reference, candidate]: Pair): ReproducibilityFinding[] {
  const [a, b] = [reference.globalBatch, candidate.globalBatch];
  if (a === b)
    return a === undefined ? [atBest('B', 'their global batch size is unknown and assumed to be the same')] : [];
  if (a === undefined || b === undefined)
    return [onlyOne('global batch', a ?? b, a === undefined ? reference : candidate)];
  return [
    atBest(
      'C',
      `the global batch is ${a} for ${reference.label} and ${b} for ${candidate.label}: should the learning rate scale with it?`,
    ),
  ];
}

/** Statistics of BatchNorm are over the samples that one rank has at a time. */
function microBatchFindings([reference, candidate]: Pair): ReproducibilityFinding[] {
  const [a, b] = [reference.microBatch, candidate.microBatch];
  const norms = [reference.batchNorm, candidate.batchNorm];
  const hasNorm = norms.includes(true) || (norms.includes(false) ? false : undefined);
  if (a !== undefined && a === b) return [];
  if (a === undefined || b === undefined) {
    return [atBest('B', 'the micro-batch size is not known for both: sums may be added in another order')];
  }
  const what = `the micro-batch is ${a} for ${reference.label} and ${b} for ${candidate.label}`;
  if (hasNorm === false) return [atBest('B', `${what}: another order of adding`)];
  return hasNorm === true
    ? [atBest('C', `${what}, over which BatchNorm takes its statistics`)]
    : [atBest('C', `${what}, and whether the model has BatchNorm, which takes its statistics over it, is not known`)];
}

function onlyOne(what: string, known: number | string | undefined, unknown: RunConditions): ReproducibilityFinding {
  return atBest('C', `the ${what} of ${unknown.label} is not known, so that ${known ?? ''} cannot be promised`);
}

/** How it is run: of these a change moves the last bits, and not the method. */
export function compareExecution(reference: RunConditions, candidate: RunConditions): ReproducibilityFinding[] {
  const pair: Pair = [reference, candidate];
  return [
    ...differing(pair, 'ranks', ({ ranks }) => ranks, 'a sampler that shards by ranks gives another order of samples'),
    ...differing(pair, 'nodes', ({ nodes }) => nodes, 'gradients are added in another order'),
    ...differing(pair, 'sharding', ({ sharding }) => sharding, 'gradients are added in another order'),
    ...differing(pair, 'compile', ({ compile }) => compile, 'fused kernels round otherwise'),
    ...softwareFindings(pair),
    ...determinismFindings(pair),
  ];
}

function differing(
  [reference, candidate]: Pair,
  what: string,
  of: (run: RunConditions) => number | string | boolean | undefined,
  effect: string,
): ReproducibilityFinding[] {
  const [a, b] = [of(reference), of(candidate)];
  if (a === undefined || b === undefined)
    return [atBest('B', `${what}: not known of ${unknownOf([reference, candidate], of)}`)];
  return a === b ? [] : [atBest('B', `${what}: ${a} for ${reference.label}, ${b} for ${candidate.label}; ${effect}`)];
}

function unknownOf(pair: Pair, of: (run: RunConditions) => unknown): string {
  const unknown = pair.filter((run) => of(run) === undefined).map(({ label }) => label);
  return unknown.length === 2 ? 'both' : (unknown[0] ?? '');
}

/** Differences that are named; there may be many more in packages that compute nothing. */
function softwareFindings([reference, candidate]: Pair): ReproducibilityFinding[] {
  const [a, b] = [reference.software, candidate.software];
  if (a === undefined || b === undefined) {
    return [
      atBest(
        'B',
        `versions of software: not known of ${unknownOf([reference, candidate], ({ software }) => software)}`,
      ),
    ];
  }
  const other = [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name)).toSorted();
  const words = other.map((name) => `${name} ${a.get(name) ?? 'not known'} and ${b.get(name) ?? 'not known'}`);
  return other.length === 0 ? [] : [atBest('B', `other versions of software: ${words.join(', ')}`)];
}

/** Kernels that add by atomics and cuDNN's choice by timing differ from run to run even on one GPU. */
function determinismFindings([reference, candidate]: Pair): ReproducibilityFinding[] {
  if (reference.deterministic === true && candidate.deterministic === true) return [];
  return [atBest('B', 'deterministic algorithms are not known to be on in both')];
}
