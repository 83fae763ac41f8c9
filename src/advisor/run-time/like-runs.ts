import { compareTexts } from '../../core/text/compare-texts.ts';
import { isSeedName } from '../../core/settings/seed-names.ts';
import { flatten, areEqual, type Value, type ValueMap } from '../../core/value.ts';
import type { PastRun } from '../past-run.ts';
import { isWork, getLastPart } from './work.ts';

/** Parameters that make a step dearer; the names that deep learning code has for them. */
const COSTS =
  /model|arch|backbone|network|layer|depth|hidden|width|dim|heads|vocab|seq|length|context|resol|image_size|img_size|crop|batch|accum|precision|dtype|amp|fp16|bf16|data|optim|checkpoint|compile|freeze|lora|rank|fold/;

/** How alike the parameters of two runs are. */
export type Alike = 'same' | 'same_cost' | 'template';

const WORDS: { readonly [alike in Alike]: string } = {
  same: 'with the same parameters',
  same_cost: 'with the same model, data and batch',
  template: 'of the same template',
};

export function describeAlike(alike: Alike): string {
  return WORDS[alike];
}

/** How alike: those that differ in seeds and in how much is done alone are the same. */
export function compareParams(a: ValueMap, b: ValueMap): Alike {
  const [ours, theirs] = [new Map(flatten(a)), new Map(flatten(b))];
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].filter((name) => !isWork(name));
  const differing = names.filter(
    (name) => !areEqual(ours.get(name), theirs.get(name)) && !isSeedName(getLastPart(name)),
  );
  if (differing.length === 0) return 'same';
  return differing.some(isCost) ? 'template' : 'same_cost';
}

function isCost(name: string): boolean {
  return COSTS.test(getLastPart(name));
}

/** What makes a step dearer, in the order of names: runs of which it is the same have more than their template in common. */
export function listCostParams(params: ValueMap): readonly (readonly [name: string, value: Value])[] {
  return [...flatten(params)]
    .filter(([name]) => isCost(name) && !isWork(name) && !isSeedName(getLastPart(name)))
    .toSorted(([a], [b]) => compareTexts(a, b));
}

/** Runs whose length says how long one takes: those that did all of it, and those that their limit ended. */
export function selectTellingRuns(pastRuns: readonly PastRun[]): PastRun[] {
  return pastRuns.filter(
    (run) =>
      (run.status === 'completed' || run.cause === 'timeout') &&
      run.startedMs !== undefined &&
      run.packed === undefined &&
      !wentOn(run, pastRuns),
  );
}

/** It may have gone on from a checkpoint of an earlier attempt, so that its length is that of the rest. */
function wentOn(run: PastRun, all: readonly PastRun[]): boolean {
  return all.some(
    (earlier) =>
      earlier.expId === run.expId &&
      earlier.stage === run.stage &&
      earlier.n < run.n &&
      computeLengthS(earlier) > 0.1 * computeLengthS(run),
  );
}

/** Seconds from start to end. */
export function computeLengthS({ startedMs, endedMs }: PastRun): number {
  return startedMs === undefined ? 0 : Math.max(0, endedMs - startedMs) / 1000;
}
