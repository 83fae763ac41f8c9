import { withoutUndefined } from '../../core/value.ts';
import type { PastRun } from '../past-run.ts';
import { suggestGpus, type OtherGpu } from './gpu-suggestions.ts';
import { suggestHostResources } from './host-suggestions.ts';
import { measure, type Measured, type Share } from './measure.ts';
import type { Suggestion } from './suggestion.ts';

/** Runs of the same that asked for the same. */
export interface EfficiencyGroup {
  readonly template?: string;
  readonly stage: string;
  readonly sweep?: string;
  /** Newest end first. */
  readonly runs: readonly Measured[];
  /** Of those that could be judged, otherwise of all; a share that no run has is absent. */
  readonly gpu?: Share;
  readonly cpu?: Share;
  /** Of the run that used the most of what it asked for. */
  readonly memory?: Share;
  readonly gpuMemory?: Share;
  readonly time?: Share;
  /** GPUs × hours of all runs for which they are known. */
  readonly gpuHours?: number;
  readonly gpuHoursWasted?: number;
  /** Runs whose waste is known. */
  readonly wasteKnown: number;
  readonly suggestions: readonly Suggestion[];
}

export interface Efficiency {
  /** Those that wasted most GPU hours first, then those that were used least. */
  readonly groups: readonly EfficiencyGroup[];
}

/**
 * What past runs used of what they asked for, runs of the same together, with what to ask for next time.
 *
 * @param others GPUs that could be requested instead; none when unknown
 */
export function computeEfficiency(runs: readonly PastRun[], others: readonly OtherGpu[] = []): Efficiency {
  const alike = Map.groupBy(runs, keyOf);
  const groups = [...alike.values()].map((members) => groupOf(members.map(measure), others));
  return {
    groups: groups.toSorted(
      (a, b) => (b.gpuHoursWasted ?? 0) - (a.gpuHoursWasted ?? 0) || b.runs.length - a.runs.length,
    ),
  };
}

/** What they ask of memory and time may differ: the most that was asked for is compared with the most that was used. */
function keyOf({ template, sweep, stage, gpus, nodes, gpuName, packed }: PastRun): string {
  return JSON.stringify([template, sweep, stage, gpus, nodes, gpuName, packed]);
}

function groupOf(runs: readonly Measured[], others: readonly OtherGpu[]): EfficiencyGroup {
  const [first] = runs as readonly [Measured, ...Measured[]];
  const { template, sweep, stage } = first.run;
  const long = runs.filter(({ tooShort }) => tooShort === undefined);
  // Numbers are shown anyway, with the remark that they say little.
  const judged = long.length === 0 ? runs : long;
  const sum = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  const shares = {
    gpu: meanShare(judged, ({ gpu }) => gpu),
    cpu: meanShare(judged, ({ cpu }) => cpu),
    memory: largestShare(judged, ({ memory }) => memory),
    gpuMemory: largestShare(judged, ({ gpuMemory }) => gpuMemory),
    time: largestShare(runs, ({ time }) => time),
    gpuHours: sum(runs.map(({ gpuHours }) => gpuHours)),
    gpuHoursWasted: sum(runs.map(({ gpuHoursWasted }) => gpuHoursWasted)),
  };
  return withoutUndefined({
    template,
    stage,
    sweep,
    runs,
    ...(Object.fromEntries(Object.entries(shares).filter(([, value]) => value !== undefined)) as object),
    wasteKnown: runs.filter(({ gpuHoursWasted }) => gpuHoursWasted !== undefined).length,
    suggestions: [...suggestGpus(runs, others), ...suggestionsOfHost(runs, long)],
  });
}

/** A single run that is too short says nothing; the times of several still count. */
function suggestionsOfHost(runs: readonly Measured[], judged: readonly Measured[]): Suggestion[] {
  return runs.length > 1 || judged.length > 0 ? suggestHostResources(runs) : [];
}

function meanShare(runs: readonly Measured[], of: (run: Measured) => Share | undefined): Share | undefined {
  const known = runs.map(of).filter((share) => share !== undefined);
  if (known.length === 0) return undefined;
  const mean = (value: (share: Share) => number): number =>
    known.reduce((sum, share) => sum + value(share), 0) / known.length;
  return { used: mean(({ used }) => used), of: mean((share) => share.of), share: mean(({ share }) => share) };
}

function largestShare(runs: readonly Measured[], of: (run: Measured) => Share | undefined): Share | undefined {
  return runs
    .map(of)
    .filter((share) => share !== undefined)
    .toSorted((a, b) => b.share - a.share)[0];
}
