import type { DatabaseSync } from 'node:sqlite';
import type { Key } from '../core/ids.ts';
import { readVersion } from './changes.ts';
import { conditionOf, type Selection } from './experiments.ts';
import { AGE_STEP_MS, openPageTable, type PageTable } from './pages.ts';
import { asOfOneMoment } from './sqlite.ts';
import { openTable, type Tabulation } from './tabulate.ts';

/** Reads experiments by their rows in the view, see {@link Outline.row}. */
export interface RowReader {
  /** The version of the view. */
  readonly version: number;
  /** These rows, in this order. */
  readonly open: (rows: Iterable<number>) => PageTable;
  /** The row of an experiment; undefined if there is none. */
  readonly find: (key: Key) => number | undefined;
}

/** What was made of many experiments, kept as long as the view does not change. */
export interface KeptTables {
  /**
   * Reads as of one moment, with what was made of the chosen experiments: now, or before if the view has not changed since. What
   * `make` and `read` return must not need the tables any more.
   *
   * @param name what is made: the same for the same
   */
  read<K, T>(
    selection: Omit<Selection, 'limit' | 'sort'>,
    name: string,
    make: (table: Tabulation) => K,
    read: (kept: K, rows: RowReader) => T,
  ): T;
}

const MOST_KEPT = 4;

export function openKeptTables(database: () => DatabaseSync): KeptTables {
  const kept = new Map<string, unknown>();
  return {
    read: <K, T>(
      selection: Selection,
      what: string,
      make: (table: Tabulation) => K,
      read: (kept: K, rows: RowReader) => T,
    ) =>
      asOfOneMoment(database(), (current) => {
        const version = readVersion(current);
        const asked = { ...selection, nowMs: Math.floor(selection.nowMs / AGE_STEP_MS) * AGE_STEP_MS };
        const name = JSON.stringify([version, what, conditionOf(asked)]);
        const made = kept.has(name) ? (kept.get(name) as K) : make(openTable(current, asked));
        kept.delete(name);
        kept.set(name, made);
        for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
        return read(made, {
          version,
          open: (rows) => openPageTable(current, [...rows]),
          find: (key) =>
            current.prepare('SELECT id FROM experiment WHERE key = ?').get(key)?.['id'] as number | undefined,
        });
      }),
  };
}
