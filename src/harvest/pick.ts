import type { Pick, PickName } from '../core/harvest-rule.ts';
import { counted, grouped } from '../core/number-text.ts';
import type { Series } from '../core/series.ts';
import { isoTime } from '../system/index.ts';
import { LONGEST_TEXT, numberValue, readNumber, textValue } from './reading.ts';
import type { Finding, FoundValue } from './source.ts';
import { excerpt, missing } from './words.ts';

/** Where a value stands. */
export type Place = NonNullable<FoundValue['place']>;

/** Makes one value of the many that a file holds for a metric. */
export interface Picker {
  /** Whether more values cannot change the answer. */
  readonly decided: () => boolean;
  /** @param text without space around it, not empty */
  readonly add: (text: string, place: Place) => void;
  /** Undefined when there was no value. */
  readonly result: () => Finding | undefined;
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
export function newPicker(pick: Pick, shown: string): Picker {
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
  const placeOf = (i: number): Place => ({ step: steps[i] ?? 0, ...timeOf(times[i]) });
  const last = values.length - 1;
  if (name === 'count') return { value: values.length };
  if (last < 0) return undefined;
  if (name === 'first' || name === 'last') {
    const i = name === 'first' ? 0 : last;
    return { ...numberValue(values[i] ?? NaN), place: placeOf(i) };
  }
  const numbers = newNumbers<number>(name);
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
  readonly place: Place;
}

function pickOne(which: 'first' | 'last', shown: string): Picker {
  let one: Placed<string> | undefined;
  return {
    decided: () => which === 'first' && one !== undefined,
    add: (value, place) => {
      if (which === 'last' || one === undefined) one = { value, place };
    },
    result: () => one && textFinding(one, shown),
  };
}

function textFinding({ value: text, place }: Placed<string>, shown: string): Finding {
  if (text.length > LONGEST_TEXT) {
    const said = `line ${place.line} of ${shown} gives a text of ${counted(text.length, 'character')}: "${excerpt(text)}"`;
    return missing('not_a_number', said, { fix: 'name a number or a short text' });
  }
  return { found: { ...textValue(text), place } };
}

function pickCount(): Picker {
  let count = 0;
  return { decided: () => false, add: () => void (count += 1), result: () => ({ found: { value: count } }) };
}

type NumberPick = Exclude<PickName, 'first' | 'last' | 'count'>;

/** Text is a fault, for whoever asks for a maximum means numbers. */
function pickNumbers(pick: NumberPick, shown: string): Picker {
  const numbers = newNumbers<Place>(pick);
  let text: Placed<string> | undefined;

  function add(word: string, place: Place): void {
    const reading = readNumber(word);
    if (reading.kind === 'text') text ??= { value: word, place };
    else numbers.add(reading.value, place);
  }

  function result(): Finding | undefined {
    if (text) {
      const said = `line ${text.place.line} of ${shown} gives "${excerpt(text.value)}", which is no number: ${pick} needs numbers`;
      return missing('not_a_number', said, { fix: 'name numbers only, or pick first or last' });
    }
    const picked = numbers.result();
    if (picked === undefined) return undefined;
    const { at, ...found } = picked;
    return { found: { ...found, ...(at && { place: at }) } };
  }

  return { decided: () => false, add, result };
}

interface Numbers<At> {
  readonly add: (value: number, at: At) => void;
  readonly result: () => (FoundValue & { readonly at?: At }) | undefined;
}

/** Over numbers. NaN is left out with a note, unless all are NaN; infinities count as what they are. */
function newNumbers<At>(pick: NumberPick): Numbers<At> {
  const sum = newSum();
  let [count, nans] = [0, 0];
  let best: { readonly value: number; readonly at: At } | undefined;
  const better = (value: number): boolean =>
    best === undefined || (pick === 'min' ? value < best.value : value > best.value);

  function add(value: number, at: At): void {
    if (Number.isNaN(value)) {
      nans += 1;
      return;
    }
    count += 1;
    sum.add(value);
    if (better(value)) best = { value, at };
  }

  function result(): (FoundValue & { readonly at?: At }) | undefined {
    if (best === undefined) return nans === 0 ? undefined : { ...numberValue(NaN), note: allNan(nans) };
    return { ...value(best), ...(nans > 0 && { note: someNan(nans, nans + count) }) };
  }

  function value(one: { readonly value: number; readonly at: At }): FoundValue & { readonly at?: At } {
    if (pick === 'min' || pick === 'max') return { ...numberValue(one.value), at: one.at };
    return numberValue(pick === 'sum' ? sum.total() : sum.total() / count);
  }

  return { add, result };
}

function allNan(count: number): string {
  return count === 1 ? 'the only value is NaN' : `all ${counted(count, 'value')} are NaN`;
}

function someNan(nans: number, all: number): string {
  return `${grouped(nans)} of ${counted(all, 'value')} ${nans === 1 ? 'is' : 'are'} NaN and left out`;
}

/** A sum that keeps what rounding takes away (Neumaier), so that the order of a million values hardly matters. */
function newSum(): { add: (value: number) => void; total: () => number } {
  let [sum, lost] = [0, 0];
  return {
    add: (value) => {
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    },
    // Beyond the finite numbers the correction is NaN and the plain sum is right.
    total: () => (Number.isFinite(sum) ? sum + lost : sum),
  };
}
