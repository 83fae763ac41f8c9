import type { RawLogLine } from '../read/log-lines.ts';
import { LONGEST_TEXT, readNumber, parseTextValue } from '../base/reading.ts';
import type { FoundFile } from '../base/found-file.ts';
import { readWholeText } from '../read/byte-chunks.ts';
import { formatNames } from '../base/words.ts';
import { makeCollector, type Collector } from './common/collector.ts';
import { readLineBatches, makeDamagedLines } from './common/file-lines.ts';
import type { TrackedRun, Tracker, TrackerOptions } from './common/tracker.ts';

/**
 * A file store of MLflow, `mlruns/<experiment>/<run>/`. Metrics are series by their names; `params.<name>`, `tags.<name>`
 * (without those of MLflow itself), `run.id`, `run.name` and `run.status` are values. Of several runs the one that
 * started last is read.
 */
export const mlflow: Tracker = {
  patterns: ['**/meta.yaml', '**/metrics/**', '**/params/**', '**/tags/**'],
  read: readMlflow,
};

async function readMlflow(files: readonly FoundFile[], options: TrackerOptions): Promise<TrackedRun> {
  const collector = makeCollector(options);
  const runs = (await runsOf(files, options)).toSorted((a, b) => b.startMs - a.startMs);
  const [newest, ...others] = runs.filter(({ isDeleted }) => !isDeleted);
  if (newest) await readRun(newest, files, options, collector);
  if (newest && others.length > 0) {
    const names = others.map(({ name, id }) => name || id);
    collector.note(
      `the run ${newest.name || newest.id} was read, which started last; there are others: ${formatNames(names)}`,
    );
  }
  return collector.run();
}

interface Run {
  /** With its slash: what the names of its files begin with. */
  readonly folder: string;
  readonly meta: FoundFile;
  readonly id: string;
  readonly name: string;
  readonly startMs: number;
  readonly status: string;
  readonly isDeleted: boolean;
}

async function runsOf(files: readonly FoundFile[], options: TrackerOptions): Promise<Run[]> {
  const runs: Run[] = [];
  for (const meta of files.filter(isDescription)) {
    const run = runOf(meta, await readWholeText(meta, options));
    if (run) runs.push(run);
  }
  return runs;
}

function isDescription({ shown, size }: FoundFile): boolean {
  return /(?:^|\/)meta\.yaml$/.test(shown) && size <= LONGEST_DESCRIPTION;
}

const LONGEST_DESCRIPTION: number = 1 << 20;

/** Undefined for the description of an experiment or a model. MLflow writes one key a line. */
function runOf(meta: FoundFile, text: string): Run | undefined {
  const field = (name: string): string => unquoted(new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '');
  const id = field('run_id') || field('run_uuid');
  if (id === '') return undefined;
  return {
    folder: meta.shown.slice(0, -'meta.yaml'.length),
    meta,
    id,
    name: field('run_name'),
    startMs: Number(field('start_time')) || 0,
    status: STATUS[Number(field('status'))] ?? '',
    isDeleted: field('lifecycle_stage') === 'deleted',
  };
}

/** `RunStatus` of MLflow's service.proto. */
const STATUS: readonly string[] = ['', 'RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

function unquoted(text: string): string {
  return /^'.*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text;
}

async function readRun(
  { folder, meta, id, name, status }: Run,
  files: readonly FoundFile[],
  options: TrackerOptions,
  collector: Collector,
): Promise<void> {
  for (const [key, value] of Object.entries({ 'run.id': id, 'run.name': name, 'run.status': status })) {
    if (value !== '') collector.value(key, { value, file: meta.shown });
  }
  for (const file of files) {
    options.signal?.throwIfAborted();
    if (!file.shown.startsWith(folder)) continue;
    const [kind = '', ...path] = file.shown.slice(folder.length).split('/');
    const key = path.join('/');
    if (kind === 'metrics') await readMetric(key, file, options, collector);
    if (kind === 'params' || (kind === 'tags' && !key.startsWith('mlflow.'))) {
      await readValue(`${kind}.${key}`, file, options, collector);
    }
  }
}

async function readMetric(key: string, file: FoundFile, options: TrackerOptions, collector: Collector): Promise<void> {
  if (!options.wants(key)) return;
  const damaged = makeDamagedLines(file.shown, 'they are no "timestamp value step"');

  function take({ text, line, cut }: RawLogLine): void {
    const point = cut ? undefined : pointOf(text);
    if (point) collector.point(key, point.step, point.value, file.shown, point.time);
    else damaged.add(line);
  }

  for await (const { lines, ended } of readLineBatches(file, options)) {
    // A line that is still being written may be cut in the middle of a number.
    if (ended || !file.unfinished) lines.forEach(take);
  }
  collector.note(damaged.told());
}

/**
 * `timestamp value step`, with the time in milliseconds; older versions left the step out, and MLflow itself reads 0
 * there; name and digest of a dataset may follow.
 */
function pointOf(line: string): { step: number; value: number; time: number } | undefined {
  const [stamp = '', written = '', step = '0', ...more] = line.trim().split(' ');
  const value = readNumber(written);
  if (!WHOLE.test(stamp) || !WHOLE.test(step) || value.kind === 'text' || more.length === 1) return undefined;
  return { step: Number(step), value: value.value, time: Number(stamp) / 1000 };
}

const WHOLE = /^-?\d{1,15}$/;

async function readValue(key: string, file: FoundFile, options: TrackerOptions, collector: Collector): Promise<void> {
  if (!options.wants(key)) return;
  const text = file.size > 4 * LONGEST_TEXT ? undefined : await readWholeText(file, options);
  if (text === undefined || text.length > LONGEST_TEXT) collector.note(`${file.shown} is left out, for it is too long`);
  else collector.value(key, { ...parseTextValue(text), file: file.shown });
}
