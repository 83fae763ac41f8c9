import { extname, resolve } from 'node:path';
import { inputError, SheafError } from '../core/errors.ts';
import { csvLines, selectColumns, type Cell } from '../report/index.ts';
import { fileFacts, writeAtomic } from '../system/index.ts';
import { groupTable } from './export-groups.ts';
import { experimentTable, MISSING, type Table } from './export-table.ts';
import { groupExperiments } from './group.ts';
import type { Project } from './project.ts';
import { knownNames, openSelection, type ListSelector } from './select.ts';

export type ExportFormat = 'csv' | 'json';

export interface ExportRequest extends ListSelector {
  /** Names as in queries, globs, `all`, and `missing`. Default: `export.columns` of sheaf.yaml, else what tells the rows apart. */
  readonly columns?: readonly string[];
  /** One row for each group: n, mean and deviation of each metric over the rest. */
  readonly groupBy?: readonly string[];
  /** Default: by the ending of the file's name; CSV for `-`. */
  readonly format?: ExportFormat;
}

export interface Exported extends Omit<Table, 'rows' | 'header'> {
  /** Where it was written, absolute; absent for `-`. */
  readonly path?: string;
  /** The table itself, for `-`. */
  readonly text?: string;
  readonly format: ExportFormat;
  readonly columns: readonly string[];
  readonly rows: number;
}

/**
 * Writes a table of experiments, replacing the file atomically. Numbers of parameters are as they were written, metrics
 * have all their digits, times are ISO 8601.
 *
 * @param file `-` gives the text back
 * @throws SheafError `export.format`, `export.file`; as `openSelection`; `field.*`, `columns.*`, `group.column` for wrong names
 */
export async function exportTable(project: Project, file: string, request: ExportRequest = {}): Promise<Exported> {
  const format = request.format ?? formatOf(file);
  const path = file === '-' ? undefined : plainFile(file);
  const table = await tableOf(project, request, format === 'csv');
  const text = format === 'csv' ? [...csvLines(table.header, table.rows)].join('') : jsonText(table);
  if (path !== undefined) writeAtomic(path, text);
  const { header, rows, ...about } = table;
  return { ...(path === undefined ? { text } : { path }), format, columns: header, rows: rows.length, ...about };
}

function formatOf(file: string): ExportFormat {
  if (file === '-') return 'csv';
  const ending = extname(file).toLowerCase();
  if (ending === '.csv' || ending === '.json') return ending === '.csv' ? 'csv' : 'json';
  throw inputError('export.format', `the name ${file} does not tell the format`, {
    why: 'export writes CSV and JSON',
    fix: 'let the name end in .csv or .json, or add --format csv',
    now: 'nothing was written',
  });
}

/**
 * The absolute path of a file that may be replaced. Replacing a device such as /dev/null by a file would harm everyone.
 *
 * @throws SheafError `export.file`
 */
export function plainFile(file: string): string {
  const path = resolve(file);
  const kind = fileFacts(path, { follow: true })?.kind ?? 'file';
  if (kind === 'file') return path;
  throw inputError('export.file', `${file} is ${kind === 'folder' ? 'a folder' : 'not a plain file'}`, {
    fix: 'give the name of a file; - writes to the standard output',
    now: 'nothing was written',
  });
}

async function tableOf(project: Project, request: ExportRequest, asWritten: boolean): Promise<Table> {
  const { groupBy, columns, ...selector } = request;
  if (groupBy !== undefined) {
    const { sort: _sort, limit: _limit, ...rest } = selector;
    return groupTable(groupExperiments(project, { ...rest, groupBy, ...(columns && { columns }), values: !asWritten }));
  }
  const preset = columns === undefined ? await presetColumns(project) : undefined;
  const table = experimentTable(project, openSelection(project, selector), columns ?? preset?.columns, asWritten);
  return { ...table, warnings: [...table.warnings, ...(preset?.warnings ?? [])] };
}

/** The columns that sheaf.yaml names. One that no experiment has yet is left out with a warning, as others are there. */
async function presetColumns(project: Project): Promise<{ columns?: string[]; warnings: string[] }> {
  const { exportColumns } = await project.config();
  if (exportColumns === undefined) return { warnings: [] };
  const known = knownNames(project.store);
  const columns: string[] = [];
  const warnings: string[] = [];
  for (const name of exportColumns) {
    try {
      if (name !== MISSING) selectColumns([name], known);
      columns.push(name);
    } catch (error) {
      if (!(error instanceof SheafError) || !ABSENT.has(error.code)) throw error;
      warnings.push(`export.columns in sheaf.yaml: ${error.message}; the column is left out`);
    }
  }
  return { columns, warnings };
}

const ABSENT = new Set(['field.unknown', 'columns.no_match']);

/** An array with one object a line. */
function jsonText({ header, rows }: Table): string {
  const lines = rows.map((row) =>
    JSON.stringify(Object.fromEntries(header.map((name, i): [string, Cell | null] => [name, row[i] ?? null]))),
  );
  return lines.length === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`;
}
