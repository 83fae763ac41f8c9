import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SheafEvent } from '../core/event.ts';
import type { Frozen } from '../core/experiment.ts';
import type { Key, Token } from '../core/ids.ts';
import type { Harvest } from '../core/metric.ts';
import {
  emptyRecord,
  foldExperiment,
  foldSubmission,
  foldSweep,
  gitStateOf,
  partsOf,
  ranSinceHarvest,
  tagsOf,
  type ExperimentRecord,
  type SubmissionRecord,
  type SweepRecord,
} from '../core/record.ts';
import type { Settings } from '../core/settings.ts';
import { experimentStatus, waitingOnly } from '../core/status.ts';
import { flatten, pointerKeys } from '../core/value.ts';
import { checksum } from '../system/index.ts';
import { prepared } from './sqlite.ts';

/** Experiments held in memory between two writes to the view: bounds memory, not correctness. */
const CACHE_SIZE = 1_024;

interface Made {
  readonly config: Frozen;
  readonly description: string;
  readonly sweep?: string;
}

interface Cached {
  /** Its row, when it has one. */
  readonly id?: number;
  record: ExperimentRecord;
  /** Set when the `created` event was among those folded since the last write. */
  made?: Made;
  /** The values of results have changed. */
  harvested: boolean;
}

/** Folds events into the tables of the view. Call {@link Folder.finish} before the transaction ends. */
export interface Folder {
  fold(event: SheafEvent): void;
  finish(): void;
  /** Events folded so far. */
  readonly count: number;
  /** The highest logical time seen. */
  readonly highestLt: number;
}

export function openFolder(database: DatabaseSync): Folder {
  const experiments = new Map<Key, Cached>();
  const submissions = new Map<Token, SubmissionRecord>();
  const sweeps = new Map<string, SweepRecord>();
  const rows = openRows(database);
  let [count, highestLt] = [0, 0];

  const cached = (key: Key): Cached => {
    let entry = experiments.get(key);
    if (entry === undefined) {
      entry = { ...(rows.find(key) ?? { record: emptyRecord(key) }), harvested: false };
      experiments.set(key, entry);
    }
    return entry;
  };

  const flush = (): void => {
    for (const entry of experiments.values()) rows.save(entry);
    experiments.clear();
    for (const record of submissions.values()) rows.saveSubmission(record);
    submissions.clear();
    for (const record of sweeps.values()) rows.saveSweep(record);
    sweeps.clear();
  };

  return {
    fold: (event) => {
      count += 1;
      highestLt = Math.max(highestLt, event.lt);
      for (const [key, part] of partsOf(event)) {
        const entry = cached(key);
        const before = entry.record.harvest;
        entry.record = foldExperiment(entry.record, part);
        if (entry.record.harvest !== before) entry.harvested = true;
        if (event.type === 'created') {
          const { config, description, sweep } = event;
          entry.made = { config, description, ...(sweep === undefined ? {} : { sweep }) };
        }
      }
      const token = tokenOf(event);
      if (token !== undefined) {
        submissions.set(token, foldSubmission(submissions.get(token) ?? rows.submission(token), event));
      }
      if (event.type === 'swept' || event.type === 'throttled') {
        sweeps.set(event.sweep, foldSweep(sweeps.get(event.sweep) ?? rows.sweep(event.sweep), event));
      }
      if (experiments.size >= CACHE_SIZE) flush();
    },
    finish: flush,
    get count() {
      return count;
    },
    get highestLt() {
      return highestLt;
    },
  };
}

function tokenOf(event: SheafEvent): Token | undefined {
  switch (event.type) {
    case 'submitting':
    case 'submitted':
      return event.token;
    case 'state':
      return event.fact.kind === 'refused' || event.fact.kind === 'given_up' ? event.token : undefined;
    default:
      return undefined;
  }
}

interface Rows {
  find(key: Key): { readonly id: number; readonly record: ExperimentRecord } | undefined;
  save(entry: Cached): void;
  submission(token: Token): SubmissionRecord;
  saveSubmission(record: SubmissionRecord): void;
  sweep(name: string): SweepRecord;
  saveSweep(record: SweepRecord): void;
}

