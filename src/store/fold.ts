import type { DatabaseSync } from 'node:sqlite';
import type { SheafEvent } from '../core/experiment/event.ts';
import type { Frozen } from '../core/experiment/experiment.ts';
import type { Key, Token } from '../core/ids.ts';
import {
  arrayIndexOf,
  emptyRecord,
  foldExperiment,
  foldSubmission,
  foldSweep,
  gitStateOf,
  partsOf,
  resultsAge,
  tagsOf,
  type ExperimentRecord,
  type SubmissionRecord,
  type SweepRecord,
} from '../core/experiment/record.ts';
import type { Settings } from '../core/settings/settings.ts';
import { experimentStatus, waitingOnly } from '../core/experiment/status.ts';
import { flatten, type Value } from '../core/value.ts';
import { versionInForce } from '../core/experiment/version.ts';
import { checksum } from '../system/index.ts';
import { finalOf, metricValues, missingReasons, openValues, writtenTexts, type Prepare } from './fold-values.ts';
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
  const settingId = openIds(prepare, 'setting');
  const rulesId = openIds(prepare, 'rule_set');
  return {
    find: (key) => {
      const row = prepare('SELECT id, record FROM experiment JOIN record ON experiment = id WHERE key = ?').get(key);
      if (row === undefined) return undefined;
      return { id: row['id'] as number, record: JSON.parse(row['record'] as string) as ExperimentRecord };
    },
    save: (entry) => {
      const { record, made, harvested } = entry;
      const id = saveExperiment(prepare, entry, { settingId, rulesId });
      prepare('INSERT OR REPLACE INTO record VALUES (?, ?)').run(id, JSON.stringify(record));
      saveVersion(prepare, id, entry, settingId);
      if (made) {
        prepare('INSERT OR REPLACE INTO config VALUES (?, ?)').run(id, JSON.stringify(made.config));
        const { params, written } = made.config;
        prepare('INSERT OR REPLACE INTO param VALUES (?, ?)').run(id, JSON.stringify({ params, written }));
        values.save('params', id, flatten(params), writtenTexts(written));
      }
      if (harvested && record.harvest) {
        if (entry.id !== undefined) for (const kind of ['results', 'missing'] as const) values.clear(kind, id);
        const { harvest } = record.harvest.value;
        values.save('results', id, metricValues(harvest));
        values.save('missing', id, missingReasons(harvest));
        prepare('INSERT OR REPLACE INTO final VALUES (?, ?)').run(id, JSON.stringify(finalOf(harvest)));
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
  'array_index',
  'waiting',
  'submitted',
  'started',
  'ended',
  'git_commit',
  'branch',
  'results',
  'rules',
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

const ALL = [...CHANGING, ...FROZEN] as const;

// Cells by place: SQLite looks up each name of a parameter among all of them.
function insertSql(columns: readonly string[]): string {
  return `INSERT INTO experiment (${columns.join(', ')}, key) VALUES (${'?, '.repeat(columns.length)}?)`;
}

function updateSql(columns: readonly string[]): string {
  return `UPDATE experiment SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`;
}

const INSERT_NEW = insertSql(ALL);
const INSERT_UNMADE = insertSql(CHANGING);
const UPDATE = updateSql(CHANGING);
const UPDATE_NEW = updateSql(ALL);

/** Rows of what many experiments share. */
interface Ids {
  readonly settingId: (settings: Settings) => number;
  readonly rulesId: (rules: object) => number;
}

/** @returns the row's id */
function saveExperiment(prepare: Prepare, { id, record, made }: Cached, { settingId, rulesId }: Ids): number {
  const changed = changing(record, rulesId);
  const cells = CHANGING.map((name) => changed[name]);
  if (made !== undefined) {
    const kept = frozen(made, settingId(made.config.settings));
    for (const name of FROZEN) cells.push(kept[name]);
  }
  if (id !== undefined) {
    prepare(made === undefined ? UPDATE : UPDATE_NEW).run(...cells, id);
    return id;
  }
  const { lastInsertRowid } = prepare(made === undefined ? INSERT_UNMADE : INSERT_NEW).run(...cells, record.key);
  return Number(lastInsertRowid);
}

const UPDATE_VERSION = 'UPDATE experiment SET partition = ?, num_nodes = ?, num_gpus = ?, setting = ? WHERE id = ?';

/** What is asked for follows the version in force; back to the first one when the scheduler refuses the next. */
function saveVersion(
  prepare: Prepare,
  id: number,
  { record, made }: Cached,
  settingId: (settings: Settings) => number,
): void {
  if (!Object.values(record.attempts).some(({ version, facts }) => version ?? facts.deferred?.value.reread)) return;
  const first = made?.config ?? configOf(prepare, id);
  const settings = versionInForce(record)?.settings ?? first?.settings;
  if (settings === undefined) return;
  const { partition, num_nodes, num_gpus } = askedFor(settings);
  prepare(UPDATE_VERSION).run(partition, num_nodes, num_gpus, settingId(settings), id);
}

function configOf(prepare: Prepare, id: number): Frozen | undefined {
  const row = prepare('SELECT config FROM config WHERE experiment = ?').get(id);
  return row && (JSON.parse(row['config'] as string) as Frozen);
}

function askedFor({ resources }: Settings): Record<'partition' | 'num_nodes' | 'num_gpus', string | number | null> {
  const { partition, num_nodes, num_gpus } = resources;
  return {
    partition: partition === undefined ? null : [partition].flat().join(','),
    num_nodes: num_nodes ?? null,
    num_gpus: num_gpus ?? null,
  };
}

/** The members of a sweep have the same settings and rules: these are kept, and later read, once. */
function openIds(prepare: Prepare, table: 'setting' | 'rule_set'): (data: object) => number {
  let last: { readonly json: string; readonly id: number } | undefined;
  return (data) => {
    const json = JSON.stringify(data);
    if (last?.json !== json) {
      prepare(`INSERT OR IGNORE INTO ${table} (json) VALUES (?)`).run(json);
      last = { json, id: prepare(`SELECT id FROM ${table} WHERE json = ?`).get(json)?.['id'] as number };
    }
    return last.id;
  };
}

function waitingText(record: ExperimentRecord): string | null {
  const waiting = waitingOnly(record);
  return waiting === undefined ? null : JSON.stringify(waiting);
}

function changing(
  record: ExperimentRecord,
  rulesId: (rules: object) => number,
): Record<(typeof CHANGING)[number], string | number | null> {
  const { status, cause, stage } = experimentStatus(record);
  const outcome = stage?.outcome;
  const created = record.created;
  const git = gitStateOf(record);
  const age = resultsAge(record);
  const rules = record.harvest?.value.harvest.rules;
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
    array_index: (stage && arrayIndexOf(record, stage.attempt)) ?? null,
    waiting: status === 'queued' ? waitingText(record) : null,
    submitted: stage?.attempt.submittedMs ?? null,
    started: (outcome && 'startedMs' in outcome ? outcome.startedMs : undefined) ?? null,
    ended: (outcome && 'endedMs' in outcome ? outcome.endedMs : undefined) ?? null,
    git_commit: git?.commit ?? null,
    branch: git?.branch ?? null,
    results: age === 'none' ? null : age,
    rules: rules === undefined ? null : rulesId(rules),
  };
}

function frozen(made: Made, setting: number): Record<(typeof FROZEN)[number], string | number | null> {
  return {
    template: made.config.template,
    sweep: made.sweep ?? null,
    description: made.description,
    ...askedFor(made.config.settings),
    setting,
    seeds: JSON.stringify(made.config.seeds),
    setup: setupOf(made.config),
  };
}

/** Tells experiments apart that differ in more than seeds. Two that differ may, very rarely, have the same. */
function setupOf({ params, seeds }: Frozen): number {
  const rest: { [name: string]: Value | undefined } = { ...params };
  // What is undefined is not written; deleting it would take longer than all the rest.
  for (const name of seeds) if (Object.hasOwn(rest, name)) rest[name] = undefined;
  return Number.parseInt(checksum(JSON.stringify(rest)), 16);
}
