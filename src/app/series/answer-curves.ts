import { inputError } from '../../core/errors.ts';
import { chooseLevel, countBuckets, findRange, MOST_LEVEL } from '../../core/curves/buckets.ts';
import type { Curve } from '../../core/curves/curves.ts';
import { countInRange } from '../../core/curves/levels.ts';
import { cutPoints, readBucketsAt, type CurveRange, type CurveSource } from './curve-source.ts';

/** Buckets of an answer: 1.4 MB as lines. */
const MOST_BUCKETS = 120_000;
/** Fewer buckets are no curve. */
const FEWEST_BUCKETS = 14;
/** Buckets of a range have one more at each side. */
const EDGES = 2;

/** Which part of a curve, and how finely. */
export interface CurveDetail {
  /** Default: all. Of x, ends included: steps, milliseconds, or values of the series that is x. */
  readonly from?: number;
  readonly to?: number;
  /** The most of a curve. Default: 128. */
  readonly buckets?: number;
}

/** A source of a curve of an experiment. */
export interface NamedSource extends Pick<Curve, 'key' | 'expId' | 'metric'> {
  readonly source: CurveSource;
}

/**
 * The curves of these sources: as finely as was asked for, all of one metric alike, and as the whole answer has room for.
 *
 * @throws SheafError `curves.range`, `curves.too_many`
 */
export async function answerCurves(sources: readonly NamedSource[], detail: CurveDetail): Promise<Curve[]> {
  const range = readRangeOf(detail);
  const most = countPerCurve(sources.length, detail.buckets ?? 128);
  const lengths = new Map<string, number>();
  for (const [metric, own] of Map.groupBy(sources, (each) => each.metric)) {
    lengths.set(
      metric,
      await findSharedLength(
        own.map(({ source }) => source),
        most,
        range,
      ),
    );
  }
  const curves: Curve[] = [];
  for (const { source, ...names } of sources) {
    const level = Math.min(MOST_LEVEL, (lengths.get(names.metric) ?? 0) - getShift(source));
    const buckets = await readBucketsAt(source, level, scaleRange(source, range));
    curves.push({ ...names, ...source.head, buckets });
  }
  return curves;
}

function readRangeOf({ from = -Infinity, to = Infinity }: CurveDetail): CurveRange | undefined {
  if (Number.isNaN(from) || Number.isNaN(to) || from > to) {
    throw inputError('curves.range', `curves cannot be read from ${from} to ${to}`, {
      why: 'from and to are numbers, and from is not above to',
      fix: 'give a from that is not above to, or neither for all of a curve',
    });
  }
  return from === -Infinity && to === Infinity ? undefined : { from, to };
}

function countPerCurve(curves: number, asked: number): number {
  if (!Number.isSafeInteger(asked) || asked < 1) {
    throw inputError('curves.range', `a curve cannot have ${asked} buckets`, {
      why: 'the number of buckets is a whole number from 1',
      fix: 'ask for as many as the chart has pixels',
    });
  }
  const room = Math.floor(MOST_BUCKETS / Math.max(1, curves)) - EDGES;
  if (room >= FEWEST_BUCKETS) return Math.min(asked, room);
  throw inputError('curves.too_many', `${curves} curves are too many for one answer`, {
    why: `an answer has at most ${MOST_BUCKETS} buckets, so at most ${Math.floor(MOST_BUCKETS / (FEWEST_BUCKETS + EDGES))} curves`,
    fix: 'ask for fewer experiments or metrics at a time',
  });
}

/** The power of two of the unit of a source: a bucket of level 0 is as long as that. */
function getShift({ head }: CurveSource): number {
  return Math.log2(head.unit ?? 1);
}

/** A range in the unit of a source. */
function scaleRange({ head: { unit = 1 } }: CurveSource, range: CurveRange | undefined): CurveRange | undefined {
  return range && { from: range.from / unit, to: range.to / unit };
}

/**
 * The power of two that is the least length of buckets at which no curve has too many: on one grid, curves can be compared
 * point by point.
 */
async function findSharedLength(
  sources: readonly CurveSource[],
  most: number,
  shown: CurveRange | undefined,
): Promise<number> {
  let shared = -Infinity;
  const unsure: CurveSource[] = [];
  for (const source of sources) {
    const range = scaleRange(source, shown);
    const level = range === undefined ? chooseLevel(source.counts, most) : await findKnownLevel(source, most, range);
    if (level === undefined) unsure.push(source);
    else shared = Math.max(shared, level + getShift(source));
  }
  for (const source of unsure) {
    const lowest = source.kept[0] ?? Infinity;
    const range = scaleRange(source, shown);
    const shift = getShift(source);
    if (range === undefined || shared - shift >= lowest) continue;
    const counts = countBuckets(cutPoints(await source.readPoints(), range));
    shared = Math.max(shared, Math.min(lowest, chooseLevel(counts, most)) + shift);
  }
  return shared;
}

/** The lowest level for a range, by the levels that are kept: undefined if it may be below all of them. */
async function findKnownLevel(source: CurveSource, most: number, range: CurveRange): Promise<number | undefined> {
  for (const level of source.kept.toReversed()) {
    const buckets = await source.readLevel(level);
    const [start, end] = findRange(buckets, range.from, range.to);
    if (end - start > most + EDGES) return chooseLevel(countInRange(buckets, [start, end]), most + EDGES);
  }
  return source.kept[0] === 0 ? 0 : undefined;
}
