import type { DatabaseSync } from 'node:sqlite';
import type { Cause } from '../core/experiment/cause.ts';
import type { Status } from '../core/experiment/status.ts';
import type { ExpId, Key } from '../core/ids.ts';
import { nowMs } from '../system/index.ts';
import { asOfOneMoment, prepareOnce, type SqlValue } from './sqlite.ts';

/**
 * What changed in the view since a version of it. Versions are whole numbers that only grow, also when the view is
 * rebuilt or made again: each begins an epoch at a number that is higher than any before.
 */
export type Changes =
  | {
      readonly kind: 'changes';
      readonly version: number;
      /** Of the experiments that were made, changed or removed, each once. */
      readonly keys: readonly Key[];
    }
  /** The view was rebuilt since, or more changed than is listed: whatever was read before is to be read again. */
  | { readonly kind: 'reset'; readonly version: number };

/** A reader that is further behind reads everything again. */
const MOST_LISTED = 10_000;

/** Changes that one millisecond has room for, so that no epoch reaches the next one. */
const CHANGES_PER_MS = 1_000;

/** The version of the view is the sum of both; that of a row, the sum of `epoch` and its `changed`. */
interface Counter {
  readonly epoch: number;
  readonly changes: number;
}

export function readCounter(database: DatabaseSync): Counter {
  return prepareOnce(database, 'SELECT epoch, changes FROM version').get() as unknown as Counter;
}

/** The version of what the view shows now. */
export function readVersion(database: DatabaseSync): number {
  const { epoch, changes } = readCounter(database);
  return epoch + changes;
}

/** For tables that were just made. @param before the version of those that they replace, 0 if it is unknown */
export function beginEpoch(database: DatabaseSync, before: number): void {
  const epoch = Math.max(before + 1, nowMs() * CHANGES_PER_MS);
  database.prepare('INSERT INTO version VALUES (?, 0)').run(epoch);
}

/** The number of the change that this transaction makes. Rows have the number alone: it takes less space than a version. */
export function beginChange(database: DatabaseSync): number {
  return readCounter(database).changes + 1;
}

export function endChange(database: DatabaseSync, change: number): void {
  database.prepare('UPDATE version SET changes = ?').run(change);
}

/** Says that experiments changed whose rows are not written. In the first change of an epoch, all are. */
export function markChanged(database: DatabaseSync, change: number, changed: ReadonlySet<Key>): void {
  if (change === 1 || changed.size === 0) return;
  const keys = JSON.stringify([...changed]);
  prepareOnce(
    database,
    `UPDATE experiment SET changed = :change
     WHERE key IN (SELECT value FROM json_each(:keys)) AND changed < :change`,
  ).run({ change, keys });
}

/** Whether rows have the same ids now as at this version, which may be of any view. */
export function isOfEpoch(database: DatabaseSync, version: number): boolean {
  const { epoch, changes } = readCounter(database);
  return epoch <= version && version <= epoch + changes;
}

/** A text for some experiments that is another one as soon as one of them changed. */
export function readStamp(database: DatabaseSync, keys: readonly Key[]): string {
  const rows = prepareOnce(
    database,
    'SELECT key, changed FROM experiment WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key',
  ).all(JSON.stringify(keys));
  return JSON.stringify([readCounter(database).epoch, ...rows.map((row) => [row['key'], row['changed']])]);
}

export function selectChanges(database: DatabaseSync, since: number): Changes {
  const version = readVersion(database);
  if (!isOfEpoch(database, since)) return { kind: 'reset', version };
  const rows = prepareOnce(database, 'SELECT key FROM experiment WHERE changed > ? ORDER BY changed LIMIT ?').all(
    since - readCounter(database).epoch,
    MOST_LISTED + 1,
  );
  if (rows.length > MOST_LISTED) return { kind: 'reset', version };
  return { kind: 'changes', version, keys: rows.map((row) => row['key'] as Key) };
}

