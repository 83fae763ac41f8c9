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
  /** Changes with the record, however little: a deleted checkpoint, another end. */
  readonly stamp: number;
}

// The length of a record is known from its beginning: the rest of it is not read.
const SQL = `SELECT e.key, e.exp_id, e.status, e.template, e.sweep, octet_length(r.record), coalesce(e.ended, 0)
  FROM experiment e JOIN record r ON r.experiment = e.id WHERE e.live = 1`;

/** All live experiments, in no order. */
export function listOutlines(database: DatabaseSync): DiskOutline[] {
  return prepareLists(database, SQL)
    .all()
    .map((row) => {
      const [key, expId, status, template, sweep, length, ended] = listOf(row);
      return {
        key: key as Key,
        expId: expId as ExpId,
        status: status as Status,
        template: (template ?? '') as string,
        sweep: (sweep ?? undefined) as string | undefined,
        stamp: ((ended as number) % ENDS) * LENGTHS + ((length as number) % LENGTHS),
      };
    });
}

/** Together less than 2^53: milliseconds of 12 days, and a MiB. */
const [ENDS, LENGTHS] = [2 ** 30, 2 ** 20];
