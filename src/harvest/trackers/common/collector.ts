import { formatCount } from '../../../core/text/phrases.ts';
import { Points } from '../../pick/points.ts';
import { countsOf, makeStepNames, type StepNames } from '../../read/step-names.ts';
import type { TrackedRun, TrackedSeries, TrackedValue, TrackerOptions } from './tracker.ts';

/** Keys of one run that are kept: a program that makes up new ones for ever must not fill the memory. */
const MOST_KEYS = 20_000;

/** A run while it is being read: of its keys only those that somebody wants are kept. */
export interface Collector {
  /**
   * @param step undefined: points of a key are counted, from 1
   * @param file as {@link TrackedSeries.file}
   * @param time seconds since 1970
   * @param counts what the step counts, see {@link TrackedSeries.counts}
   */
  readonly point: (
    key: string,
    step: number | undefined,
    value: number,
    file: string,
    time?: number,
    counts?: string,
  ) => void;
  /** The run began again from this step, see {@link Points.restartAt}. */
  readonly restartAt: (step: number) => void;
  /** The last one of a key counts. */
  readonly value: (key: string, value: TrackedValue) => void;
  readonly note: (text: string | undefined) => void;
  readonly run: () => TrackedRun;
}

/** A series while it is being read. */
interface Growing {
  readonly points: Points;
  readonly names: StepNames;
  isStepless: boolean;
  file: string;
}

/** Keeps 20,000 keys at most, plus those that rules name, and reports if there are more. */
export function makeCollector({ wants, names }: Pick<TrackerOptions, 'wants' | 'names'>): Collector {
  const series = new Map<string, Growing>();
  const values = new Map<string, TrackedValue>();
  const notes: string[] = [];
  const unwanted = new Set<string>();
  let isFull = false;

  /** Undefined for a key that is not kept. */
  function seriesOf(key: string, file: string): Growing | undefined {
    const known = series.get(key);
    if (known) {
      known.file = file;
      return known;
    }
    if (!keeps(key)) return undefined;
    const growing: Growing = { points: new Points(), names: makeStepNames(), isStepless: false, file };
    series.set(key, growing);
    return growing;
  }

  function keeps(key: string): boolean {
    if (unwanted.has(key)) return false;
    if (wants(key)) {
      if (series.size + values.size < MOST_KEYS || names?.(key) === true) return true;
      isFull = true;
    } else if (unwanted.size < MOST_KEYS) unwanted.add(key);
    return false;
  }

  function run(): TrackedRun {
    const full = `there are more than ${formatCount(MOST_KEYS, 'key')}; the first ones were read`;
    return { series: new Map(wholeSeries()), values, notes: isFull ? [...notes, full] : notes };
  }

  function* wholeSeries(): Generator<[string, TrackedSeries]> {
    for (const [key, { points, file, names, isStepless }] of series) {
      if (points.length === 0) continue;
      yield [key, { points: points.series(), file, ...(isStepless ? { isStepless } : countsOf(names)) }];
    }
  }

  return {
    point: (key, step, value, file, time, counts) => {
      const growing = seriesOf(key, file);
      if (growing === undefined) return;
      if (step === undefined) growing.isStepless = true;
      else growing.names.add(counts);
      growing.points.add(step ?? growing.points.length + 1, value, time);
    },
    restartAt: (step) => series.forEach(({ points }) => points.restartAt(step)),
    value: (key, value) => {
      if (values.has(key) || keeps(key)) values.set(key, value);
    },
    note: (text) => {
      if (text !== undefined) notes.push(text);
    },
    run,
  };
}
