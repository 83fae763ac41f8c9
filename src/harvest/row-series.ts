import type { Series } from '../core/series.ts';
import { Points } from './points.ts';
import { readNumber, wholeNumber } from './reading.ts';
import { excerpt } from './words.ts';

/** Makes a series of values that stand one after the other in a file. */
export interface RowSeries {
  /** @param step as it stands in the file; undefined: values are counted, from 1 */
  readonly add: (text: string, step: string | undefined) => void;
  /** The step of the value that was added last, where the file tells it. */
  readonly step: () => number | undefined;
  readonly result: () => { readonly series?: Series; readonly note?: string };
  /** All that it knows, as data. */
  readonly save: () => RowsState;
  readonly restore: (state: RowsState) => void;
}

export interface RowsState {
  readonly count: number;
  readonly bad: string | undefined;
  readonly points: Series;
}

/** Texts are no points. A step that is no whole number makes all of it worthless, which is told. */
export function newRowSeries(): RowSeries {
  const points = new Points();
  let count = 0;
  let step: number | undefined;
  let bad: string | undefined;

  function add(text: string, stepText: string | undefined): void {
    count += 1;
    step = undefined;
    if (stepText !== undefined) {
      step = wholeNumber(stepText);
      if (step === undefined) bad ??= stepText;
    }
    const reading = readNumber(text);
    if (bad === undefined && reading.kind !== 'text') points.add(step ?? count, reading.value);
  }

  return {
    add,
    step: () => step,
    result: () => {
      if (bad !== undefined) return { note: `no series: the step "${excerpt(bad)}" is no whole number` };
      return points.length === 0 ? {} : { series: points.series() };
    },
    save: () => ({ count, bad, points: points.asWritten() }),
    restore: (state) => {
      ({ count, bad } = state);
      points.addAll(state.points);
    },
  };
}
