import type { LogRule } from '../../core/settings/harvest-rule.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { getCapturedText, compilePattern, stepText } from '../../core/settings/pattern.ts';
import { withTimeLimit, type TimeLimited } from '../../system/index.ts';
import type { RawLogLine } from '../read/log-lines.ts';
import { suggestPattern } from './pattern-text.ts';
import { countNewlines } from '../read/line-blocks.ts';
import { makePicker, type Picker } from '../pick/pick.ts';
import { parseLeadingNumber, readNumber } from '../base/reading.ts';
import { makeRowSeries, type RowSeries, type RowsState } from '../pick/row-series.ts';
import type { MetricFinding, NamedRule } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { makeMissing } from '../base/words.ts';

/** One rule on its way through a log. */
export interface Search extends NamedRule<LogRule> {
  readonly pattern: RegExp;
  /** What every match has in it: only lines with that are matched, unless it is not known or lines near to it are wanted. */
  readonly certain: string | undefined;
  readonly nearTo: RegExp | undefined;
  readonly picker: Picker;
  /** Absent when only one value is wanted. */
  readonly series: RowSeries | undefined;
  near: RawLogLine | undefined;
  /** Set when the pattern was stopped: why it gives nothing. */
  stopped?: MetricFinding;
}

/** Whether more text can change what it finds. */
export function isOpen({ stopped, picker, series }: Search): boolean {
  return stopped === undefined && !(picker.decided() && !series);
}

/** @param certain see {@link Search.certain} */
export function makeSearch({ metric, rule }: NamedRule<LogRule>, file: FoundFile, certain: string | undefined): Search {
  return {
    metric,
    rule,
    pattern: compilePattern(rule.pattern, rule.at),
    certain,
    nearTo: suggestPattern(metric, rule.pattern),
    picker: makePicker(rule.pick, file.shown),
    series: wantsSeries(rule) ? makeRowSeries() : undefined,
    near: undefined,
  };
}

/** What a search knows after some of a log, as data. */
export interface SearchState {
  readonly picker: object;
  readonly series: RowsState | undefined;
  readonly near: RawLogLine | undefined;
}

/** What a search knows by now. */
export function saveSearch({ picker, series, near }: Search): SearchState {
  return { picker: picker.state, series: series?.save(), near };
}

/** Lets a search go on from what an earlier one knew. */
export function restore(search: Search, state: SearchState): void {
  Object.assign(search.picker.state, state.picker);
  if (state.series) search.series?.restore(state.series);
  search.near = state.near;
}

function wantsSeries({ pattern, pick, series }: LogRule): boolean {
  return series === true || typeof pick !== 'string' || namesStep(pattern);
}

/** Whether the pattern has a group for the step. */
export function namesStep(pattern: string): boolean {
  return STEP_GROUP.test(pattern);
}

