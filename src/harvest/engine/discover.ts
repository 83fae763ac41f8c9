import { posix } from 'node:path';
import { isMetricName, type TrackerName } from '../../core/settings/harvest-rule.ts';
import type { ValueMap } from '../../core/value.ts';
import { makeRowSplitter } from '../read/csv-rows.ts';
import { findJsonNumbers } from '../read/json-leaves.ts';
import { isOwnFile, locate, type Located } from '../read/locate.ts';
import { makeLineSplitter } from '../read/log-lines.ts';
import { logPatterns } from '../sources/log-patterns.ts';
import { readNumber } from '../base/reading.ts';
import { guessDirection } from '../sources/metric-direction.ts';
import type { HarvestRequest } from '../base/request.ts';
import type { ReadOptions } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { starRunValues } from '../read/run-values.ts';
import { STEP_NAMES } from '../read/step-names.ts';
import { readTextChunks, readWholeText } from '../read/byte-chunks.ts';
import { TRACKERS } from '../trackers/index.ts';

/** A rule as one would write it under `harvest:`. */
export interface Proposal {
  readonly metric: string;
  readonly form: ValueMap;
}

/** Files larger than this are not looked into, and of each source no more metrics than these are proposed. */
const MOST_BYTES: number = 64 * 2 ** 20;
const MOST_OF_ONE = 40;

/** What a tracker's own proposals are made from. */
const OF_TRACKERS: ReadonlySet<string> = new Set(['metrics.jsonl', 'hparams.yaml', 'trainer_state.json']);

/** What proposals are made from. */
export interface DiscoverOptions extends ReadOptions {
  /** Another run with the same rules: a path with a `*` must fit at most one file of it, too. */
  readonly other?: HarvestRequest;
}

/** Looks at one kind of files. */
type Proposer = (request: HarvestRequest, options: DiscoverOptions) => Promise<Proposal[]>;

/** What tells most comes first: it keeps the plain name. */
const PROPOSERS: readonly Proposer[] = [
  ...(['metrics', 'lightning', 'huggingface', 'wandb', 'mlflow', 'tensorboard'] as const).map(fromTracker),
  fromJson,
  fromTables,
  fromLogs,
  fromTracker('gpu'),
];

/** What the name of a curve from a log gets if a single value of a JSON file has the name already. */
export const LOG_SUFFIX = '_log';

/**
 * Rules for all that looks like a metric in the newest attempt of an experiment: no two have one name, and of what several
 * files tell, the one that tells most is proposed. A curve of a log stays beside the single value of a JSON file.
 *
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function discover(request: HarvestRequest, options: DiscoverOptions = {}): Promise<Proposal[]> {
  const proposals = new Map<string, Proposal>();
  for (const propose of PROPOSERS) {
    for (const proposal of await propose(request, options)) {
      const named = keepsCurve(proposal, proposals.get(proposal.metric))
        ? { ...proposal, metric: `${proposal.metric}${LOG_SUFFIX}` }
        : proposal;
      if (!proposals.has(named.metric)) proposals.set(named.metric, named);
    }
  }
  return [...proposals.values()];
}

function keepsCurve({ form }: Proposal, other: Proposal | undefined): boolean {
  const { log } = form;
  return typeof log === 'string' && log.includes('(?<step>') && other?.form['json'] !== undefined;
}

function fromTracker(name: TrackerName): Proposer {
  return async (request, options) => {
    const { files = [] } = found(request, TRACKERS[name].patterns);
    if (files.length === 0) return [];
    const { series, values } = await TRACKERS[name].read(files, { ...options, wants: () => true });
    const numbers = [...values].filter(([, { value }]) => typeof value === 'number').map(([key]) => key);
    // Settings are parameters already.
    const keys = [...new Set([...series.keys(), ...numbers])].filter(
      (key) => !/^(config|params|hparams)[./]/.test(key),
    );
    if (keys.length > MOST_OF_ONE) return [{ metric: `${name}/*`, form: { [name]: true, key: '*' } }];
    return keys.filter(isMetricName).map((key) => {
      const metric = plainName(key);
      const isCurve = series.has(key);
      return { metric, form: { [name]: true, ...(metric !== key && { key }), ...(isCurve ? pickFor(key) : {}) } };
    });
  };
}

async function fromJson(request: HarvestRequest, options: DiscoverOptions): Promise<Proposal[]> {
  const proposals: Proposal[] = [];
  for (const { file, shown } of documents(request, options, ['**/*.json'])) {
    const text = await readWholeText(file, options);
    for (const path of findJsonNumbers(text, MOST_OF_ONE)) {
      const metric = plainName(path.split('.').slice(-2).join('_'));
      if (isMetricName(metric)) proposals.push({ metric, form: { json: shown, path } });
    }
  }
  return proposals;
}

