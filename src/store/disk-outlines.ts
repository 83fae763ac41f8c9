import type { DatabaseSync } from 'node:sqlite';
import type { ExpId, Key } from '../core/ids.ts';
import type { Status } from '../core/experiment/status.ts';
import { listOf, prepareLists } from './sqlite.ts';

/** An experiment as far as its folder needs it. */
export interface DiskOutline {
  readonly key: Key;
  readonly expId: ExpId;
  readonly status: Status;
  readonly template: string;
  readonly sweep: string | undefined;
  /** Some stage of it says where its checkpoints are. */
  readonly savesCheckpoints: boolean;
  /** Changes with the record, however little: a deleted checkpoint, another end. */
  readonly stamp: number;
}

// The length of a record is known from its beginning: the rest of it is not read.
const SQL = `SELECT e.key, e.exp_id, e.status, e.template, e.sweep, octet_length(r.record), coalesce(e.ended, 0), e.setting
  FROM experiment e JOIN record r ON r.experiment = e.id WHERE e.live = 1`;

const SAVING = `SELECT id FROM setting WHERE instr(json, '"checkpoint":') > 0`;

/** Live experiments, in no order. @param keys by default all */
export function listOutlines(database: DatabaseSync, keys?: readonly Key[]): DiskOutline[] {
  const saving = new Set(
    database
      .prepare(SAVING)
      .all()
      .map(({ id }) => id),
  );
  const rows =
    keys === undefined
      ? prepareLists(database, SQL).all()
      : prepareLists(database, `${SQL} AND e.key IN (SELECT value FROM json_each(?))`).all(JSON.stringify(keys));
  return rows.map((row) => {
    const [key, expId, status, template, sweep, length, ended, setting] = listOf(row);
    return {
      key: key as Key,
      expId: expId as ExpId,
      status: status as Status,
      template: (template ?? '') as string,
      sweep: (sweep ?? undefined) as string | undefined,
      savesCheckpoints: saving.has(setting ?? null),
      stamp: ((ended as number) % ENDS) * LENGTHS + ((length as number) % LENGTHS),
    };
  });
}

/** Together less than 2^53: milliseconds of 12 days, and a MiB. */
const [ENDS, LENGTHS] = [2 ** 30, 2 ** 20];
