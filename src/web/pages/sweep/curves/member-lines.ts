import { bucketPoints } from '../../../../core/curves/buckets.ts';
import type { DecodedBuckets } from '../../../../core/curves/bucket-bytes.ts';
import type { Curve } from '../../../../core/curves/curves.ts';
import type { ExpId, Key } from '../../../../core/ids.ts';
import type { ChartLine } from '../../../components/charts/chart-data.ts';
import type { Members, Sweep } from '../shared/members.ts';

type Search = NonNullable<Sweep['summary']['search']>;

/** The curves of members, those that went on above the others. */
export interface MemberLines {
  readonly lines: readonly ChartLine[];
  /** How many of them are of members that went on. */
  readonly wentOn: number;
  /** The others, by their status: they are thin. */
  readonly fell: ReadonlyMap<string, number>;
  /** How many have the values at rungs alone, since nothing else was read. */
  readonly atRungs: number;
  /** Members that have no values at all. */
  readonly without: number;
}

/** Colours that can be told apart. */
const COLOURS = 8;

/** Runs with one of these did not get to their end. */
const FALLEN: ReadonlySet<string> = new Set(['stopped', 'failed', 'cancelled']);

interface MemberLinesRequest {
  readonly members: Members;
  readonly isChosen: readonly boolean[];
  /** What was harvested. */
  readonly curves: readonly Curve<DecodedBuckets>[];
  /** How the sweep goes on by itself, if the curves are of the metric that decides. */
  readonly search: Search | undefined;
  readonly mode: 'max' | 'min' | undefined;
}

/**
 * A line for each chosen member that has values. The best of those with a final value have colours of their own; one that was
 * stopped is thin, and ends where it was stopped.
 */
export function makeMemberLines({ members, isChosen, curves, search, mode }: MemberLinesRequest): MemberLines {
  const harvested = new Map(curves.filter(isOwn).map((curve) => [curve.expId as string, curve]));
  const readings = Map.groupBy(search?.readings ?? [], ({ expId }) => expId as string);
  const slots = chooseSlots(members, isChosen, mode);
  const lines: (ChartLine & { readonly status: string; readonly isHarvested: boolean })[] = [];
  let without = 0;
  for (const [place, expId] of members.expIds.entries()) {
    if (isChosen[place] !== true) continue;
    const status = members.statuses[place] ?? 'created';
    const own = harvested.get(expId);
    const curve = own ?? makeRungCurve(expId, readings.get(expId) ?? []);
    if (curve === undefined) {
      without += 1;
      continue;
    }
    const isFaint = FALLEN.has(status);
    const name = isFaint ? `${expId}, ${describeFall(expId, status, search)}` : expId;
    lines.push({ name, slot: slots.get(expId) ?? 0, curve, status, isHarvested: own !== undefined, isFaint });
  }
  const fallen = lines.filter(({ isFaint }) => isFaint);
  return {
    lines: lines.toSorted((a, b) => orderOf(a) - orderOf(b)),
    wentOn: lines.length - fallen.length,
    fell: new Map([...Map.groupBy(fallen, ({ status }) => status)].map(([status, own]) => [status, own.length])),
    atRungs: lines.filter(({ isHarvested }) => !isHarvested).length,
    without,
  };
}

/** What a later attempt computed again does not count. */
function isOwn({ superseded, buckets }: Curve<DecodedBuckets>): boolean {
  return !superseded && buckets.places.length > 0;
}

/** What is drawn later is above the rest: the best last. */
function orderOf({ slot, isFaint = false }: ChartLine): number {
  if (isFaint) return 0;
  return slot === 0 ? 1 : 2 + COLOURS - slot;
}

/** The members with the best final values, from 1. */
function chooseSlots(
  { expIds, values }: Members,
  isChosen: readonly boolean[],
  mode: 'max' | 'min' | undefined,
): ReadonlyMap<string, number> {
  if (mode === undefined) return new Map();
  const ended = expIds.flatMap((expId, place) => {
    const value = values[place];
    return isChosen[place] === true && typeof value === 'number' ? [{ expId, value }] : [];
  });
  const best = ended.toSorted((a, b) => (mode === 'max' ? b.value - a.value : a.value - b.value)).slice(0, COLOURS);
  return new Map(best.map(({ expId }, i) => [expId, i + 1]));
}

function describeFall(expId: string, status: string, search: Search | undefined): string {
  const decided = search?.stopped.find((each) => each.expId === expId);
  return decided === undefined ? status : `${status} at rung ${decided.rung}`;
}

/** The values at the rungs that a member reached, as far as they are known. */
function makeRungCurve(expId: string, readings: Search['readings']): Curve<DecodedBuckets> | undefined {
  const points = readings.toSorted((a, b) => a.step - b.step);
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const values = Float64Array.from(points, ({ value }) => value ?? Number.NaN);
  return {
    // Nothing asks for it: a member is known by its name.
    key: expId as string as Key,
    expId: expId as ExpId,
    metric: '',
    superseded: false,
    attempts: [],
    extent: [first.step, last.step],
    points: points.length,
    nan: values.filter(Number.isNaN).length,
    infinite: 0,
    leftOut: 0,
    buckets: bucketPoints(
      Float64Array.from(points, ({ step }) => step),
      values,
      0,
    ),
  };
}
