import type { LogRule } from '../core/harvest-rule.ts';
import { counted } from '../core/number-text.ts';
import { capturedText, compilePattern, stepText } from '../core/pattern.ts';
import { withTimeLimit, type Limited } from '../system/index.ts';
import { LONGEST_LINE, newLineSplitter, type LogLine } from './log-lines.ts';
import { nearPattern } from './near.ts';
import { newPicker, pickWords, type Picker } from './pick.ts';
import { readNumber } from './reading.ts';
import { newRowSeries, type RowSeries } from './row-series.ts';
import type { Finding, FoundFile, FoundValue, NamedRule, ReadOptions, Source } from './source.ts';
import { textChunks } from './text-chunks.ts';
import { excerpt, missing } from './words.ts';

/** A regular expression over the lines of a log. */
export const log: Source<LogRule> = {
  describe: ({ pattern, pick }) => `log /${pattern}/ ${pickWords(pick)}`,
  files: ({ file, newest, links }) => ({ patterns: [file], take: newest ? 'newest' : 'one', links: links === true }),
  read: async ([file], rules, options) => (file ? readLog(file, rules, options) : []),
};

const MATCH_LIMIT_MS = 2000;

/** One rule on its way through a log. */
interface Search {
  readonly rule: LogRule;
  readonly pattern: RegExp;
  readonly nearTo: RegExp | undefined;
  readonly picker: Picker;
  /** Absent when only one value is wanted. */
  readonly series: RowSeries | undefined;
  near: LogLine | undefined;
  /** Set when the pattern was stopped: why it gives nothing. */
  stopped?: Finding;
}

/** What was seen of a log, whatever the rules. */
interface Seen {
  lines: number;
  /** The first line of which only the beginning was looked at. */
  cut: LogLine | undefined;
  /** The last line had no end and was left out. */
  left: boolean;
}

async function readLog(
  file: FoundFile,
  rules: readonly NamedRule<LogRule>[],
  options: ReadOptions,
): Promise<readonly Finding[]> {
  const searches = rules.map((rule) => newSearch(rule, file));
  const seen: Seen = { lines: 0, cut: undefined, left: false };
  const limitMs = options.matchLimitMs ?? MATCH_LIMIT_MS;
  const splitter = newLineSplitter();
  for await (const text of textChunks(file, options)) look(searches, splitter.push(text), seen, limitMs);
  const rest = splitter.rest();
  if (file.unfinished) seen.left = rest.length > 0;
  else look(searches, rest, seen, limitMs);
  return searches.map((search) => conclude(search, file, seen));
}

function newSearch({ metric, rule }: NamedRule<LogRule>, file: FoundFile): Search {
  return {
    rule,
    pattern: compilePattern(rule.pattern, rule.at),
    nearTo: nearPattern(metric, rule.pattern),
    picker: newPicker(rule.pick, file.shown),
    series: wantsSeries(rule) ? newRowSeries() : undefined,
    near: undefined,
  };
}

function wantsSeries({ pattern, pick, series }: LogRule): boolean {
  return series === true || typeof pick !== 'string' || /\(\?P?<step>/.test(pattern);
}

function look(searches: readonly Search[], lines: readonly LogLine[], seen: Seen, limitMs: number): void {
  if (lines.length === 0) return;
  seen.lines += lines.length;
  seen.cut ??= lines.find((line) => line.cut);
  const open = searches.filter(
    (search) => search.stopped === undefined && !(search.picker.decided() && !search.series),
  );
  // Together first, for a time limit costs as much as matching a hundred lines; one by one when that is too slow.
  const together = limited(limitMs, () => open.map((search) => matchLines(search, lines)));
  open.forEach((search, i) => {
    const looked = together.done ? together.value[i] : matchAlone(search, lines, limitMs);
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
  readonly near: LogLine | undefined;
}

/** Changes nothing, so that it can be stopped at any moment. @param at learns which line is looked at */
function matchLines(search: Search, lines: readonly LogLine[], at: { line?: LogLine } = {}): Looked {
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

function valueIn(pattern: RegExp, line: LogLine): Hit | undefined {
  const match = pattern.exec(line.text);
  if (!match) return undefined;
  // What touches the cut may go on beyond it.
  if (line.cut && match.index + match[0].length === line.text.length) return undefined;
  const text = valueText(capturedText(match)?.trim() ?? '');
  return text === undefined ? undefined : { text, line: line.line, step: stepText(match) };
}

/** `loss=(\S+)` captures the bracket of `[loss=0.5]` too; it is no part of the number. */
const PUNCTUATION = /^["'([{]+|["')\]},;:.]+$/g;

function valueText(text: string): string | undefined {
  const number = text.replace(PUNCTUATION, '');
  return (readNumber(number).kind === 'text' ? text : number) || undefined;
}

function matchAlone(search: Search, lines: readonly LogLine[], limitMs: number): Looked | undefined {
  const at: { line?: LogLine } = {};
  const looked = limited(limitMs, () => matchLines(search, lines, at));
  if (looked.done) return looked.value;
  const { line = 0, text = '' } = at.line ?? {};
  search.stopped = missing(
    'too_slow',
    `/${search.rule.pattern}/ was stopped after ${limitMs / 1000} s at line ${line}, which has ${counted(text.length, 'character')}`,
    { fix: 'avoid a repetition inside a repetition, such as (a+)+, and begin the pattern with plain text' },
  );
  return undefined;
}

/** A pattern may also run out of stack; that is stopped just so. */
function limited<T>(limitMs: number, work: () => T): Limited<T> {
  try {
    return withTimeLimit(limitMs, work);
  } catch (error) {
    if (error instanceof RangeError) return { done: false };
    throw error;
  }
}

function take(search: Search, { hits, near }: Looked): void {
  search.near = near;
  for (const { text, line, step: stepWord } of hits) {
    search.series?.add(text, stepWord);
    const step = search.series?.step();
    search.picker.add(text, { line, ...(step !== undefined && { step }) });
  }
}

function conclude(search: Search, file: FoundFile, seen: Seen): Finding {
  if (search.stopped) return search.stopped;
  const finding = search.picker.result();
  if (finding?.found) {
    const { series, note } = search.series?.result() ?? {};
    const remark = [cutRemark(seen.cut, search.rule, finding.found), note];
    return withNote({ ...finding.found, ...(series && { series }) }, joined(remark));
  }
  if (finding) return finding;
  if (seen.lines === 0) return missing('empty', `${file.shown} ${seen.left ? 'has no whole line yet' : 'is empty'}`);
  const said = [
    `/${search.rule.pattern}/ finds no value in ${counted(seen.lines, 'line')} of ${file.shown}`,
    cutRemark(seen.cut, search.rule),
    seen.left ? 'its last line is not complete and was left out' : undefined,
  ];
  const near = search.near && `line ${search.near.line}: ${excerpt(search.near.text)}`;
  return missing('no_match', joined(said), near === undefined ? {} : { near });
}

/** What was not looked at may hold a later or better value; before the first value it may hold an earlier one. */
function cutRemark(cut: LogLine | undefined, { pick }: LogRule, found?: FoundValue): string | undefined {
  if (cut === undefined || (pick === 'first' && cut.line > (found?.place?.line ?? Infinity))) return undefined;
  return `of line ${cut.line} only the first ${counted(LONGEST_LINE, 'character')} were looked at`;
}

function withNote(found: FoundValue, remark: string): Finding {
  return { found: remark === '' ? found : { ...found, note: joined([found.note, remark]) } };
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('; ');
}
