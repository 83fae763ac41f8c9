import type { LogRule } from '../../core/settings/harvest-rule.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { countNewlines, readLineBlocks } from '../read/line-blocks.ts';
import { hasEscapes, LONGEST_LINE, type RawLogLine } from '../read/log-lines.ts';
import { openProgress, type Seen } from './log-progress.ts';
import { isOpen, look, namesStep, makeSearch, type Search } from './log-search.ts';
import { getCertainText } from './pattern-text.ts';
import { pickName, pickWords } from '../pick/pick.ts';
import {
  wantOneFile,
  type MetricFinding,
  type FoundValue,
  type NamedRule,
  type ReadOptions,
  type Source,
} from '../base/source.ts';
import { type FoundFile } from '../base/found-file.ts';
import { makeExcerpt, joinHarvestNotes, makeMissing, withNotes } from '../base/words.ts';

/** A regular expression over the lines of a log. */
export const log: Source<LogRule> = {
  describe: ({ pattern, pick }) => `log /${pattern}/ ${pickWords(pick)}`,
  files: wantOneFile,
  spansAttempts: ({ pattern, pick, series }) => namesStep(pattern) || series === true || pickName(pick) !== 'last',
  read: async ([file], rules, options) => (file ? readLog(file, rules, options) : []),
};

const MATCH_LIMIT_MS = 2000;

async function readLog(
  file: FoundFile,
  rules: readonly NamedRule<LogRule>[],
  options: ReadOptions,
): Promise<readonly MetricFinding[]> {
  const searches = rules.map((rule) => makeSearch(rule, file, getCertainText(rule.rule.pattern)));
  const seen = await readThrough(file, searches, options);
  // A pattern without a match is reported with the most similar line, which needs every line.
  const again = searches.map((search) =>
    search.certain !== undefined && finds(search) === undefined
      ? makeSearch({ metric: search.metric, rule: search.rule }, file, undefined)
      : undefined,
  );
  const lost = again.filter((search) => search !== undefined);
  const seenAgain = lost.length === 0 ? seen : await readThrough(file, lost, options);
  return searches.map((search, i) => conclude(again[i] ?? search, file, again[i] ? seenAgain : seen));
}

function finds(search: Search): MetricFinding | undefined {
  return search.stopped ?? search.picker.result();
}

async function readThrough(file: FoundFile, searches: readonly Search[], options: ReadOptions): Promise<Seen> {
  const limitMs = options.matchLimitMs ?? MATCH_LIMIT_MS;
  const progress = openProgress(file, searches, options);
  const { seen, splitter } = progress;
  for await (const { text, whole, end } of readLineBlocks(file, options, progress.end())) {
    if (!whole) progress.save();
    const isPlain = whole && !hasEscapes(text);
    const open = searches.filter(isOpen);
    const quick = isPlain ? open.filter(({ certain }) => certain !== undefined) : [];
    const slow = open.filter((search) => !quick.includes(search));
    look(quick, { text, line: splitter.line() }, limitMs);
    if (slow.length === 0 && isPlain) splitter.skip(countNewlines(text));
    else lookAtLines(slow, splitter.push(text), seen, limitMs);
    progress.reach(whole ? end : undefined);
  }
  progress.save();
  const rest = splitter.rest();
  if (file.unfinished) seen.left = rest.length > 0;
  else lookAtLines(searches.filter(isOpen), rest, seen, limitMs);
  return seen;
}

function lookAtLines(searches: readonly Search[], lines: readonly RawLogLine[], seen: Seen, limitMs: number): void {
  seen.lines += lines.length;
  seen.cut ??= lines.find((line) => line.cut);
  if (lines.length > 0) look(searches, lines, limitMs);
}

function conclude(search: Search, file: FoundFile, seen: Seen): MetricFinding {
  if (search.stopped) return search.stopped;
  const finding = search.picker.result();
  if (finding?.found) {
    const { note, ...made } = search.series?.result() ?? {};
    const remark = cutRemark(seen.cut, search.rule, finding.found);
    return { found: withNotes({ ...finding.found, ...made }, remark, note) };
  }
  if (finding) return finding;
  if (seen.lines === 0)
    return makeMissing('empty', `${file.shown} ${seen.left ? 'has no whole line yet' : 'is empty'}`);
  const said = joinHarvestNotes(
    `/${search.rule.pattern}/ finds no value in ${formatCount(seen.lines, 'line')} of ${file.shown}`,
    cutRemark(seen.cut, search.rule),
    seen.left ? 'its last line is not complete and was left out' : undefined,
  );
  const near = search.near && `line ${search.near.line}: ${makeExcerpt(search.near.text)}`;
  return makeMissing('no_match', said ?? '', near === undefined ? {} : { near });
}

/** What was not looked at may hold a later or better value; before the first value it may hold an earlier one. */
function cutRemark(cut: RawLogLine | undefined, { pick }: LogRule, found?: FoundValue): string | undefined {
  if (cut === undefined || (pick === 'first' && cut.line > (found?.place?.line ?? Infinity))) return undefined;
  return `of line ${cut.line} only the first ${formatCount(LONGEST_LINE, 'character')} were read`;
}
