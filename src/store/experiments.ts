import type { DatabaseSync } from 'node:sqlite';
import { failure } from '../core/errors.ts';
import type { Frozen } from '../core/experiment/frozen.ts';
import type { ExpId, Key, Token } from '../core/ids.ts';
import { listQueryFields, type Query } from '../core/query/ast.ts';
import type { ExperimentRecord, SubmissionRecord, SweepRecord } from '../core/experiment/record.ts';
import type { Settings } from '../core/settings/settings.ts';
import type { Status, Waiting } from '../core/experiment/status.ts';
import type { Experiment } from '../core/experiment/experiment.ts';
import { getVersionInForce, withVersion } from '../core/experiment/version.ts';
import { prepareOnce } from './sqlite.ts';
import { compileQuery, compileSort, type SqlCondition, type Sort } from './select.ts';

/** Which experiments, in which order. Removed ones are never shown. */
export interface Selection {
  readonly where?: Query;
  readonly sort?: Sort;
  readonly limit?: number;
  /** Only what completed, is not archived, and has results that were never read or are older than its last run. */
  readonly unread?: boolean;
  /** The clock that ages such as `created > 7d` count from. */
  readonly nowMs: number;
}

interface Row {
  key: string;
  exp_id: string;
  created: number;
  user: string;
  host: string;
  description: string;
  sweep: string | null;
  /** Without parameters. */
  config: string;
  param: string;
  record: string;
}

const FROM =
  'experiment e JOIN config c ON c.experiment = e.id JOIN param p ON p.experiment = e.id JOIN record r ON r.experiment = e.id';
const COLUMNS = 'e.key, e.exp_id, e.created, e.user, e.host, e.description, e.sweep, c.config, p.param, r.record';

type Parameters = Pick<Frozen, 'params' | 'written'>;
type MadeWith = Omit<Frozen, keyof Parameters>;

function experimentOf(row: unknown): Experiment {
  const { key, exp_id, created, user, host, description, sweep, config, param, record: text } = row as Row;
  let made: MadeWith | undefined;
  let frozen: Frozen | undefined;
  let parsed: ExperimentRecord | undefined;
  const getMadeWith = (): MadeWith => (made ??= JSON.parse(config) as MadeWith);
  return {
    key: key as Key,
    expId: exp_id as ExpId,
    createdMs: created,
    user,
    host,
    description,
    ...(sweep === null ? {} : { sweep }),
    // Most of an experiment's text, which many readers of its record never look at.
    get config() {
      return (frozen ??= inForce({ ...getMadeWith(), ...(JSON.parse(param) as Parameters) }, this.record));
    },
    get settings() {
      return (getVersionInForce(this.record) ?? getMadeWith()).settings;
    },
    get record() {
      return (parsed ??= JSON.parse(text) as ExperimentRecord);
    },
  };
}

/** The configuration that an experiment has now. */
function inForce(made: Frozen, record: ExperimentRecord): Frozen {
  const version = getVersionInForce(record);
  return version === undefined ? made : withVersion(made, version);
}

const LIGHT =
  'SELECT e.key, e.exp_id, e.sweep, e.setting, e.waiting, CASE WHEN e.waiting IS NULL THEN r.record END AS record FROM experiment e JOIN record r ON r.experiment = e.id';

/**
 * Many experiments: rarely used parts are read on demand, and the settings once for all.
 *
 * @param database the current one: the view may be rebuilt while they are read
 */
function lightExperiments(database: () => DatabaseSync, rows: readonly unknown[]): Experiment[] {
  const [known, origin] = [new Map<number, Settings>(), database()];
  const settingsOf = (id: number): Settings | undefined => {
    // In a rebuilt view, settings have other numbers.
    const settings = known.get(id) ?? (database() === origin ? readSettings(origin, id) : undefined);
    if (settings !== undefined) known.set(id, settings);
    return settings;
  };
  return rows.map((row) => new LightExperiment(database, row as LightRow, settingsOf));
}

function readSettings(database: DatabaseSync, id: number): Settings | undefined {
  const row = prepareOnce(database, 'SELECT json FROM setting WHERE id = ?').get(id);
  return row && (JSON.parse(row['json'] as string) as Settings);
}

interface LightRow extends Pick<Row, 'key' | 'exp_id' | 'sweep'> {
  record: string | null;
  setting: number;
  waiting: string | null;
}