function openRows(database: DatabaseSync): Rows {
  const prepare: Prepare = (sql) => prepared(database, sql);
  const values = openValues(prepare);
  return {
    find: (key) => {
      const row = prepare('SELECT id, record FROM experiment JOIN record ON experiment = id WHERE key = ?').get(key);
      if (row === undefined) return undefined;
      return { id: row['id'] as number, record: JSON.parse(row['record'] as string) as ExperimentRecord };
    },
    save: (entry) => {
      const { record, made, harvested } = entry;
      const id = saveExperiment(prepare, entry);
      prepare('INSERT OR REPLACE INTO record VALUES (?, ?)').run(id, JSON.stringify(record));
      if (made) {
        prepare('INSERT OR REPLACE INTO config VALUES (?, ?)').run(id, JSON.stringify(made.config));
        values.save('params', id, flatten(made.config.params), writtenTexts(made.config.written));
      }
      if (harvested && record.harvest) {
        if (entry.id !== undefined) for (const kind of ['results', 'missing'] as const) values.clear(kind, id);
        const { harvest } = record.harvest.value;
        values.save('results', id, metricValues(harvest));
        values.save('missing', id, missingReasons(harvest));
      }
    },
    submission: (token) => {
      const row = prepare('SELECT record FROM submission WHERE token = ?').get(token);
      return row === undefined ? { token } : (JSON.parse(row['record'] as string) as SubmissionRecord);
    },
    saveSubmission: (record) => {
      // Open: handed over, or about to be, and its job is not known yet.
      const open = record.request !== undefined && record.job === undefined && record.closed === undefined;
      prepare('INSERT OR REPLACE INTO submission VALUES (?, ?, ?, ?)').run(
        record.token,
        open ? 1 : 0,
        record.job?.value.id ?? null,
        JSON.stringify(record),
      );
    },
    sweep: (name) => {
      const row = prepare('SELECT record FROM sweep WHERE name = ?').get(name);
      return row === undefined ? { name, parts: {} } : (JSON.parse(row['record'] as string) as SweepRecord);
    },
    saveSweep: (record) => {
      prepare('INSERT OR REPLACE INTO sweep VALUES (?, ?)').run(record.name, JSON.stringify(record));
    },
  };
}

type Prepare = (sql: string) => StatementSync;

const CHANGING = [
  'live',
  'exp_id',
  'created_stamp',
  'created',
  'user',
  'host',
  'tags',
  'status',
  'cause',
  'stage',
  'archived',
  'token',
  'waiting',
  'submitted',
  'started',
  'ended',
  'git_commit',
  'branch',
  'results',
] as const;
const FROZEN = [
  'template',
  'sweep',
  'description',
  'partition',
  'num_nodes',
  'num_gpus',
  'setting',
  'seeds',
  'setup',
] as const;

function insertSql(columns: readonly string[]): string {
  return `INSERT INTO experiment (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})`;
}

function updateSql(columns: readonly string[]): string {
  return `UPDATE experiment SET ${columns.map((name) => `${name} = :${name}`).join(', ')} WHERE id = :id`;
}

const INSERT_NEW = insertSql(['key', ...CHANGING, ...FROZEN]);
const INSERT_UNMADE = insertSql(['key', ...CHANGING]);
const UPDATE = updateSql(CHANGING);
const UPDATE_NEW = updateSql([...CHANGING, ...FROZEN]);

/** @returns the row's id */
function saveExperiment(prepare: Prepare, { id, record, made }: Cached): number {
  const values = {
    ...changing(record),
    ...(made === undefined ? {} : frozen(made, settingId(prepare, made.config.settings))),
  };
  if (id !== undefined) {
    prepare(made === undefined ? UPDATE : UPDATE_NEW).run({ id, ...values });
    return id;
  }
  const { lastInsertRowid } = prepare(made === undefined ? INSERT_UNMADE : INSERT_NEW).run({
    key: record.key,
    ...values,
  });
  return Number(lastInsertRowid);
}

/** The members of a sweep have the same settings: these are kept, and later read, once. */
function settingId(prepare: Prepare, settings: Settings): number {
  const json = JSON.stringify(settings);
  prepare('INSERT OR IGNORE INTO setting (json) VALUES (?)').run(json);
  return prepare('SELECT id FROM setting WHERE json = ?').get(json)?.['id'] as number;
}

function waitingText(record: ExperimentRecord): string | null {
  const waiting = waitingOnly(record);
  return waiting === undefined ? null : JSON.stringify(waiting);
}