async function fromTables(request: HarvestRequest, options: DiscoverOptions): Promise<Proposal[]> {
  const proposals: Proposal[] = [];
  for (const { file, shown } of documents(request, options, ['**/*.csv', '**/*.tsv'])) {
    const source = shown.endsWith('.tsv') ? 'tsv' : 'csv';
    const [header, ...rows] = await firstRows(file, source === 'tsv' ? '\t' : undefined, options);
    header?.slice(0, MOST_OF_ONE).forEach((column, i) => {
      const texts = rows.map((row) => row[i]?.trim() ?? '').filter((text) => text !== '');
      const isNumeric = texts.length > 0 && texts.every((text) => readNumber(text).kind !== 'text');
      const metric = plainName(column);
      if (!isNumeric || PLACES.has(column.trim().toLowerCase()) || !isMetricName(metric)) return;
      proposals.push({ metric, form: { [source]: shown, column, ...pickFor(column) } });
    });
  }
  return proposals;
}

/** Columns that say where in the training a row stands, and are no metrics. */
const PLACES: ReadonlySet<string> = new Set([...STEP_NAMES, 'iter', 'index', 'time', 'timestamp']);

/** Rows that are read to recognize a column of numbers. */
const ROWS = 200;

async function firstRows(
  file: FoundFile,
  separator: string | undefined,
  options: ReadOptions,
): Promise<(readonly string[])[]> {
  const splitter = makeRowSplitter(separator);
  const rows: (readonly string[])[] = [];
  for await (const text of readTextChunks(file, options)) {
    for (const { cells } of splitter.push(text)) rows.push(cells);
    if (rows.length >= ROWS) break;
  }
  if (rows.length < ROWS) for (const { cells } of splitter.rest()) rows.push(cells);
  return rows.slice(0, ROWS);
}

async function fromLogs(request: HarvestRequest, options: ReadOptions): Promise<Proposal[]> {
  const proposals: Proposal[] = [];
  for (const log of ['out', 'err']) {
    const { files: [file] = [] } = found(request, [log]);
    if (file === undefined || file.size > MOST_BYTES) continue;
    const splitter = makeLineSplitter();
    const lines: string[] = [];
    for await (const text of readTextChunks(file, options))
      for (const line of splitter.push(text)) lines.push(line.text);
    for (const line of splitter.rest()) lines.push(line.text);
    for (const { name, pattern } of logPatterns(lines).slice(0, MOST_OF_ONE))
      proposals.push({
        metric: name,
        form: { log: pattern, ...(log === 'out' ? {} : { file: log }), ...pickFor(name) },
      });
  }
  return proposals;
}

function found(request: HarvestRequest, patterns: readonly string[]): Located {
  return locate(request, undefined, { patterns, take: 'all', links: false });
}

/** Files that may be the results of a run, with the path that a rule would have. */
function documents(
  request: HarvestRequest,
  { other }: DiscoverOptions,
  patterns: readonly string[],
): { file: FoundFile; shown: string }[] {
  const { files = [], attempt } = found(request, patterns);
  if (attempt === undefined) return [];
  const prefix = `${attempt.folder}/`;
  return files
    .filter(({ size, path, shown }) => size <= MOST_BYTES && !isOwnFile(request, attempt, shown) && !isCovered(path))
    .map((file) => ({ file, shown: file.shown.startsWith(prefix) ? file.shown.slice(prefix.length) : file.shown }))
    .map(({ file, shown }) => ({ file, shown: shown.startsWith('work/') ? shown.slice('work/'.length) : shown }))
    .map(({ file, shown }) => ({ file, shown: generalizePath(shown, other ? [request, other] : [request]) }));
}

/** The path for every run: what belongs to this one is a `*`, unless that would fit several files of a run. */
function generalizePath(path: string, requests: readonly [HarvestRequest, ...HarvestRequest[]]): string {
  const pattern = starRunValues(path, requests[0]);
  const isAmbiguous = requests.some((request) => (found(request, [pattern]).files ?? []).length > 1);
  return isAmbiguous ? path : pattern;
}

/** What a tracker reads, or what describes the machine. */
function isCovered(path: string): boolean {
  const name = posix.basename(path);
  return (
    OF_TRACKERS.has(name) ||
    name.endsWith('_results.json') ||
    /\/env\/[^/]*$/.test(path) ||
    /\/wandb\/|\/version_\d+\/metrics\.csv$/.test(path)
  );
}

/** `val/acc` → `val_acc`: what one can type without quotes. */
function plainName(key: string): string {
  return key
    .trim()
    .replace(/[^\p{L}\p{M}\p{N}_.]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** `test_acc`, `Test accuracy`, `metrics/test_loss`; not `latest_acc`. */
const OF_TEST = /(?:^|[^\p{L}])test/iu;

/**
 * Of what gets better with more the most, of what gets better with less the least; of what is measured on test data the last
 * value, because the best of many would be chosen by the test data.
 */
function pickFor(name: string): ValueMap {
  const direction = guessDirection(name);
  if (direction === undefined) return {};
  return OF_TEST.test(name) ? { mode: direction } : { pick: direction, mode: direction };
}
