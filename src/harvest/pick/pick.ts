import type { Pick, PickName } from '../../core/settings/harvest-rule.ts';
import { formatCount, groupDigits } from '../../core/text/phrases.ts';
import type { Series } from '../../core/experiment/series.ts';
import { isoTime } from '../../system/index.ts';
import { LONGEST_TEXT, numberValue, readNumber, parseTextValue } from '../base/reading.ts';
import type { MetricFinding, FoundValue } from '../base/source.ts';
import { makeExcerpt, makeMissing } from '../base/words.ts';

/** The place of a value. */
export type ValuePlace = NonNullable<FoundValue['place']>;

/** Makes one value of the many that a file holds for a metric. */
export interface Picker {
  /** Whether more values cannot change the answer. */
  readonly decided: () => boolean;
  /** @param text without space around it, not empty */
  readonly add: (text: string, place: ValuePlace) => void;
  /** Undefined when there was no value. */
  readonly result: () => MetricFinding | undefined;
  /** Its whole state, as data: a new picker continues from there when this is assigned to it. */
  readonly state: object;
}

/** The value at the best step is found when all series are there: until then it is the last. */
export function pickName(pick: Pick): PickName {
  return typeof pick === 'string' ? pick : 'last';
}

/** A pick in words: `last`, `at the best val_acc`. */
export function pickWords(pick: Pick): string {
  return typeof pick === 'string' ? pick : `at the ${pick.mode} of ${pick.best}`;
}

/** @param shown the file, for the words of a fault */
export function makePicker(pick: Pick, shown: string): Picker {
  const name = pickName(pick);
  switch (name) {
    case 'first':
    case 'last':
      return pickOne(name, shown);
    case 'count':
      return pickCount();
    case 'min':
    case 'max':
    case 'mean':
    case 'sum':
      return pickNumbers(name, shown);
  }
}

/** The value of a series that a pick asks for; undefined when it is empty. */
export function pickPoint({ steps, values, times }: Series, pick: Pick): FoundValue | undefined {
  const name = pickName(pick);
  const placeOf = (i: number): ValuePlace => ({ step: steps[i] ?? 0, ...timeOf(times[i]) });
  const last = values.length - 1;
  if (name === 'count') return { value: values.length };
  if (last < 0) return undefined;
  if (name === 'first' || name === 'last') {
    const i = name === 'first' ? 0 : last;
    return { ...numberValue(values[i] ?? NaN), place: placeOf(i) };
  }
  const state = noNumbers<number>();
  const numbers = newNumbers(name, () => state);
  for (let i = 0; i <= last; i += 1) numbers.add(values[i] ?? NaN, i);
  const { at, ...found } = numbers.result() ?? {};
  return { value: null, ...found, ...(at !== undefined && { place: placeOf(at) }) };
}

/** @param time seconds since 1970 */
export function timeOf(time: number | undefined): { time?: string } {
  const isTime = time !== undefined && Math.abs(time) < LAST_TIME;
  return isTime ? { time: isoTime(time * 1000) } : {};
}

/** Seconds; JavaScript has no later times. */
const LAST_TIME = 8.64e12;

interface Placed<T> {
  readonly value: T;
  readonly place: ValuePlace;
}

function pickOne(which: 'first' | 'last', shown: string): Picker {
  const state: { one?: Placed<string> } = {};
  return {
    decided: () => which === 'first' && state.one !== undefined,
    add: (value, place) => {
      if (which === 'last' || state.one === undefined) state.one = { value, place };
    },
    result: () => state.one && textFinding(state.one, shown),
    state,
  };
}

function textFinding({ value: text, place }: Placed<string>, shown: string): MetricFinding {
  if (text.length > LONGEST_TEXT) {
    const said = `line ${place.line} of ${shown} gives a text of ${formatCount(text.length, 'character')}: "${makeExcerpt(text)}"`;
    return makeMissing('not_a_number', said, { fix: 'name a number or a short text' });
  }
  return { found: { ...parseTextValue(text), place } };
}