function changing(record: ExperimentRecord): Record<(typeof CHANGING)[number], string | number | null> {
  const { status, cause, stage } = experimentStatus(record);
  const outcome = stage?.outcome;
  const created = record.created;
  const git = gitStateOf(record);
  return {
    live: created !== undefined && record.removed === undefined ? 1 : 0,
    exp_id: record.expId?.value ?? null,
    created_stamp: created?.stamp ?? null,
    created: created?.value.atMs ?? null,
    user: created?.value.user ?? null,
    host: created?.value.host ?? null,
    tags: JSON.stringify(tagsOf(record)),
    status,
    cause: cause ?? null,
    stage: stage?.stage ?? null,
    archived: record.archived?.value === true ? 1 : 0,
    token: stage?.attempt.token?.value ?? null,
    waiting: status === 'queued' ? waitingText(record) : null,
    submitted: stage?.attempt.submittedMs ?? null,
    started: (outcome && 'startedMs' in outcome ? outcome.startedMs : undefined) ?? null,
    ended: (outcome && 'endedMs' in outcome ? outcome.endedMs : undefined) ?? null,
    git_commit: git?.commit ?? null,
    branch: git?.branch ?? null,
    results: record.harvest === undefined ? null : ranSinceHarvest(record) ? 'old' : 'current',
  };
}

function frozen(made: Made, setting: number): Record<(typeof FROZEN)[number], string | number | null> {
  const { partition, num_nodes, num_gpus } = made.config.settings.resources;
  return {
    template: made.config.template,
    sweep: made.sweep ?? null,
    description: made.description,
    partition: partition === undefined ? null : [partition].flat().join(','),
    num_nodes: num_nodes ?? null,
    num_gpus: num_gpus ?? null,
    setting,
    seeds: JSON.stringify(made.config.seeds),
    setup: setupOf(made.config),
  };
}

/** Tells experiments apart that differ in more than seeds. Two that differ may, very rarely, have the same. */
function setupOf({ params, seeds }: Frozen): string {
  const rest = Object.fromEntries(Object.entries(params).filter(([name]) => !seeds.includes(name)));
  return checksum(JSON.stringify(rest));
}

/** How numbers were written, by dotted name. */
function writtenTexts(written: Frozen['written']): ReadonlyMap<string, string> {
  return new Map(Object.entries(written).map(([path, text]) => [pointerKeys(path).join('.'), text]));
}

/** Infinities compare as numbers, NaN is missing; what was found stays in the record. */
const NONFINITE = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity } as const;

function metricValues(harvest: Harvest): [string, unknown][] {
  return Object.entries(harvest.metrics).map(([name, metric]) => [
    name,
    metric.nonfinite === undefined ? metric.value : NONFINITE[metric.nonfinite],
  ]);
}

function missingReasons(harvest: Harvest): [string, string][] {
  return Object.entries(harvest.missing).map(([name, { reason }]) => [name, reason]);
}

type ValueKind = 'params' | 'results' | 'missing';

interface Values {
  /** @param texts how numbers were written, by name, where that is not how they are written here */
  save(
    kind: ValueKind,
    experiment: number,
    values: Iterable<[string, unknown]>,
    texts?: ReadonlyMap<string, string>,
  ): void;
  clear(kind: ValueKind, experiment: number): void;
}

function openValues(prepare: Prepare): Values {
  const fields = {
    params: new Map<string, number>(),
    results: new Map<string, number>(),
    missing: new Map<string, number>(),
  };
  const fieldId = (kind: ValueKind, name: string): number => {
    const known = fields[kind].get(name);
    if (known !== undefined) return known;
    prepare('INSERT OR IGNORE INTO field (kind, name) VALUES (?, ?)').run(kind, name);
    const id = prepare('SELECT id FROM field WHERE kind = ? AND name = ?').get(kind, name)?.['id'] as number;
    fields[kind].set(name, id);
    return id;
  };
  return {
    save: (kind, experiment, values, texts) => {
      const insert = prepare('INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?, ?)');
      for (const [name, value] of values) {
        const field = fieldId(kind, name);
        if (typeof value !== 'number') insert.run(field, experiment, typeOf(value), null, textOf(value));
        else if (Number.isNaN(value)) insert.run(field, experiment, 'null', null, 'nan');
        else insert.run(field, experiment, 'number', value, texts?.get(name) ?? null);
      }
    },
    clear: (kind, experiment) => {
      prepare('DELETE FROM value WHERE experiment = ? AND field IN (SELECT id FROM field WHERE kind = ?)').run(
        experiment,
        kind,
      );
    },
  };
}

function typeOf(value: unknown): 'text' | 'boolean' | 'null' | 'json' {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return value === null ? 'null' : 'json';
}

function textOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  return JSON.stringify(value);
}
