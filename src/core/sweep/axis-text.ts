import { inputError, SheafError } from '../errors.ts';
import type { Axis, ReadValue, SweepValue } from './space.ts';

/** An option of the command line and its text, to show the place of what is wrong. */
export interface OptionText {
  /** `--grid` */
  readonly option: string;
  readonly text: string;
}

/**
 * Reads `learning_rate=0.1,0.01`. Commas inside brackets, braces or quotes do not separate: `hidden=[512,512],[256]`,
 * `note='a, b',c`.
 *
 * @throws SheafError `sweep.option`
 */
export function parseAxis(source: OptionText, read: ReadValue): Axis {
  const { name, rest, offset } = splitName(source);
  return { name, values: readValues(source, name, rest, offset, read) };
}

/** Splits `name=…` at its first `=`. `offset` is where the rest begins. @throws SheafError `sweep.option` */
export function splitName(source: OptionText): { name: string; rest: string; offset: number } {
  const equals = source.text.indexOf('=');
  const name = source.text.slice(0, equals < 0 ? undefined : equals).trim();
  const example = source.option === '--draw' ? 'loguniform(1e-5,1e-1)' : '0.1,0.01';
  if (name === '') {
    throw makeOptionError(source, 0, `${JSON.stringify(source.text)} does not name a parameter`, {
      fix: `write ${source.option} learning_rate=${example}`,
    });
  }
  if (equals < 0) {
    const what = source.option === '--draw' ? 'a distribution' : 'values';
    throw makeOptionError(source, 0, `${source.option} ${source.text} needs ${what}`, {
      fix: `write them after a =, such as ${source.option} ${name}=${example}`,
    });
  }
  return { name, rest: source.text.slice(equals + 1), offset: equals + 1 };
}

/** Reads values with commas between them; `offset` is where they begin in the option's text. */
export function readValues(
  source: OptionText,
  name: string,
  list: string,
  offset: number,
  read: ReadValue,
): SweepValue[] {
  return splitValues(source, list, offset).map(({ text, at }) => {
    if (text.trim() === '') {
      throw makeOptionError(source, at, `${name} has an empty value`, {
        fix: "remove the comma, or write '' for an empty text",
      });
    }
    return readOne(source, name, text.trim(), read);
  });
}

function readOne(source: OptionText, name: string, text: string, read: ReadValue): SweepValue {
  try {
    return read(name, text);
  } catch (error) {
    const fix = suggestValues(source, name, text);
    if (!(error instanceof SheafError) || error.code !== 'param.type' || fix === undefined) throw error;
    throw new SheafError({ ...error.problems[0], fix }, error.exitCode, { cause: error });
  }
}

const MOST_WRITTEN = 10;

/** The option for a text that is no value, but a range, a list in brackets, or the next parameter. */
function suggestValues({ option, text: whole }: OptionText, name: string, text: string): string | undefined {
  const [, from, to] = /^(\d+)(?:\.\.|-|:)(\d+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) {
    const all = Array.from(
      { length: Math.min(MOST_WRITTEN, Number(to) - Number(from) + 1) },
      (_, i) => Number(from) + i,
    );
    const values = all.at(-1) === Number(to) ? all.join(',') : `$(seq -s, ${from} ${to})`;
    return all.length === 0 ? undefined : `write every value: ${option} ${name}=${values}`;
  }
  const [, items] = /^\[(.*)\]$/.exec(text) ?? [];
  if (items !== undefined) return `leave out the brackets: ${option} ${name}=${items.replaceAll(/,\s+/g, ',')}`;
  if (option === '--draw' || !/^[A-Za-z_][\w.]*=/.test(text)) return undefined;
  const axes = whole.split(/,\s*(?=[A-Za-z_][\w.]*=)/);
  return `repeat ${option}: ${axes.map((axis) => `${option} ${axis}`).join(' ')}`;
}

interface Item {
  readonly text: string;
  readonly at: number;
}

function splitValues(source: OptionText, list: string, offset: number): Item[] {
  const items: Item[] = [];
  let [start, depth] = [0, 0];
  // A quote opens a quoted text only at the beginning of a value: it's stays it's.
  let fresh = true;
  for (let i = 0; i < list.length; i += 1) {
    const char = list[i] ?? '';
    if (fresh && (char === '"' || char === "'")) {
      i = closingQuote(source, list, offset, i);
      fresh = false;
    } else if (char === ',' && depth === 0) {
      items.push({ text: list.slice(start, i), at: offset + start });
      start = i + 1;
      fresh = true;
    } else {
      if (char === '[' || char === '{') depth += 1;
      if (char === ']' || char === '}') depth -= 1;
      if (depth < 0)
        throw makeOptionError(source, offset + i, `"${char}" closes nothing`, { fix: 'put the text in quotes' });
      fresh = '[{'.includes(char) || (depth > 0 && ',:'.includes(char)) || (fresh && char === ' ');
    }
  }
  if (depth > 0) {
    throw makeOptionError(source, offset + start, 'a bracket is never closed', {
      fix: 'close it, or put the text in quotes',
    });
  }
  return [...items, { text: list.slice(start), at: offset + start }];
}

function closingQuote(source: OptionText, list: string, offset: number, open: number): number {
  const quote = list[open];
  for (let i = open + 1; i < list.length; i += 1) {
    if (quote === '"' && list[i] === '\\') i += 1;
    else if (list[i] === quote && quote === "'" && list[i + 1] === quote) i += 1;
    else if (list[i] === quote) return i;
  }
  throw makeOptionError(source, offset + open, `the ${quote} is never closed`, { fix: `add the closing ${quote}` });
}

/** @param at UTF-16 units from the start of the option's text */
export function makeOptionError(
  source: OptionText,
  at: number,
  message: string,
  parts: { why?: string; fix: string },
): SheafError {
  return inputError('sweep.option', message, {
    at: { file: source.option, line: 1, column: at + 1 },
    excerpt: source.text,
    ...parts,
  });
}