class LightExperiment implements Experiment {
  readonly key: Key;
  readonly expId: ExpId;
  readonly sweep?: string;
  readonly waiting?: Waiting;
  readonly #record: string | null;
  #parsed: ExperimentRecord | undefined;
  readonly #database: () => DatabaseSync;
  readonly #setting: number;
  readonly #settingsOf: (id: number) => Settings | undefined;
  #whole: Experiment | undefined;

  constructor(database: () => DatabaseSync, row: LightRow, settingsOf: (id: number) => Settings | undefined) {
    this.key = row.key as Key;
    this.expId = row.exp_id as ExpId;
    if (row.sweep !== null) this.sweep = row.sweep;
    if (row.waiting !== null) this.waiting = JSON.parse(row.waiting) as Waiting;
    this.#record = row.record;
    this.#database = database;
    this.#setting = row.setting;
    this.#settingsOf = settingsOf;
  }

  get record(): ExperimentRecord {
    this.#parsed ??= this.#record === null ? this.#rest.record : (JSON.parse(this.#record) as ExperimentRecord);
    return this.#parsed;
  }

  get settings(): Settings {
    return this.#settingsOf(this.#setting) ?? this.#rest.settings;
  }

  get createdMs(): number {
    return this.#rest.createdMs;
  }

  get user(): string {
    return this.#rest.user;
  }

  get host(): string {
    return this.#rest.host;
  }

  get description(): string {
    return this.#rest.description;
  }

  get config(): Frozen {
    return this.#rest.config;
  }

  get #rest(): Experiment {
    if (this.#whole === undefined) {
      const row = prepareOnce(this.#database(), `SELECT ${COLUMNS} FROM ${FROM} WHERE e.key = ?`).get(this.key);
      if (row === undefined) throw makeRemovedError(this.expId);
      this.#whole = experimentOf(row);
    }
    return this.#whole;
  }
}

export function makeRemovedError(expId: ExpId): Error {
  return failure('experiment.gone', `${expId} disappeared from the record while it was read`, {
    why: 'the journal has been replaced by an older or another one',
    fix: 'run the command again',
  });
}

/** By name; where two hold one name (which claims prevent), the older one. */
export function findByName(database: DatabaseSync, expId: string): Experiment | undefined {
  const row = prepareOnce(
    database,
    `SELECT ${COLUMNS} FROM ${FROM} WHERE exp_id = ? AND live = 1 ORDER BY created_stamp LIMIT 1`,
  ).get(expId);
  return row === undefined ? undefined : experimentOf(row);
}

/** The experiments with checkpoints that have a name. */
export function selectPinned(database: DatabaseSync): Experiment[] {
  const rows = prepareOnce(
    database,
    `SELECT ${COLUMNS} FROM ${FROM} WHERE e.pins IS NOT NULL AND e.live = 1 ORDER BY +e.created, e.key`,
  ).all();
  return rows.map(experimentOf);
}

/** The experiments that start from a checkpoint of this one. */
export function selectStartedFrom(database: DatabaseSync, key: Key): Experiment[] {
  const rows = prepareOnce(
    database,
    `SELECT ${COLUMNS} FROM ${FROM} WHERE e.start_key = ? AND e.live = 1 ORDER BY e.created, e.key`,
  ).all(key);
  return rows.map(experimentOf);
}

/** The names of {@link selectStartedFrom}, without the rest of them. */
export function selectNamesStartedFrom(database: DatabaseSync, key: Key): ExpId[] {
  const rows = prepareOnce(
    database,
    'SELECT exp_id FROM experiment WHERE start_key = ? AND live = 1 ORDER BY created, key',
  ).all(key);
  return rows.map((row) => row['exp_id'] as ExpId);
}

/** {@link findByName} for many, in their order; those that do not exist are left out. */
export function findAllByName(database: DatabaseSync, expIds: readonly ExpId[]): Map<ExpId, Experiment> {
  const rows = prepareOnce(
    database,
    `SELECT ${COLUMNS} FROM json_each(?) chosen CROSS JOIN ${FROM}
     WHERE e.exp_id = chosen.value AND e.live = 1 ORDER BY chosen.key, e.created_stamp DESC`,
  ).all(JSON.stringify(expIds));
  // Of two with one name, the older one comes last and replaces the other.
  return new Map(rows.map(experimentOf).map((experiment) => [experiment.expId, experiment]));
}

/** By key, removed ones too: for judging claims. */
export function findByKey(
  database: DatabaseSync,
  key: Key,
): { readonly live: boolean; readonly expId: ExpId | null } | undefined {
  const row = prepareOnce(database, 'SELECT live, exp_id FROM experiment WHERE key = ? AND created IS NOT NULL').get(
    key,
  );
  return row === undefined ? undefined : { live: row['live'] === 1, expId: row['exp_id'] as ExpId | null };
}

