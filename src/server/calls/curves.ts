import type { CurvesRequest, ExperimentManager } from '../../app/index.ts';
import { isCurveAxis, type CurveAxis } from '../../core/curves/axis.ts';
import { encodeCurves } from '../../core/curves/encoding.ts';
import type { CallsOf } from './call.ts';
import { count, flag, listOf, number, object, optional, text, wrong, type Reader } from './reading.ts';

/** Which part of curves, and how finely. */
interface CurvesPart extends Pick<CurvesRequest, 'from' | 'to' | 'buckets' | 'x'> {
  /** With mean, count and exact place of each bucket: 24 bytes instead of 12. */
  readonly whole?: boolean;
}

/** The values of metrics over steps or time. Curves are bytes, which `decodeCurves` reads. */
export type CurvesApi = {
  /** What was harvested of experiments. */
  readonly curves: {
    readonly request: CurvesPart & { readonly ids: readonly string[]; readonly metrics: readonly string[] };
    readonly answer: Uint8Array;
  };
  /** What an experiment has written by now, whether it was harvested or not. */
  readonly liveCurves: {
    readonly request: CurvesPart & { readonly id: string; readonly metrics: readonly string[] };
    readonly answer: Uint8Array;
  };
  /** Every point of the harvested curves of a metric as CSV, raw values always among them. */
  readonly curvesCsv: {
    readonly request: Pick<CurvesPart, 'x' | 'from' | 'to'> & {
      readonly ids: readonly string[];
      readonly metric: string;
      readonly smoothing?: number;
    };
    readonly answer: Uint8Array;
  };
  /** What experiments used, on the x of their curves. The answer is of {@link SystemCurves}. */
  readonly systemCurves: {
    readonly request: Omit<CurvesPart, 'whole'> & { readonly ids: readonly string[] };
    readonly answer: Uint8Array;
  };
  /** The metrics of which an experiment has values over steps. */
  readonly seriesNames: {
    readonly request: {
      readonly id: string;
      /** By its files, not by what was harvested. */
      readonly live?: boolean;
    };
    readonly answer: readonly string[];
  };
};

const axis: Reader<CurveAxis> = (value, name) => {
  const given = text(value, name);
  if (!isCurveAxis(given)) throw wrong(name, 'step, time, active, or metric: with a name');
  return given;
};

const PART = {
  x: optional(axis),
  from: optional(number),
  to: optional(number),
  buckets: optional(count),
  whole: optional(flag),
} as const;

export const curvesCalls: CallsOf<CurvesApi> = {
  curves: {
    place: 'files',
    read: object({ ...PART, ids: listOf(text), metrics: listOf(text) }),
    answer: async ({ whole, ...request }, { manager }) =>
      encodeCurves(await manager.curves(request), whole === true ? 'whole' : 'line'),
  },
  liveCurves: {
    place: 'files',
    read: object({ ...PART, id: text, metrics: listOf(text) }),
    answer: async ({ whole, id, ...request }, { manager, signal }) =>
      encodeCurves(await readLive(manager, id, request, signal), whole === true ? 'whole' : 'line'),
  },
  curvesCsv: {
    place: 'files',
    read: object({
      ids: listOf(text),
      metric: text,
      x: PART.x,
      from: PART.from,
      to: PART.to,
      smoothing: optional(number),
    }),
    answer: async (request, { manager }) => new TextEncoder().encode(await manager.curvesCsv(request)),
  },
  systemCurves: {
    place: 'files',
    read: object({ ids: listOf(text), x: PART.x, from: PART.from, to: PART.to, buckets: PART.buckets }),
    answer: async (request, { manager }) => encodeCurves(await manager.systemCurves(request), 'whole'),
  },
  seriesNames: {
    place: 'files',
    read: object({ id: text, live: optional(flag) }),
    answer: async ({ id, live }, { manager, signal }) =>
      live === true ? (await readLive(manager, id, { metrics: [] }, signal)).metrics : manager.seriesNames(id),
  },
};

type LiveCurves = Awaited<ReturnType<ExperimentManager['liveCurves']>>;

/** The files of an experiment that a page looks at, and what was asked of them last. */
interface Watched {
  readonly curves: Promise<LiveCurves>;
  last: Promise<unknown>;
}

/** Experiments of which a process remembers what it read: later questions read only what is new. */
const MOST_WATCHED = 8;
const watched = new WeakMap<ExperimentManager, Map<string, Watched>>();

/** One question about an experiment after the other, so that the first one reads for all. */
async function readLive(
  manager: ExperimentManager,
  id: string,
  request: Parameters<LiveCurves['read']>[0],
  signal: AbortSignal,
): ReturnType<LiveCurves['read']> {
  const all = watched.get(manager) ?? new Map<string, Watched>();
  watched.set(manager, all);
  const each = all.get(id) ?? { curves: manager.liveCurves(id), last: Promise.resolve() };
  all.delete(id);
  all.set(id, each);
  for (const oldest of [...all.keys()].slice(0, -MOST_WATCHED)) all.delete(oldest);
  const answer = each.last.catch(() => undefined).then(async () => (await each.curves).read(request, { signal }));
  each.last = answer;
  // What could not be opened is opened at the next question.
  each.curves.catch(() => all.delete(id));
  return answer;
}
