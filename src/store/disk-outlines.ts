import type { DatabaseSync } from 'node:sqlite';
import type { ExpId, Key } from '../core/ids.ts';
import type { Status } from '../core/experiment/status.ts';
import { readCounter } from './changes.ts';
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
  /** Version of the view in which its record last changed, however little: a deleted checkpoint, another end. */
  readonly version: number;
}

const SQL = 'SELECT key, exp_id, status, template, sweep, changed, setting FROM experiment WHERE live = 1';

const SAVING = `SELECT id FROM setting WHERE instr(json, '"checkpoint":') > 0`;

/** Live experiments, in no order. @param keys by default all */
export function listOutlines(database: DatabaseSync, keys?: readonly Key[]): DiskOutline[] {
  const { epoch } = readCounter(database);
  const saving = new Set(
    database
      .prepare(SAVING)
      .all()
      .map(({ id }) => id),
  );
  const rows =
    keys === undefined
      ? prepareLists(database, SQL).all()
      : prepareLists(database, `${SQL} AND key IN (SELECT value FROM json_each(?))`).all(JSON.stringify(keys));
  return rows.map((row) => {
    const [key, expId, status, template, sweep, changed, setting] = listOf(row);
    return {
      key: key as Key,
      expId: expId as ExpId,
      status: status as Status,
      template: (template ?? '') as string,
      sweep: (sweep ?? undefined) as string | undefined,
      savesCheckpoints: saving.has(setting ?? null),
      version: epoch + (changed as number),
    };
  });
}