const STEP_GROUP = /\(\?P?<step>/;

/** The last word of the pattern before its step, such as `epoch`; undefined when there is none. */
function stepWord(pattern: string): string | undefined {
  const [before = ''] = pattern.split(STEP_GROUP, 1);
  return before
    .replaceAll(/\\./g, ' ')
    .match(/[a-z_]{2,}/gi)
    ?.at(-1)
    ?.toLowerCase();
}

/** What patterns are tried on. */
type Text = { readonly text: string; readonly line: number } | readonly RawLogLine[];

/** Looks for what all the patterns find, for no longer than the limit. */
export function look(searches: readonly Search[], text: Text, limitMs: number): void {
  if (searches.length === 0) return;
  // Together first, for a time limit costs as much as matching a hundred lines; one by one when that is too slow.
  const together = limited(limitMs, () => searches.map((search) => match(search, text)));
  searches.forEach((search, i) => {
    const looked = together.done ? together.value[i] : matchAlone(search, text, limitMs);
    if (looked) take(search, looked);
  });
}

interface Hit {
  readonly text: string;
  readonly line: number;
  readonly step: string | undefined;
}

interface Looked {
  readonly hits: readonly Hit[];
  readonly near: RawLogLine | undefined;
}

/** Changes nothing, so that it can be stopped at any moment. @param at receives the line that is being matched */
function match(search: Search, text: Text, at: { line?: RawLogLine } = {}): Looked {
  return 'text' in text ? matchBlock(search, text, at) : matchLines(search, text, at);
}

function matchLines(search: Search, lines: readonly RawLogLine[], at: { line?: RawLogLine }): Looked {
  const hits: Hit[] = [];
  let near = search.near;
  for (const line of lines) {
    at.line = line;
    const hit = valueIn(search.pattern, line);
    if (hit !== undefined) hits.push(hit);
    else if (near === undefined && search.nearTo?.test(line.text)) near = line;
  }
  return { hits, near };
}

/** Looks only at lines that have what every match must have: from the end where only the last value counts. */
function matchBlock(
  { pattern, certain = '', rule, series, near }: Search,
  { text, line: firstLine }: { readonly text: string; readonly line: number },
  at: { line?: RawLogLine },
): Looked {
  const hits: Hit[] = [];
  let [line, counted] = [firstLine, 0];

  /** @returns where the line ends */
  function lookAt(found: number): number {
    const start = text.lastIndexOf('\n', found) + 1;
    const end = text.indexOf('\n', found);
    line = start < counted ? firstLine + countNewlines(text, 0, start) : line + countNewlines(text, counted, start);
    counted = start;
    for (const piece of text.slice(start, end).split('\r')) {
      at.line = { text: piece, line, cut: false };
      const hit = valueIn(pattern, at.line);
      if (hit !== undefined) hits.push(hit);
    }
    return end;
  }

  if (rule.pick === 'last' && !series) {
    let found = text.lastIndexOf(certain);
    while (found !== -1 && hits.length === 0) {
      lookAt(found);
      const start = text.lastIndexOf('\n', found);
      found = start === -1 ? -1 : text.lastIndexOf(certain, start);
    }
  } else {
    for (let found = text.indexOf(certain); found !== -1;) found = text.indexOf(certain, lookAt(found));
  }
  return { hits, near };
}

function valueIn(pattern: RegExp, line: RawLogLine): Hit | undefined {
  const match = pattern.exec(line.text);
  if (!match) return undefined;
  // What touches the cut may go on beyond it.
  if (line.cut && match.index + match[0].length === line.text.length) return undefined;
  const text = valueText(getCapturedText(match)?.trim() ?? '');
  return text === undefined ? undefined : { text, line: line.line, step: stepText(match) };
}

/** `loss=(\S+)` captures the bracket of `[loss=0.5]` too; it is no part of the number. */
const PUNCTUATION = /^["'([{]+|["')\]},;:.]+$/g;

function valueText(text: string): string | undefined {
  const number = text.replace(PUNCTUATION, '');
  return (readNumber(number).kind === 'text' ? text : number) || undefined;
}

function matchAlone(search: Search, text: Text, limitMs: number): Looked | undefined {
  const at: { line?: RawLogLine } = {};
  const looked = limited(limitMs, () => match(search, text, at));
  if (looked.done) return looked.value;
  const { line = 0, text: row = '' } = at.line ?? {};
  search.stopped = makeMissing(
    'too_slow',
    `/${search.rule.pattern}/ was stopped after ${limitMs / 1000} s at line ${line}, which has ${formatCount(row.length, 'character')}`,
    { fix: 'avoid a repetition inside a repetition, such as (a+)+, and begin the pattern with plain text' },
  );
  return undefined;
}

/** A pattern may also run out of stack; that is stopped just so. */
function limited<T>(limitMs: number, work: () => T): TimeLimited<T> {
  try {
    return withTimeLimit(limitMs, work);
  } catch (error) {
    if (error instanceof RangeError) return { done: false };
    throw error;
  }
}

function take(search: Search, { hits, near }: Looked): void {
  search.near = near;
  const counts = stepWord(search.rule.pattern);
  for (const { text: found, line, step } of hits) {
    const text = search.rule.number ? parseLeadingNumber(found) : found;
    search.series?.add(text, step, counts);
    const at = search.series?.step();
    search.picker.add(text, { line, ...(at !== undefined && { step: at }) });
  }
}