/** Experiments read at a time: between two readings nothing is locked, and others may change the view. */
const BATCH_SIZE = 200;

/** Chooses at once, then reads on demand: leaves out experiments that have been removed since. */
export function* select(database: () => DatabaseSync, selection: Selection): Generator<Experiment> {
  for (const keys of selectKeyBatches(database(), selection)) yield* readBatch(database(), keys);
}

/** All keys are chosen at once. */
export function* selectKeyBatches(database: DatabaseSync, selection: Selection): Generator<readonly Key[]> {
  const keys = selectKeys(database, selection);
  for (let start = 0; start < keys.length; start += BATCH_SIZE) yield keys.slice(start, start + BATCH_SIZE);
}

function selectKeys(database: DatabaseSync, selection: Selection): Key[] {
  const { sort, limit } = selection;
  const condition = conditionOf(selection);
  const order = compileSort(sort);
  return database
    .prepare(
      `SELECT e.key FROM experiment e ${order.join} WHERE e.live = 1 AND ${condition.sql}
       ORDER BY ${order.by} LIMIT ?`,
    )
    .all(...order.values, ...condition.values, limit ?? -1)
    .map((row) => row['key'] as Key);
}

export function readBatch(database: DatabaseSync, keys: readonly Key[]): Experiment[] {
  return database
    .prepare(
      `SELECT ${COLUMNS} FROM json_each(?) chosen CROSS JOIN ${FROM}
       WHERE e.key = chosen.value AND e.live = 1 ORDER BY chosen.key`,
    )
    .all(JSON.stringify(keys))
    .map(experimentOf);
}

export function count(database: DatabaseSync, selection: Selection): number {
  const { from, condition, number } = countedFrom(selection);
  const sql = `SELECT coalesce(sum(${number}), 0) AS n FROM ${from} WHERE ${condition.sql}`;
  return database.prepare(sql).get(...condition.values)?.['n'] as number;
}

/** The templates of the chosen experiments, each once. */
export function selectTemplates(database: DatabaseSync, selection: Selection): string[] {
  const { from, condition } = countedFrom(selection);
  const rows = database
    .prepare(`SELECT DISTINCT e.template FROM ${from} WHERE ${condition.sql}`)
    .all(...condition.values);
  return rows.map((row) => row['template'] as string);
}

/** SQLite would rather look at all that are shown. */
const UNREAD = `experiment INDEXED BY experiment_unread
  WHERE live = 1 AND archived = 0 AND status = 'completed' AND results IS NOT 'current'`;

/** SQL for what a selection chooses. */
export function conditionOf({ where, unread, nowMs }: Selection): SqlCondition {
  const chosen = compileQuery(where, nowMs);
  return unread ? { sql: `e.id IN (SELECT id FROM ${UNREAD}) AND ${chosen.sql}`, values: chosen.values } : chosen;
}

/** Experiments that `unread` chooses: how many, and a stamp that other ones hardly have. */
export function unread(database: DatabaseSync): { readonly count: number; readonly stamp: string } {
  const row = database.prepare(`SELECT count(*) AS n, total(id) AS ids FROM ${UNREAD}`).get();
  const count = row?.['n'] as number;
  return { count, stamp: `${count}-${String(row?.['ids'])}` };
}

/** Fields that `tally` has. */
const COUNTED: ReadonlySet<string> = new Set(['template', 'status', 'archived']);

/** Whether it asks for no more than the view counts anyway. */
function isCounted(where: Query | undefined): boolean {
  return where === undefined || listQueryFields(where).every((field) => COUNTED.has(field));
}

/** Where to count experiments, without a look at each of them if it can be. */
function countedFrom(selection: Selection): { from: string; number: string; condition: SqlCondition } {
  const { sql, values } = conditionOf(selection);
  return isCounted(selection.where) && !selection.unread
    ? { from: 'tally e', number: 'e.n', condition: { sql: `e.n > 0 AND ${sql}`, values } }
    : { from: 'experiment e', number: '1', condition: { sql: `e.live = 1 AND ${sql}`, values } };
}

/** Experiments that were harvested by the same versions of the same rules. */
export interface HarvestedAlike {
  readonly template: string;
  /** By the name of the rule. */
  readonly rules: { readonly [rule: string]: string };
  /** Reads their names. */
  readonly expIds: () => readonly ExpId[];
}