function pickCount(): Picker {
  const state = { count: 0 };
  return {
    decided: () => false,
    add: () => void (state.count += 1),
    result: () => ({ found: { value: state.count } }),
    state,
  };
}

type NumberPick = Exclude<PickName, 'first' | 'last' | 'count'>;

/** Text is an error: a maximum needs numbers. */
function pickNumbers(pick: NumberPick, shown: string): Picker {
  const state: { numbers: NumbersState<ValuePlace>; text?: Placed<string> } = { numbers: noNumbers() };
  const numbers = newNumbers(pick, () => state.numbers);

  function add(word: string, place: ValuePlace): void {
    const reading = readNumber(word);
    if (reading.kind === 'text') state.text ??= { value: word, place };
    else numbers.add(reading.value, place);
  }

  function result(): MetricFinding | undefined {
    const { text } = state;
    if (text) {
      const said = `line ${text.place.line} of ${shown} gives "${makeExcerpt(text.value)}", which is no number: ${pick} needs numbers`;
      return makeMissing('not_a_number', said, { fix: 'name numbers only, or pick first or last' });
    }
    const picked = numbers.result();
    if (picked === undefined) return undefined;
    const { at, ...found } = picked;
    return { found: { ...found, ...(at && { place: at }) } };
  }

  return { decided: () => false, add, result, state };
}

interface NumbersState<At> {
  count: number;
  nans: number;
  best?: { readonly value: number; readonly at: At };
  sum: number;
  /** What rounding has taken from the sum. */
  lost: number;
}

function noNumbers<At>(): NumbersState<At> {
  return { count: 0, nans: 0, sum: 0, lost: 0 };
}

interface Numbers<At> {
  readonly add: (value: number, at: At) => void;
  readonly result: () => (FoundValue & { readonly at?: At }) | undefined;
}

/**
 * Over numbers. NaN is left out with a note, unless all are NaN; infinities count as what they are.
 *
 * @param state where it keeps what it knows
 */
function newNumbers<At>(pick: NumberPick, state: () => NumbersState<At>): Numbers<At> {
  const better = (value: number, best: number | undefined): boolean =>
    best === undefined || (pick === 'min' ? value < best : value > best);

  function add(value: number, at: At): void {
    const known = state();
    if (Number.isNaN(value)) {
      known.nans += 1;
      return;
    }
    known.count += 1;
    addTo(known, value);
    if (better(value, known.best?.value)) known.best = { value, at };
  }

  function result(): (FoundValue & { readonly at?: At }) | undefined {
    const { best, nans, count } = state();
    if (best === undefined) return nans === 0 ? undefined : { ...numberValue(NaN), note: allNan(nans) };
    return { ...value(best, state()), ...(nans > 0 && { note: someNan(nans, nans + count) }) };
  }

  function value(
    best: { readonly value: number; readonly at: At },
    known: NumbersState<At>,
  ): FoundValue & { readonly at?: At } {
    if (pick === 'min' || pick === 'max') return { ...numberValue(best.value), at: best.at };
    return numberValue(pick === 'sum' ? total(known) : total(known) / known.count);
  }

  return { add, result };
}

function allNan(count: number): string {
  return count === 1 ? 'the only value is NaN' : `all ${formatCount(count, 'value')} are NaN`;
}

function someNan(nans: number, all: number): string {
  return `${groupDigits(nans)} of ${formatCount(all, 'value')} ${nans === 1 ? 'is' : 'are'} NaN and left out`;
}

/** A sum that keeps what rounding takes away (Neumaier), so that the order of a million values hardly matters. */
function addTo(state: { sum: number; lost: number }, value: number): void {
  const next = state.sum + value;
  state.lost += Math.abs(state.sum) >= Math.abs(value) ? state.sum - next + value : value - next + state.sum;
  state.sum = next;
}

/** Beyond the finite numbers the correction is NaN and the plain sum is right. */
function total({ sum, lost }: { readonly sum: number; readonly lost: number }): number {
  return Number.isFinite(sum) ? sum + lost : sum;
}
