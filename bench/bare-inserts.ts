/**
 * `node bare-inserts.ts VIEW FILE`: writes all rows of a view to a new file with the same tables, indexes and settings, and prints
 * what that took, as JSON: prepared statements and one transaction, in the order of the experiments, as a rebuild meets them.
 * Reading the rows does not count.
 */
import { performance } from 'node:perf_hooks';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Rows in memory at a time. */
const BATCH = 10_000;

/** Tables that hold something of each experiment, by the column that says of which. */
const OF_EXPERIMENT =
  "SELECT m.name AS name, iif(m.name = 'experiment', 'id', 'experiment') AS id FROM sqlite_schema m";
const HAS_EXPERIMENT =
  "EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'experiment') OR m.name = 'experiment'";

const [from = '', to = ''] = process.argv.slice(2);
const view = new DatabaseSync(from, { readOnly: true });
const bare = new DatabaseSync(to);
bare.exec('PRAGMA page_size = 8192; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768');
for (const { sql } of view.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all()) {
  bare.exec(String(sql));
}

let [wallMs, cpuUs, rows] = [0, 0, 0];
measure(() => bare.exec('BEGIN'));
const shared = view.prepare(
  `SELECT m.name AS name FROM sqlite_schema m WHERE m.type = 'table' AND NOT (${HAS_EXPERIMENT})`,
);
for (const { name } of shared.all()) copy(reader(`SELECT * FROM "${String(name)}"`).all(), String(name));
const perExperiment = view
  .prepare(`${OF_EXPERIMENT} WHERE m.type = 'table' AND (${HAS_EXPERIMENT})`)
  .all()
  .map(({ name, id }) => ({
    name: String(name),
    read: reader(`SELECT * FROM "${String(name)}" WHERE "${String(id)}" BETWEEN ? AND ? ORDER BY "${String(id)}"`),
  }));
const last = Number(view.prepare('SELECT max(id) AS last FROM experiment').get()?.['last'] ?? 0);
for (let first = 1; first <= last; first += BATCH) {
  for (const { name, read } of perExperiment) copy(read.all(first, first + BATCH - 1), name);
}
measure(() => bare.exec('COMMIT'));
process.stdout.write(JSON.stringify({ wallMs, cpuMs: cpuUs / 1000, rows }));

function reader(sql: string): StatementSync {
  const statement: StatementSync & { setReturnArrays?(on: boolean): void } = view.prepare(sql);
  statement.setReturnArrays?.(true);
  return statement;
}

function copy(found: readonly object[], table: string): void {
  const cells = found as readonly (string | number | null)[][];
  const [one] = cells;
  if (one === undefined) return;
  const insert = bare.prepare(`INSERT INTO "${table}" VALUES (${one.map(() => '?').join(', ')})`);
  measure(() => {
    for (const row of cells) insert.run(...row);
  });
  rows += cells.length;
}

function measure(act: () => void): void {
  const before = process.cpuUsage();
  const started = performance.now();
  act();
  wallMs += performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  cpuUs += user + system;
}