/**
 * The chosen experiments by what they were harvested with; leaves out those where that is unknown. Names are read
 * on demand.
 */
export function groupHarvestedAlike(database: DatabaseSync, selection: Selection): HarvestedAlike[] {
  const { where, sort, limit = -1, nowMs } = selection;
  const chosen = compileQuery(where, nowMs);
  const order = compileSort(sort);
  const rows = `SELECT e.exp_id, e.template, e.rules FROM experiment e ${order.join}
    WHERE e.live = 1 AND ${chosen.sql} ORDER BY ${order.by} LIMIT ?`;
  const values = [...order.values, ...chosen.values, limit];
  const { from, condition } = isCounted(where)
    ? countedFrom(selection)
    : { from: `(${rows}) e`, condition: { sql: 'TRUE', values } };
  const groups = database
    .prepare(
      `SELECT DISTINCT e.template, e.rules, s.json FROM ${from} JOIN rule_set s ON s.id = e.rules
       WHERE ${condition.sql} ORDER BY e.rules DESC, e.template`,
    )
    .all(...condition.values);
  const named = `SELECT exp_id FROM (${rows}) WHERE template = ? AND rules = ?`;
  return groups.map(({ template = null, rules = null, json }) => ({
    template: template as string,
    rules: JSON.parse(json as string) as HarvestedAlike['rules'],
    expIds: () =>
      database
        .prepare(named)
        .all(...values, template, rules)
        .map((row) => row['exp_id'] as ExpId),
  }));
}

/** How many experiments there are of each status, archived ones left out. */
export function countByStatus(database: DatabaseSync): { readonly [status: string]: number } {
  const rows = database
    .prepare('SELECT status, sum(n) AS n FROM tally WHERE archived = 0 AND n > 0 GROUP BY status')
    .all();
  return Object.fromEntries(rows.map((row) => [row['status'], row['n'] as number]));
}

export function hasActive(database: DatabaseSync): boolean {
  const sql = "SELECT 1 FROM experiment WHERE live = 1 AND status IN ('queued', 'running') LIMIT 1";
  return database.prepare(sql).get() !== undefined;
}

/** Experiments with an attempt that may have a job. */
export function selectActive(database: () => DatabaseSync): Experiment[] {
  const rows = database().prepare(`${LIGHT} WHERE live = 1 AND status IN ('queued', 'running') ORDER BY id`).all();
  return lightExperiments(database, rows);
}

/** Experiments with a deferred attempt, as their records say. */
export function selectDeferred(database: () => DatabaseSync): Experiment[] {
  const rows = database()
    .prepare(
      `${LIGHT} WHERE live = 1 AND status IN ('queued', 'running') AND instr(record, '"deferred":') > 0 ORDER BY id`,
    )
    .all();
  return lightExperiments(database, rows);
}

/** The status of each of these, or of all that are active. */
export function selectStatuses(
  database: DatabaseSync,
  keys?: readonly Key[],
): Map<Key, { expId: ExpId; status: Status }> {
  const columns = 'SELECT experiment.key, exp_id, status FROM';
  const rows =
    keys === undefined
      ? database.prepare(`${columns} experiment WHERE live = 1 AND status IN ('queued', 'running') ORDER BY id`).all()
      : database
          .prepare(
            `${columns} json_each(?) chosen CROSS JOIN experiment WHERE experiment.key = chosen.value AND live = 1`,
          )
          .all(JSON.stringify(keys));
  return new Map(
    rows.map((row) => [row['key'] as Key, { expId: row['exp_id'] as ExpId, status: row['status'] as Status }]),
  );
}

/**
 * Those and the ones of which more may be learned although they count as failed.
 *
 * @param endedSinceMs also any that had a job and ended since then
 */
export function selectWatched(database: () => DatabaseSync, sinceMs: number, endedSinceMs: number): Experiment[] {
  const rows = database()
    .prepare(
      `${LIGHT} WHERE live = 1 AND e.id IN (
       SELECT id FROM experiment WHERE status IN ('queued', 'running')
       UNION ALL SELECT id FROM experiment
         WHERE ended >= ? AND status = 'failed' AND cause IN ('lost', 'node_fail', 'preempted')
       UNION ALL SELECT id FROM experiment
         WHERE ended >= ? AND status IN ('failed', 'completed', 'cancelled', 'stopped') AND token IS NOT NULL) ORDER BY id`,
    )
    .all(sinceMs, endedSinceMs);
  return lightExperiments(database, rows);
}

