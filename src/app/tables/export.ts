import { withoutUndefined } from '../../core/value.ts';
import { extname } from 'node:path';
import { inputError, type SheafError } from '../../core/errors.ts';
import type { WrittenColumn } from '../../core/settings/export-column.ts';
import { TABLE_FORMATS, type FormatOptions, type TableFormat, type TableFormatName } from '../../report/index.ts';
import { replaceFile } from '../../system/index.ts';
import { groupTable, makeNoGroupsError } from './export-groups.ts';
import type { Best } from './export-best.ts';
import { getPresetColumns } from './export-preset.ts';
import { makeExperimentTable, type ExportTable, type TableFacts } from './export-table.ts';
import { updateTable } from './export-update.ts';
import { warnOfOldRules } from '../harvest/old-rules.ts';
import { getKeptMode, resolveOutputPath } from '../project/output-file.ts';
import type { Project } from '../project/project.ts';
import { findUnreadable } from '../harvest/unread.ts';
import { openComparable, type ListSelector } from '../experiments/select.ts';

/** A table, or `html`: a report, one file to send that shows groups, curves and failures. */
export type ExportFormat = TableFormatName | 'html';

const REPORT_ENDINGS: readonly string[] = ['.html', '.htm'];

/** Names for `--format`. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [...Object.keys(TABLE_FORMATS).filter(isFormat), 'html'];

/** The format of a name: `latex`, or the ending of its files: `tex`. Undefined when there is none. */
export function exportFormat(name: string): ExportFormat | undefined {
  return EXPORT_FORMATS.find((each) => each === name || endingsOf(each).includes(`.${name}`));
}

/** The format of a file by the ending of its name, unless one is given. @throws SheafError `export.format` */
export function chooseFormat(file: string, given: ExportFormat | undefined): ExportFormat {
  return given ?? (REPORT_ENDINGS.includes(extname(file).toLowerCase()) ? 'html' : tableFormatOf(file));
}

function endingsOf(format: ExportFormat): readonly string[] {
  return format === 'html' ? REPORT_ENDINGS : TABLE_FORMATS[format].endings;
}

/** Which experiments to export, in which columns and format. */
export interface ExportRequest extends ListSelector, FormatOptions {
  /**
   * Names as in queries, globs, `all`, `missing`, expressions, each with another name and a format if wanted: `lr=learning_rate`,
   * `accuracy*100:.2f`. Default: `export.columns` of sheaf.yaml, otherwise what tells the rows apart.
   */
  readonly columns?: readonly WrittenColumn[];
  /** One row for each group: statistics of each metric over the rest. */
  readonly groupBy?: readonly string[];
  /** Which statistics of groups, as `--stats` names them. Default: all, and `mean ± std` in tables for papers. */
  readonly stats?: readonly string[];
  /** Which value of a column is the best, for formats that mark it. */
  readonly best?: Best;
  /** Merge into the table that is there, by exp_id, instead of replacing it: CSV and TSV. */
  readonly update?: boolean;
  /** Default: by the ending of the file's name; CSV for `-`. */
  readonly format?: ExportFormat;
}

/** For a table alone. */
export type TableExportRequest = Omit<ExportRequest, 'format'> & { readonly format?: TableFormatName };

/** A table or a report that was written. */
export interface Exported extends TableFacts {
  /** Where it was written, absolute; absent for `-`. */
  readonly path?: string;
  /** The table itself, for `-`. */
  readonly text?: string;
  readonly format: ExportFormat;
  /** Of a report: the parameters that differ, and the metric that ranks. */
  readonly columns: readonly string[];
  /** Of a report: ranked groups. */
  readonly rows: number;
  /** Rows of the table that was there that are new, and that say something else now. */
  readonly merged?: { readonly added: number; readonly changed: number };
}

/**
 * Writes a table of experiments, replacing the file atomically. Formats for people have numbers of parameters as they were
 * written, metrics with all their digits, unless columns say otherwise; formats for programs have numbers. Times are ISO 8601.
 *
 * @param file `-` gives the text back
 * @throws SheafError `export.format`, `export.file`, `export.update`, `export.best`, `export.stats`; as `openSelection`; `field.*`, `columns.*`,
 *   `expression.*`, `group.column` for wrong columns
 */
