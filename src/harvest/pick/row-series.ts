import type { Series } from '../../core/experiment/series.ts';
import { Points } from './points.ts';
import { readNumber, parseWholeNumber } from '../base/reading.ts';
import type { FoundValue } from '../base/source.ts';
import { countsOf, makeStepNames, type StepNames } from '../read/step-names.ts';
import { makeExcerpt } from '../base/words.ts';

/** Makes a series of values that stand one after the other in a file. */
export interface RowSeries {
  /**
   * @param step as written in the file; undefined: values are counted, from 1
   * @param counts see {@link FoundValue.counts}
   */
  readonly add: (text: string, step: string | undefined, counts?: string) => void;
  /** The step of the value that was added last, where the file tells it. */
  readonly step: () => number | undefined;
  readonly result: () => Pick<FoundValue, 'series' | 'counts' | 'isStepless' | 'note'>;
  /** All that it knows, as data. */
  readonly save: () => RowsState;
  readonly restore: (state: RowsState) => void;
}

export interface RowsState {
  readonly count: number;
  readonly bad: string | undefined;
  readonly points: Series;
  readonly counts: StepNames;
  readonly isStepless: boolean;
}

/** Texts are no points. A step that is no whole number makes all of it worthless, which is reported. */
export function makeRowSeries(): RowSeries {
  const points = new Points();
  let count = 0;
  let step: number | undefined;
  let bad: string | undefined;
  let isStepless = false;
  let names = makeStepNames();

  function add(text: string, stepText: string | undefined, counts?: string): void {
    count += 1;
    step = undefined;
    if (stepText === undefined) isStepless = true;
    else {
      step = parseWholeNumber(stepText);
      if (step === undefined) bad ??= stepText;
      names.add(counts);
    }
    const reading = readNumber(text);
    if (bad === undefined && reading.kind !== 'text') points.add(step ?? count, reading.value);
  }

  return {
    add,
    step: () => step,
    result: () => {
      if (bad !== undefined) return { note: `no series: the step "${makeExcerpt(bad)}" is no whole number` };
      if (points.length === 0) return {};
      return { series: points.series(), ...(isStepless ? { isStepless } : countsOf(names)) };
    },
    save: () => ({ count, bad, points: points.asWritten(), counts: new Set(names), isStepless }),
    restore: (state) => {
      ({ count, bad, isStepless } = state);
      names = new Set(state.counts);
      points.addAll(state.points);
    },
  };
}
