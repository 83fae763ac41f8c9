import type { CsvRule, LogRule } from '../core/harvest-rule.ts';
import { counted, grouped } from '../core/number-text.ts';
import { LONGEST_TEXT, numberValue, readNumber, textValue } from './reading.ts';
import type { Finding, FoundValue } from './source.ts';
import { excerpt, missing } from './words.ts';

export type PickName = LogRule['pick'] | CsvRule['pick'];

/** Makes one value of the many that a file holds for a metric. */
export interface Picker {
  /** Whether more values cannot change the answer. */
  readonly decided: () => boolean;
  /** @param text without space around it, not empty; @param line where it is in the file, from 1 */
  readonly add: (text: string, line: number) => void;
  /** Undefined when there was no value. */
  readonly result: () => Finding | undefined;
}

/** @param shown the file, for the words of a fault */
export function newPicker(pick: PickName, shown: string): Picker {
  switch (pick) {
    case 'first':
    case 'last':
      return pickOne(pick, shown);
    case 'count':
      return pickCount();
    case 'min':
    case 'max':
    case 'mean':
    case 'sum':
      return pickNumbers(pick, shown);
  }
}

interface Placed<T> {
  readonly value: T;
  readonly line: number;
}

function pickOne(which: 'first' | 'last', shown: string): Picker {
  let one: Placed<string> | undefined;
  return {
    decided: () => which === 'first' && one !== undefined,
    add: (value, line) => {
      if (which === 'last' || one === undefined) one = { value, line };
    },
    result: () => one && textFinding(one, shown),
  };
}

function textFinding({ value: text, line }: Placed<string>, shown: string): Finding {
  if (text.length > LONGEST_TEXT) {
    const said = `line ${line} of ${shown} gives a text of ${counted(text.length, 'character')}: "${excerpt(text)}"`;
    return missing('not_a_number', said, { fix: 'name a number or a short text' });
  }
  return { found: { ...textValue(text), place: { line } } };
}

function pickCount(): Picker {
  let count = 0;
  return { decided: () => false, add: () => void (count += 1), result: () => ({ found: { value: count } }) };
}

/**
 * Over numbers. NaN is left out with a note, unless all are NaN; infinities count as what they are; text
 * is a fault, for whoever asks for a maximum means numbers.
 */
function pickNumbers(pick: 'min' | 'max' | 'mean' | 'sum', shown: string): Picker {
  const sum = newSum();
  let [count, nans] = [0, 0];
  let best: Placed<number> | undefined;
  let text: Placed<string> | undefined;
  const better = (value: number): boolean =>
    best === undefined || (pick === 'min' ? value < best.value : value > best.value);

  function add(word: string, line: number): void {
    const reading = readNumber(word);
    if (reading.kind === 'text') text ??= { value: word, line };
    else if (Number.isNaN(reading.value)) nans += 1;
    else {
      count += 1;
      sum.add(reading.value);
      if (better(reading.value)) best = { value: reading.value, line };
    }
  }

  function result(): Finding | undefined {
    if (text) {
      const said = `line ${text.line} of ${shown} gives "${excerpt(text.value)}", which is no number: ${pick} needs numbers`;
      return missing('not_a_number', said, { fix: 'name numbers only, or pick first or last' });
    }
    if (best === undefined) return nans === 0 ? undefined : { found: { ...numberValue(NaN), note: allNan(nans) } };
    return { found: { ...value(best), ...(nans > 0 && { note: someNan(nans, nans + count) }) } };
  }

  function value(placed: Placed<number>): FoundValue {
    if (pick === 'min' || pick === 'max') return { ...numberValue(placed.value), place: { line: placed.line } };
    return numberValue(pick === 'sum' ? sum.total() : sum.total() / count);
  }

  return { decided: () => false, add, result };
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