/** Those with an attempt that runs, or ended since then, oldest first. */
export function selectRanSince(database: () => DatabaseSync, sinceMs: number): Experiment[] {
  const rows = database()
    .prepare(
      `${LIGHT} WHERE live = 1 AND e.id IN (
       SELECT id FROM experiment WHERE status IN ('queued', 'running') AND status = 'running'
       UNION SELECT id FROM experiment INDEXED BY experiment_by_last_end WHERE last_end >= ?) ORDER BY id`,
    )
    .all(sinceMs);
  return lightExperiments(database, rows);
}

/** At most `limit` experiments that failed after `sinceMs`, newest first, without archived ones. */
export function selectFailedSince(database: () => DatabaseSync, sinceMs: number, limit: number): Experiment[] {
  // The "+" keeps SQLite from the indexes by age: few experiments ended lately.
  const rows = database()
    .prepare(
      `${LIGHT} WHERE +e.live = 1 AND +e.archived = 0 AND e.ended > ? AND e.status = 'failed'
       ORDER BY +e.created DESC, e.id DESC LIMIT ?`,
    )
    .all(sinceMs, limit);
  return lightExperiments(database, rows);
}

/** What failed since then and may have rules for what to try again, oldest first. */
export function selectFailedWithRules(database: () => DatabaseSync, sinceMs: number): Experiment[] {
  const rows = database()
    .prepare(
      `${LIGHT} WHERE e.live = 1 AND e.ended >= ? AND e.status = 'failed' AND e.setting IN (
       SELECT id FROM setting WHERE instr(json, '"retry":') > 0 OR instr(json, '"requeue":{') > 0)
       ORDER BY e.ended, e.id`,
    )
    .all(sinceMs);
  return lightExperiments(database, rows);
}

export function selectSubmission(database: DatabaseSync, token: Token): SubmissionRecord | undefined {
  const row = prepareOnce(database, 'SELECT record FROM submission WHERE token = ?').get(token);
  return row === undefined ? undefined : (JSON.parse(row['record'] as string) as SubmissionRecord);
}

/** Submissions of which it is not known whether the scheduler took them. */
export function openSubmissions(database: DatabaseSync): SubmissionRecord[] {
  return database
    .prepare('SELECT record FROM submission WHERE open = 1')
    .all()
    .map((row) => JSON.parse(row['record'] as string) as SubmissionRecord);
}

export function selectSweep(database: DatabaseSync, name: string): SweepRecord | undefined {
  const row = database.prepare('SELECT record FROM sweep WHERE name = ?').get(name);
  return row === undefined ? undefined : (JSON.parse(row['record'] as string) as SweepRecord);
}

/** The names of sweeps that go on by themselves. */
export function selectAdaptiveSweeps(database: DatabaseSync): string[] {
  return database
    .prepare(
      `SELECT name FROM sweep
       WHERE instr(record, '"search":') > 0 AND json_extract(record, '$.search.value.metric') IS NOT NULL ORDER BY name`,
    )
    .all()
    .map((row) => row['name'] as string);
}

/** Names of experiments, newest first: for completion and suggestions. */
export function selectRecentNames(database: DatabaseSync, limit: number): string[] {
  return database
    .prepare('SELECT exp_id FROM experiment WHERE live = 1 ORDER BY created DESC, id DESC LIMIT ?')
    .all(limit)
    .map((row) => row['exp_id'] as string);
}

/** Names of sweeps, parameters or results that occur; a result occurs, too, where a harvest looked for it and found none. */
export function selectKnownNames(database: DatabaseSync, kind: 'params' | 'results' | 'sweeps'): string[] {
  const rows =
    kind === 'sweeps'
      ? database.prepare('SELECT name FROM sweep ORDER BY name').all()
      : database
          .prepare(
            `SELECT DISTINCT name FROM field WHERE kind IN (?, ?)
             AND EXISTS (SELECT 1 FROM value WHERE value.field = field.id) ORDER BY name`,
          )
          .all(kind, kind === 'results' ? 'missing' : kind);
  return rows.map((row) => row['name'] as string);
}

/** Names that two experiments hold: claims prevent it, so that only damage can bring it about. */
export function selectDoubledNames(database: DatabaseSync): { readonly expId: string; readonly keys: string[] }[] {
  return database
    .prepare(
      `SELECT exp_id, json_group_array(key) AS keys FROM experiment WHERE live = 1
       GROUP BY exp_id HAVING count(*) > 1`,
    )
    .all()
    .map((row) => ({ expId: row['exp_id'] as string, keys: JSON.parse(row['keys'] as string) as string[] }));
}