/** One experiment to which something happened. */
export interface ActivityLine {
  readonly key: Key;
  readonly expId: ExpId;
  readonly template: string;
  readonly sweep?: string;
  readonly status: Status;
  readonly cause?: Cause;
  /** When it happened, milliseconds since 1970. */
  readonly atMs: number;
}

/** Experiments to which the same happened since then. */
export interface ActivityList {
  readonly total: number;
  /** The newest, at most as many as were asked for. */
  readonly newest: readonly ActivityLine[];
}

/** What happened since a time. Archived experiments are left out. An experiment may be in several lists. */
export interface Activity {
  /** Those whose newest attempt completed, failed, was cancelled or was stopped. */
  readonly ended: ActivityList & {
    readonly counts: readonly { readonly status: Status; readonly cause?: Cause; readonly count: number }[];
    /** How many members of each sweep completed. */
    readonly sweeps: readonly { readonly sweep: string; readonly count: number }[];
  };
  /** Those whose newest attempt began, and perhaps ended. */
  readonly started: ActivityList;
  readonly made: ActivityList;
}

const SHOWN = '+live = 1 AND +archived = 0';
/** Only what ended since then, and what has not, can have begun since then: `started` needs no index. */
const STARTED = `id IN (
  SELECT id FROM experiment INDEXED BY experiment_by_end WHERE ended >= :since
  UNION ALL SELECT id FROM experiment WHERE status IN ('queued', 'running')) AND started >= :since`;
const HAPPENED = {
  ended: `ended >= :since AND status IN ('completed', 'failed', 'cancelled', 'stopped')`,
  started: STARTED,
  created: 'created >= :since',
};

/**
 * @param sinceMs milliseconds since 1970
 * @param limit of each list
 */
export function selectActivity(database: DatabaseSync, sinceMs: number, limit: number): Activity {
  return asOfOneMoment(database, () => {
    const listOf = (what: keyof typeof HAPPENED, total: number): ActivityList => ({
      total,
      newest: database
        .prepare(
          `SELECT key, exp_id, template, sweep, status, cause, ${what} AS at FROM experiment
           WHERE ${HAPPENED[what]} AND ${SHOWN} ORDER BY ${what} DESC, id DESC LIMIT :limit`,
        )
        .all({ since: sinceMs, limit })
        .map(toActivityLine),
    });
    const count = (what: keyof typeof HAPPENED): number =>
      database
        .prepare(`SELECT count(*) AS n FROM experiment WHERE ${HAPPENED[what]} AND ${SHOWN}`)
        .get({ since: sinceMs })?.['n'] as number;
    const counts = database
      .prepare(
        `SELECT status, cause, count(*) AS n FROM experiment
         WHERE ${HAPPENED.ended} AND ${SHOWN} GROUP BY status, cause ORDER BY n DESC`,
      )
      .all({ since: sinceMs })
      .map(({ status, cause, n }) => ({
        status: status as Status,
        ...(cause === null ? {} : { cause: cause as Cause }),
        count: n as number,
      }));
    const sweeps = database
      .prepare(
        `SELECT sweep, count(*) AS n FROM experiment
         WHERE ${HAPPENED.ended} AND status = 'completed' AND sweep IS NOT NULL AND ${SHOWN} GROUP BY sweep`,
      )
      .all({ since: sinceMs })
      .map(({ sweep, n }) => ({ sweep: sweep as string, count: n as number }));
    const ended = counts.reduce((sum, each) => sum + each.count, 0);
    return {
      ended: { ...listOf('ended', ended), counts, sweeps },
      started: listOf('started', count('started')),
      made: listOf('created', count('created')),
    };
  });
}

function toActivityLine(row: Record<string, SqlValue>): ActivityLine {
  const { key, exp_id: expId, template, sweep, status, cause, at } = row;
  return {
    key: key as Key,
    expId: expId as ExpId,
    template: template as string,
    ...(sweep === null ? {} : { sweep: sweep as string }),
    status: status as Status,
    ...(cause === null ? {} : { cause: cause as Cause }),
    atMs: at as number,
  };
}
