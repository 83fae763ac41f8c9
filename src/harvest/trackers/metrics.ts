import { formatCount } from '../../core/text/phrases.ts';
import { visitJsonLeaves, toFoundValue, type JsonScalar } from '../read/json-leaves.ts';
import { isJsonNumber, isJsonObject, tryParseJson } from '../read/json-parse.ts';
import type { RawLogLine } from '../read/log-lines.ts';
import { LONGEST_TEXT, readNumber } from '../base/reading.ts';
import type { FoundFile } from '../base/found-file.ts';
import { STEP_NAMES } from '../read/step-names.ts';
import { makeCollector, type Collector } from './common/collector.ts';
import { readLineBatches, makeDamagedLines } from './common/file-lines.ts';
import type { TrackedRun, Tracker, TrackerOptions } from './common/tracker.ts';

/**
 * The file that a job finds in `SHEAF_METRICS`: a JSON object a line, written by any program, and by several at once.
 * Its numbers are points of series, as are texts that say NaN or infinity; of other texts and booleans the last one is a value.
 */
export const metrics: Tracker = { patterns: ['metrics.jsonl'], read: readMetrics };

async function readMetrics(files: readonly FoundFile[], options: TrackerOptions): Promise<TrackedRun> {
  const collector = makeCollector(options);
  for (const file of files) await readFile(file, options, collector);
  return collector.run();
}

async function readFile(file: FoundFile, options: TrackerOptions, collector: Collector): Promise<void> {
  const damaged = makeDamagedLines(file.shown, 'they are no JSON objects');
  const tooLong = makeDamagedLines(
    file.shown,
    `a text in them is longer than ${formatCount(LONGEST_TEXT, 'character')}`,
  );
  function take(line: RawLogLine, ended: boolean): void {
    if (line.text.trim() === '') return;
    const row = rowOf(line);
    if (row) takeRow(row, line.line);
    // What a running program has begun to write is no damage.
    else if (ended || !file.unfinished) damaged.add(line.line);
  }

  function takeRow(row: Row, line: number): void {
    // Without any that is a whole number, lines with the same key are counted.
    const [byStep, byTime] = [STEP_NAMES.find((key) => isStep(row.get(key))), timeKey(row)];
    const step = byStep === undefined ? undefined : Number(row.get(byStep));
    const time = timeOf(row.get(byTime ?? ''));
    for (const [key, leaf] of row) {
      if (key === byStep || key === byTime) continue;
      const number = pointOf(leaf);
      if (number !== undefined) collector.point(key, step, number, file.shown, time, byStep);
      else takeText(key, leaf, line);
    }
  }

  function takeText(key: string, leaf: JsonScalar, line: number): void {
    const value = toFoundValue(leaf);
    if (value) collector.value(key, { ...value, file: file.shown, line });
    else tooLong.add(line);
  }

  for await (const { lines, ended } of readLineBatches(file, options)) for (const line of lines) take(line, ended);
  collector.note(damaged.told());
  collector.note(tooLong.told());
}

type Row = ReadonlyMap<string, JsonScalar>;

/** Undefined when the line is no JSON object. */
function rowOf({ text, cut }: RawLogLine): Row | undefined {
  const document = cut ? undefined : tryParseJson(text);
  if (!isJsonObject(document)) return undefined;
  const row = new Map<string, JsonScalar>();
  visitJsonLeaves(document, (key, leaf) => row.set(key, leaf));
  return row;
}

const TIME_KEYS = ['time', 'timestamp', '_timestamp'];

/** Writers that keep to JSON write NaN as a text. Digits that a double would lose make a number one too. */
function pointOf(leaf: JsonScalar): number | undefined {
  if (typeof leaf === 'string') {
    const reading = readNumber(leaf);
    return reading.kind === 'nonfinite' ? reading.value : undefined;
  }
  if (typeof leaf === 'bigint') return keepsDigits(leaf) ? Number(leaf) : undefined;
  return typeof leaf === 'number' ? leaf : undefined;
}

/** Exactly, or as JavaScript writes a double. */
function keepsDigits(leaf: bigint): boolean {
  const number = Number(leaf);
  return BigInt(number) === leaf || String(number) === String(leaf);
}

function isStep(leaf: JsonScalar | undefined): boolean {
  return typeof leaf === 'number' && Number.isSafeInteger(leaf);
}

function timeKey(row: Row): string | undefined {
  return TIME_KEYS.find((key) => !Number.isNaN(timeOf(row.get(key))));
}

/** A smaller number is no time of day but a time taken: 2001, in seconds since 1970. */
const EARLIEST = 1e9;
/** More seconds than that are milliseconds, or finer still. */
const LATEST = 1e11;

/** Seconds since 1970; NaN for what is no time. */
function timeOf(leaf: JsonScalar | undefined): number {
  if (typeof leaf === 'string') return ISO_TIME.test(leaf) ? Date.parse(leaf) / 1000 : NaN;
  if (!isJsonNumber(leaf)) return NaN;
  let time = Number(leaf);
  if (!(time >= EARLIEST && time < Infinity)) return NaN;
  while (time > LATEST) time /= 1000;
  return time;
}

/** With its zone: without one it is unknown which moment is meant. */
const ISO_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
