import type { DatabaseSync } from 'node:sqlite';
import type { Frozen } from '../core/experiment/frozen.ts';
import {
  makeEmptyRecord,
  type ExperimentRecord,
  type SubmissionRecord,
  type SweepRecord,
} from '../core/experiment/record.ts';
import type { Key, Token } from '../core/ids.ts';
import { flatten } from '../core/value.ts';
import {
  buildChangingCells,
  EXPERIMENT_ROW,
  buildFrozenCells,
  toMade,
  NOT_MADE,
  findSettingsInForce,
  UPDATE_ALL,
  UPDATE_CHANGING,
  UPDATE_VERSION,
  buildVersionCells,
  type Counted,
  type Made,
  type MakingEvent,
} from './experiment-row.ts';
import { toFinal, listMetricValues, listMissingReasons, openValues, collectWrittenTexts } from './fold-values.ts';
import { openBulkInsert, prepareOnce, type BulkInsert } from './sqlite.ts';
import { markChanged } from './changes.ts';
import { openExperimentCounts } from './experiment-counts.ts';

/** An experiment in memory, with what was folded since it was read. */
export interface Folding {
  readonly id: number;
  /** As it is in the view; absent when it is new. */
  readonly stored?: Counted & { readonly hasResults: boolean };
  record: ExperimentRecord;
  /** Set when the `created` event was among those folded. */
  made?: Made;
  /** The values of results have changed. */
  harvested: boolean;
}

/** Reads and writes records in the tables of the view. */
export interface Rows {
  /** The experiment of this key, which may be new. */
  find(key: Key): Folding;
  /** Writes the configuration of an experiment at once: many of them would fill the memory. */
  make(id: number, event: MakingEvent): Made;
  /** Each experiment at most once. Their values wait for {@link finish}. */
  save(experiments: Iterable<Folding>): void;
  submission(token: Token): SubmissionRecord;
  saveSubmissions(records: Iterable<SubmissionRecord>): void;
  sweep(name: string): SweepRecord;
  saveSweeps(records: Iterable<SweepRecord>): void;
  /** Writes what waits. */
  finish(): void;
}