export async function exportTable(project: Project, file: string, request: TableExportRequest = {}): Promise<Exported> {
  const name = request.format ?? tableFormatOf(file);
  const format: TableFormat = TABLE_FORMATS[name];
  const path =
    file === '-' ? undefined : resolveOutputPath(file, 'give the name of a file; - writes to the standard output');
  // Groups take the looks of columns from it, whichever they show.
  const isPreset = request.columns === undefined || request.groupBy !== undefined;
  const preset = isPreset ? await getPresetColumns(project, request) : { warnings: [] };
  const table = await tableOf(project, request, format, preset.columns);
  const written = await write(table, { file, path, name, request });
  const { warnings, ...facts } = table.facts();
  const outdated = await warnOfOldRules(project, request);
  return {
    ...(path === undefined ? {} : { path }),
    ...written,
    format: name,
    columns: table.columns.map((column) => column.name),
    ...facts,
    warnings: [
      ...warnings,
      ...outdated,
      ...(request.columns === undefined && request.groupBy === undefined ? preset.warnings : []),
    ],
  };
}

function tableFormatOf(file: string): TableFormatName {
  if (file === '-') return 'csv';
  const ending = extname(file).toLowerCase();
  const name = Object.keys(TABLE_FORMATS)
    .filter(isFormat)
    .find((each) => TABLE_FORMATS[each].endings.includes(ending));
  if (name !== undefined) return name;
  throw inputError('export.format', `the name ${file} does not tell the format`, {
    why: `export writes ${EXPORT_FORMATS.join(', ')}`,
    fix: `let the name end in ${EXPORT_FORMATS.map((each) => endingsOf(each)[0]).join(', ')}, or add --format csv`,
    now: 'nothing was written',
  });
}

function isFormat(name: string): name is TableFormatName {
  return Object.hasOwn(TABLE_FORMATS, name);
}

/** @param preset columns of templates or sheaf.yaml */
async function tableOf(
  project: Project,
  request: TableExportRequest,
  { forPeople: asWritten, joinsSpread = false }: TableFormat,
  preset: readonly WrittenColumn[] | undefined,
): Promise<ExportTable> {
  const { columns, groupBy, stats, best = {}, sort, limit, ...selector } = request;
  if (groupBy === undefined) {
    if (stats !== undefined) throw makeNoGroupsError();
    const wanted = columns ?? preset;
    const order = withoutUndefined({ sort, limit });
    return makeExperimentTable(project, openComparable(project, { ...selector, ...order }), {
      wanted,
      asWritten,
      best,
      marksBest: joinsSpread,
      unreadable: await findUnreadable(project, request),
    });
  }
  return groupTable(project, {
    ...selector,
    groupBy,
    wanted: columns,
    looks: preset ?? [],
    ...(stats && { stats }),
    asWritten,
    joinsSpread,
    best,
  });
}

interface Target {
  /** As it was given. */
  readonly file: string;
  readonly path: string | undefined;
  readonly name: TableFormatName;
  readonly request: TableExportRequest;
}

type Written = Pick<Exported, 'text' | 'rows' | 'merged'>;

async function write(table: ExportTable, { file, path, name, request }: Target): Promise<Written> {
  const format: TableFormat = TABLE_FORMATS[name];
  let rows = 0;
  const counted: ExportTable = { ...table, rows: counting(table.rows, () => (rows += 1)) };
  if (request.update === true) {
    const merged = updateTable(counted, { file, path, name, ...request });
    return { rows, merged };
  }
  if (format.kind === 'file') {
    if (path === undefined) throw noText(name);
    await format.write(path, counted, getKeptMode(path));
    return { rows };
  }
  const lines = format.lines(counted, request);
  if (path === undefined) return { text: [...lines].join(''), rows };
  replaceFile(path, (append) => inPieces(lines, append), getKeptMode(path));
  return { rows };
}

function noText(name: string): SheafError {
  return inputError('export.format', `${name} is no text, and cannot go to the standard output`, {
    fix: 'give the name of a file',
    now: 'nothing was written',
  });
}

function* counting<T>(rows: Iterable<T>, count: () => void): Generator<T> {
  for (const row of rows) {
    count();
    yield row;
  }
}

/** Characters written at a time. */
const PIECE = 1 << 18;

function inPieces(lines: Iterable<string>, append: (text: string) => void): void {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    append(piece);
    piece = '';
  }
  append(piece);
}
