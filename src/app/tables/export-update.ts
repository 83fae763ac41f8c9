import { inputError, type SheafError } from '../../core/errors.ts';
import { formatCsvLines, formatHeader, mergeTable, listShownRows, type FormatOptions } from '../../report/index.ts';
import { getFileFacts, readRange, writeAtomic, type FileFacts } from '../../system/index.ts';
import type { ExportTable } from './export-table.ts';
import { getKeptMode } from '../project/output-file.ts';

export interface UpdateRequest extends FormatOptions {
  /** As it was given. */
  readonly file: string;
  readonly path: string | undefined;
  /** The format. */
  readonly name: string;
  readonly groupBy?: readonly string[];
}

/**
 * Merges a table into the CSV or TSV file that is there, by exp_id; makes it when there is none. When nothing is new the file is
 * left alone.
 *
 * @throws SheafError `export.update`; the file is then as it was
 */
export function updateTable(
  table: ExportTable,
  request: UpdateRequest,
): { readonly added: number; readonly changed: number } {
  const { file, path, name, groupBy, raw = false } = request;
  if (path === undefined) throw refused('--update needs the name of a file');
  if (name !== 'csv' && name !== 'tsv') throw refused(`--update is for CSV and TSV, not for ${name}`);
  if (groupBy !== undefined) throw refused('--update merges rows of experiments, not of groups');
  if (table.key === undefined) throw refused('--update needs the column exp_id', 'add exp_id to --columns');
  const facts = getFileFacts(path);
  const old = facts && oldText(path, facts.size, file);
  const header = table.columns.map(formatHeader);
  const options = { raw, separator: name === 'csv' ? ',' : '\t' } as const;
  const fresh = { header, key: table.key, rows: listShownRows(table) };
  // A table that is not there is one without rows.
  const start = old ?? [...formatCsvLines(header, [], options)].join('');
  const { text, added, changed } = mergeTable(start, fresh, file, options);
  if (text === old) return { added, changed };
  if (!isSameFile(facts, getFileFacts(path))) {
    throw refused(`${file} was changed by someone else`, 'export again to include the change');
  }
  writeAtomic(path, text, { durable: true, ...getKeptMode(path) });
  return { added, changed };
}

function isSameFile(before: FileFacts | undefined, now: FileFacts | undefined): boolean {
  return before?.ino === now?.ino && before?.ctimeNs === now?.ctimeNs && before?.size === now?.size;
}

/** What is not UTF-8 could not be written back as it is. */
function oldText(path: string, size: number, file: string): string {
  const bytes = readRange(path, 0, size);
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  throw refused(`${file} is not in UTF-8`, 'save it as CSV UTF-8, or export to another file');
}

function refused(message: string, fix = 'leave --update out, or export to another file'): SheafError {
  return inputError('export.update', message, { fix, now: 'nothing was written' });
}