/** @param change the number that each row gets that is written, see {@link beginChange} */
export function openRows(database: DatabaseSync, change: number): Rows {
  const values = openValues(database);
  const counts = openExperimentCounts(database);
  const settingId = openIds(database, 'setting');
  const rulesId = openIds(database, 'rule_set');
  const withJob = new Set<Key>();
  const experiments = openBulkInsert(database, EXPERIMENT_ROW.into, EXPERIMENT_ROW.row);
  const [records, configs, params, finals] = ['record', 'config', 'param', 'final'].map((table) =>
    openBulkInsert(database, `INSERT OR REPLACE INTO ${table}`, '(?, ?)'),
  ) as [BulkInsert, BulkInsert, BulkInsert, BulkInsert];
  const submissions = openBulkInsert(database, 'INSERT OR REPLACE INTO submission', '(?, ?, ?, ?)');
  const found = prepareOnce(
    database,
    `SELECT id, live, coalesce(template, '') AS template, status, archived, coalesce(rules, 0) AS rules, record
     FROM experiment JOIN record ON experiment = id WHERE key = ?`,
  );
  const last = prepareOnce(database, 'SELECT coalesce(max(id), 0) AS id FROM experiment').get()?.['id'];
  let nextId = Number(last) + 1;

  const saveRow = ({ id, stored, record, made }: Folding): void => {
    const { cells, counted } = buildChangingCells(record, rulesId);
    counts.move(stored, { ...counted, template: made?.template ?? stored?.template ?? '' });
    const kept = made === undefined ? NOT_MADE : buildFrozenCells(made, record, settingId);
    if (stored === undefined) experiments.add(id, record.key, change, ...cells, ...kept);
    else if (made !== undefined) prepareOnce(database, UPDATE_ALL).run(change, ...cells, ...kept, id);
    else {
      prepareOnce(database, UPDATE_CHANGING).run(change, ...cells, id);
      saveVersion(id, record);
    }
  };

  /** Back to the first settings when the scheduler refuses the next ones. */
  const saveVersion = (id: number, record: ExperimentRecord): void => {
    if (!Object.values(record.attempts).some(({ version, facts }) => version ?? facts.deferred?.value.reread)) return;
    const row = prepareOnce(database, 'SELECT config FROM config WHERE experiment = ?').get(id);
    if (row === undefined) return;
    const { settings } = JSON.parse(row['config'] as string) as Pick<Frozen, 'settings'>;
    prepareOnce(database, UPDATE_VERSION).run(
      change,
      ...buildVersionCells(findSettingsInForce(record, settings), settingId),
      id,
    );
  };

  const saveOne = (entry: Folding): void => {
    const { id, record, harvested } = entry;
    saveRow(entry);
    records.add(id, JSON.stringify(record));
    if (!harvested || record.harvest === undefined) return;
    const { harvest } = record.harvest.value;
    values.save('results', id, listMetricValues(harvest));
    values.save('missing', id, listMissingReasons(harvest));
    finals.add(id, JSON.stringify(toFinal(harvest)));
  };

  return {
    find: (key) => {
      const row = found.get(key);
      if (row === undefined) {
        const id = nextId;
        nextId += 1;
        return { id, record: makeEmptyRecord(key), harvested: false };
      }
      const { id, record: text, ...counted } = row as unknown as Counted & { id: number; record: string };
      const record = JSON.parse(text) as ExperimentRecord;
      return { id, stored: { ...counted, hasResults: record.harvest !== undefined }, record, harvested: false };
    },
    make: (id, event) => {
      const { params: own, written, ...rest } = event.config;
      configs.add(id, JSON.stringify(rest));
      params.add(id, JSON.stringify({ params: own, written }));
      values.save('params', id, flatten(own), collectWrittenTexts(written));
      return toMade(event);
    },
    save: (entries) => {
      const all = [...entries];
      for (const { id, stored, harvested } of all) {
        if (harvested && stored?.hasResults) for (const kind of ['results', 'missing'] as const) values.clear(kind, id);
      }
      for (const entry of all) saveOne(entry);
      for (const bulk of [experiments, records, configs, params, finals]) bulk.flush();
    },
    submission: (token) => {
      const row = prepareOnce(database, 'SELECT record FROM submission WHERE token = ?').get(token);
      return row === undefined ? { token } : (JSON.parse(row['record'] as string) as SubmissionRecord);
    },
    saveSubmissions: (all) => {
      for (const record of all) {
        // Open: submitted, or about to be, and its job is not known yet.
        const open = record.request !== undefined && record.job === undefined && record.closed === undefined;
        submissions.add(record.token, open ? 1 : 0, record.job?.value.id ?? null, JSON.stringify(record));
        // The event with the job names no experiment, yet each member shows its job.
        if (record.job !== undefined) for (const { key } of record.request?.value.members ?? []) withJob.add(key);
      }
      submissions.flush();
    },
    sweep: (name) => {
      const row = prepareOnce(database, 'SELECT record FROM sweep WHERE name = ?').get(name);
      return row === undefined ? { name, parts: {} } : (JSON.parse(row['record'] as string) as SweepRecord);
    },
    saveSweeps: (all) => {
      const save = prepareOnce(database, 'INSERT OR REPLACE INTO sweep VALUES (?, ?)');
      for (const record of all) save.run(record.name, JSON.stringify(record));
    },
    finish: () => {
      markChanged(database, change, withJob);
      values.flush();
      counts.flush();
    },
  };
}

/** The members of a sweep have the same settings and rules: these are kept, and later read, once. */
function openIds(database: DatabaseSync, table: 'setting' | 'rule_set'): (data: object) => number {
  let last: { readonly json: string; readonly id: number } | undefined;
  return (data) => {
    const json = JSON.stringify(data);
    if (last?.json !== json) {
      prepareOnce(database, `INSERT OR IGNORE INTO ${table} (json) VALUES (?)`).run(json);
      const row = prepareOnce(database, `SELECT id FROM ${table} WHERE json = ?`).get(json);
      last = { json, id: row?.['id'] as number };
    }
    return last.id;
  };
}
