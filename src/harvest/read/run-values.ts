import { escapePattern } from '../../core/settings/pattern.ts';
import { flatten } from '../../core/value.ts';
import type { HarvestRequest } from '../base/request.ts';

/** Dates, times and numbers of jobs or processes, which differ from run to run. */
const MOMENT = /\d{4}-\d\d-\d\d|(?<!\d)\d\d[-:.]\d\d[-:.]\d\d(?!\d)|\d{5,}/g;

/** Parameters that say where a program writes, usually the same in all runs. */
const PLACE = /dir|path|folder|file|(?:^|[._])out(?:put)?(?:[._]|$)/i;

/**
 * The path with a `*` for each part that belongs to the run: its name, the values of its parameters, dates and long numbers.
 * `h4_s1.json` becomes `h*_s*.json` for the parameters 4 and 1. The ending of the file stays.
 */
export function starRunValues(path: string, { expId, params }: Pick<HarvestRequest, 'expId' | 'params'>): string {
  const values = [...flatten(params)].flatMap(([name, value]) =>
    (typeof value === 'number' || typeof value === 'string') && !PLACE.test(name) ? String(value) : [],
  );
  // Longer ones first: `16` is no part of `160`, but `adam` may be one of `adam-w`.
  const texts = [expId, ...values].filter((text) => /[\p{L}\p{N}]/u.test(text)).toSorted((a, b) => b.length - a.length);
  const own = new RegExp(texts.map(wholeText).join('|'), 'g');
  const end = path.lastIndexOf('.');
  return path.slice(0, end).replace(MOMENT, '*').replace(own, '*') + path.slice(end);
}

/** Not within a longer number, or within a longer word. */
function wholeText(text: string): string {
  const same = (char: string): string => (/\d/.test(char) ? '\\d' : /\p{L}/u.test(char) ? 'A-Za-z' : '');
  const [before, after] = [same(text.slice(0, 1)), same(text.slice(-1))];
  return `${before && `(?<![${before}])`}${escapePattern(text)}${after && `(?![${after}])`}`;
}
