import type { KeepPolicy } from '../settings/run-settings.ts';
import type { Mode } from '../settings/harvest-rule.ts';
import { compareNewestFirst } from '../experiment/checkpoint-file.ts';

/** A checkpoint of which pruning decides: a file, or a folder whose files belong together. */
export interface PrunableUnit {
  /** Relative to the folder of the experiment; no two have the same. */
  readonly path: string;
  /** Those of one group follow each other: the attempts of a stage, as far as each resumes from the one before. */
  readonly group: string;
  /** Training step; absent if its name does not say. */
  readonly step?: number | undefined;
  /** The newest change of its files, in whole milliseconds since 1970. */
  readonly changedMs: number;
  /** The metric by which the best are found, at its step; absent if it is not known. */
  readonly value?: number | undefined;
  /** It was not written to its end, so that nothing can resume from it. */
  readonly isBroken?: boolean | undefined;
}

/** Why a checkpoint stays. */
export type KeepReason =
  /** The newest of its group, by time or by step. */
  | { readonly kind: 'newest' }
  | { readonly kind: 'last' }
  | { readonly kind: 'best' }
  | { readonly kind: 'every' }
  /** It has a name in the project. */
  | { readonly kind: 'pinned'; readonly name: string }
  /** Another experiment starts from it. */
  | { readonly kind: 'start'; readonly exp: string }
  /** No policy speaks of its stage. */
  | { readonly kind: 'no_policy' }
  /** The policy asks for steps, and its name does not say which one it has. */
  | { readonly kind: 'no_step' }
  /** The policy asks for the best, and the metric of none is known. */
  | { readonly kind: 'no_value' }
  /** A link in the folder of the experiment leads to it. */
  | { readonly kind: 'linked'; readonly name: string }
  /** Not for sheaf to delete: a link, or a file on another file system. */
  | { readonly kind: 'not_ours'; readonly why: string };

/** A checkpoint, and why it stays. */
export interface PlannedUnit<T extends PrunableUnit> {
  readonly unit: T;
  /** Empty: it goes. */
  readonly keep: readonly KeepReason[];
}

/** {@link KeepPolicy} with what `best` means. */
export interface PruningPolicy extends Pick<KeepPolicy, 'best' | 'last' | 'every'> {
  /** Which values of the metric are better; absent if the policy does not ask for the best. */
  readonly mode?: Mode | undefined;
}

/** Whether it says what is to stay. Without that, nothing is pruned. */
export function asksForPruning({ best = 0, last, every }: Pick<KeepPolicy, 'best' | 'last' | 'every'>): boolean {
  return best > 0 || last !== undefined || every !== undefined;
}

/**
 * Decides which checkpoints stay: the newest of each group in any case, what is protected, and what the policy names.
 * `last` counts by step; those without a step are counted among themselves, by time. What the policy cannot judge stays.
 *
 * The same checkpoints stay whatever their order, and once the others are gone, a second plan removes nothing.
 *
 * @param protections path → why it stays, whatever the policy says
 */
export function planPruning<T extends PrunableUnit>(
  units: readonly T[],
  policy: PruningPolicy,
  protections: ReadonlyMap<string, readonly KeepReason[]> = new Map(),
): PlannedUnit<T>[] {
  const chosen = new Map<T, KeepReason[]>(units.map((unit) => [unit, [...(protections.get(unit.path) ?? [])]]));
  const keep = (kept: readonly T[], kind: 'newest' | 'last' | 'best' | 'every' | 'no_step' | 'no_value'): void => {
    for (const unit of new Set(kept)) chosen.get(unit)?.push({ kind });
  };
  for (const group of Map.groupBy(units, (unit) => unit.group).values()) {
    const whole = group.filter(({ isBroken }) => isBroken !== true);
    const stepped = whole.filter(({ step }) => step !== undefined).toSorted(byStep);
    keep(
      [group, whole].flatMap((some) => some.toSorted(compareNewestFirst).slice(0, 1)).concat(stepped.slice(0, 1)),
      'newest',
    );
    keepByPolicy({ whole, stepped }, policy, keep);
  }
  return units.map((unit) => ({ unit, keep: chosen.get(unit) ?? [] }));
}

function keepByPolicy<T extends PrunableUnit>(
  { whole, stepped }: { readonly whole: readonly T[]; readonly stepped: readonly T[] },
  { best = 0, last = 0, every, mode = 'max' }: PruningPolicy,
  keep: (kept: readonly T[], kind: 'last' | 'best' | 'every' | 'no_step' | 'no_value') => void,
): void {
  const timed = whole.filter(({ step }) => step === undefined);
  keep([...stepped.slice(0, last), ...timed.toSorted(compareNewestFirst).slice(0, last)], 'last');
  if (best > 0) {
    const valued = stepped.filter(({ value }) => value !== undefined);
    keep(valued.toSorted(byValue(mode)).slice(0, best), 'best');
    if (valued.length === 0) keep(stepped, 'no_value');
  }
  if (every !== undefined)
    keep(
      stepped.filter(({ step = 0 }) => step % every === 0),
      'every',
    );
  if (best > 0 || every !== undefined) keep(timed, 'no_step');
}

/** The last first. */
function byStep(a: PrunableUnit, b: PrunableUnit): number {
  return (b.step ?? -1) - (a.step ?? -1) || compareNewestFirst(a, b);
}

/** The best first, of equal ones the newest; what is not a number comes last. */
function byValue(mode: Mode): (a: PrunableUnit, b: PrunableUnit) => number {
  const rank = ({ value = Number.NaN }: PrunableUnit): number =>
    Number.isNaN(value) ? -Infinity : mode === 'max' ? value : -value;
  return (a, b) => {
    const [left, right] = [rank(a), rank(b)];
    return left === right ? compareNewestFirst(a, b) : right > left ? 1 : -1;
  };
}
