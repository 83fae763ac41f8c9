import type { TableRule } from '../../core/settings/harvest-rule.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { JsonFault, lookUpJson, type JsonPlace } from '../read/json-lookup.ts';
import { pathKeys } from './json.ts';
import { makeLineSplitter, type RawLogLine } from '../read/log-lines.ts';
import type { MetricFinding, NamedRule, ReadOptions, Source } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { STEP_NAMES } from '../read/step-names.ts';
import { newCells, tableSource, type Cells } from './table.ts';
import { readTextChunks } from '../read/byte-chunks.ts';
import { formatNames, makeMissing, suggestNear, withNotes } from '../base/words.ts';

/** A value in each line of a file of JSON objects. */
export const jsonl: Source<TableRule> = tableSource(readJsonl);

/** What was seen of a file, whatever the rules. */
interface Seen {
  rows: number;
  /** Lines that are no JSON. */
  bad: number;
  firstBad: number;
  /** Keys of the first row. */
  keys: readonly string[];
}

async function readJsonl(
  file: FoundFile,
  rules: readonly NamedRule<TableRule>[],
  options: ReadOptions,
): Promise<readonly MetricFinding[]> {
  const columns = rules.map(({ rule }) => newColumn(rule, file));
  const seen: Seen = { rows: 0, bad: 0, firstBad: 0, keys: [] };
  const splitter = makeLineSplitter();
  for await (const text of readTextChunks(file, options)) takeLines(splitter.push(text), columns, seen);
  if (!file.unfinished) takeLines(splitter.rest(), columns, seen);
  return rules.map(({ rule }, i) => conclude(columns[i]?.cells.result(seen.rows), rule, file, seen));
}

interface Column {
  readonly cells: Cells;
  readonly take: (line: RawLogLine) => void;
}

function takeLines(lines: readonly RawLogLine[], columns: readonly Column[], seen: Seen): void {
  for (const line of lines) {
    if (line.text.trim() === '') continue;
    const keys = objectKeys(line.text);
    if (keys === undefined) {
      if (seen.bad === 0) seen.firstBad = line.line;
      seen.bad += 1;
      continue;
    }
    if (seen.rows === 0) seen.keys = keys;
    seen.rows += 1;
    for (const column of columns) column.take(line);
  }
}

/** Undefined when the line is no JSON object. */
function objectKeys(text: string): readonly string[] | undefined {
  try {
    const { leaf } = lookUpJson(text, []);
    return leaf.kind === 'object' ? leaf.keys : undefined;
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

function newColumn(rule: TableRule, file: FoundFile): Column {
  const cells = newCells(rule, file);
  const keys = pathKeys(rule.column);
  const conditions = Object.entries(rule.where ?? {}).map(([column, text]) => [pathKeys(column), text] as const);
  const steps = (rule.step === undefined ? STEP_NAMES.map((name) => [name]) : [pathKeys(rule.step)]).map((path) => ({
    path,
    counts: path.join('.'),
  }));

  function take({ text, line }: RawLogLine): void {
    const value = scalarText(lookUpJson(text, keys));
    if (value === undefined || value === '') return;
    if (!conditions.every(([path, wanted]) => scalarText(lookUpJson(text, path)) === wanted)) return;
    const step = steps
      .map(({ path, counts }) => ({ counts, found: scalarText(lookUpJson(text, path)) }))
      .find(({ found }) => found !== undefined);
    cells.add(value, line, step?.found, step?.counts);
  }

  return { cells, take };
}

function scalarText({ left, leaf }: JsonPlace): string | undefined {
  if (left.length > 0) return undefined;
  if (leaf.kind === 'number' || leaf.kind === 'string') return leaf.text;
  return leaf.kind === 'boolean' ? String(leaf.value) : undefined;
}

function conclude(
  finding: MetricFinding | undefined,
  { column }: TableRule,
  file: FoundFile,
  seen: Seen,
): MetricFinding {
  const remark = badLines(seen);
  if (finding?.found) return { found: withNotes(finding.found, remark) };
  if (finding) return finding;
  if (seen.rows === 0) {
    if (seen.bad > 0) return makeMissing('bad_file', `${file.shown} has no line with a JSON object: ${remark}`);
    return makeMissing('empty', `${file.shown} ${file.size > 0 ? 'has no whole line' : 'is empty'}`);
  }
  const said = `no line of ${formatCount(seen.rows, 'line')} of ${file.shown} has a value at ${column}; the first has ${formatNames(seen.keys)}`;
  return makeMissing('no_key', remark === undefined ? said : `${said}; ${remark}`, suggestNear(column, seen.keys));
}

function badLines({ bad, firstBad }: Seen): string | undefined {
  if (bad === 0) return undefined;
  return `${formatCount(bad, 'line')} ${bad === 1 ? 'is' : 'are'} no JSON object and left out, the first is line ${firstBad}`;
}
