import type { MissingMetric } from '../../core/experiment/metric.ts';
import { toPointer } from '../../core/value.ts';
import { toFoundValue } from '../read/json-leaves.ts';
import { JsonFault, getLineAndColumn } from '../read/json-lookup.ts';
import {
  isJsonList,
  isJsonNumber,
  isJsonObject,
  parseJson,
  type JsonObject,
  type LooseJson,
} from '../read/json-parse.ts';
import { makeCollector, type Collector } from '../trackers/common/collector.ts';
import type { TrackedRun } from '../trackers/common/tracker.ts';
import { makeExcerpt, makeMissing } from '../base/words.ts';

/** What a program came to. */
export type ExecOutcome =
  | { readonly run: TrackedRun; readonly missing?: never }
  | { readonly missing: MissingMetric; readonly run?: never };

/**
 * Reads what the program of an `exec` rule printed.
 *
 * @param name the program, as people see it
 */
export function readExecOutput(text: string, name: string): ExecOutcome {
  try {
    const collector = makeCollector({ wants: () => true });
    readDocument(parseJson(text), collector, name);
    return { run: collector.run() };
  } catch (error) {
    if (error instanceof WrongShape) return makeMissing('bad_file', `the JSON that ${name} printed: ${error.message}`);
    if (error instanceof JsonFault) return makeMissing('bad_file', noJson(text, name, error));
    throw error;
  }
}

class WrongShape extends Error {}

function noJson(text: string, name: string, { offset, message }: JsonFault): string {
  if (text.trim() === '') return `${name} printed nothing, but JSON is expected`;
  const { line, column } = getLineAndColumn(text, offset);
  return `${name} printed no JSON: at line ${line}, column ${column} ${message}: ${makeExcerpt(text)}`;
}

/** With `metrics` or `series`, or names with their values alone. */
function readDocument(document: LooseJson, collector: Collector, name: string): void {
  const all = objectAt(document, []);
  const { metrics = {}, series = {}, ...others } = all;
  if (!isJsonObject(all['metrics']) && !isJsonObject(all['series'])) {
    readMetrics(all, [], collector, name);
    return;
  }
  const [stray] = Object.keys(others);
  if (stray !== undefined) throw new WrongShape(`${toPointer(stray)} is beside metrics and series`);
  readMetrics(objectAt(metrics, ['metrics']), ['metrics'], collector, name);
  for (const [key, points] of Object.entries(objectAt(series, ['series']))) readSeries(key, points, collector, name);
}

function readMetrics(all: JsonObject, path: readonly string[], collector: Collector, name: string): void {
  for (const [key, value] of Object.entries(all)) {
    if (value === null) continue;
    if (typeof value === 'object') throw wrong([...path, key], 'a number, a text or a boolean', value);
    const kept = toFoundValue(value);
    if (kept === undefined) throw new WrongShape(`${toPointer(...path, key)} is a text that is too long`);
    collector.value(key, { ...kept, file: name });
  }
}

function readSeries(key: string, points: LooseJson, collector: Collector, name: string): void {
  if (!isJsonList(points)) throw wrong(['series', key], 'a list of [step, value] or [step, value, time]', points);
  points.forEach((point, i) => {
    const place = ['series', key, i] as const;
    if (!isJsonList(point) || point.length < 2 || point.length > 3) {
      throw wrong(place, '[step, value] or [step, value, time]', point);
    }
    const [step, value, time = null] = point;
    if (typeof step !== 'number' || !Number.isSafeInteger(step)) throw wrong([...place, 0], 'a whole number', step);
    if (!isJsonNumber(value)) throw wrong([...place, 1], 'a number', value);
    if (time !== null && !isJsonNumber(time)) throw wrong([...place, 2], 'a time in seconds', time);
    collector.point(key, step, Number(value), name, time === null ? NaN : Number(time));
  });
}

function objectAt(value: LooseJson, path: readonly string[]): JsonObject {
  if (isJsonObject(value)) return value;
  throw wrong(path, 'an object', value);
}

function wrong(path: readonly (string | number)[], wanted: string, got: LooseJson | undefined): WrongShape {
  const where = path.length === 0 ? 'the document' : toPointer(...path);
  return new WrongShape(`${where} is ${described(got)}, but ${wanted} is expected`);
}

function described(value: LooseJson | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (isJsonList(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return makeExcerpt(JSON.stringify(value));
  return typeof value === 'object' ? 'an object' : String(value);
}
