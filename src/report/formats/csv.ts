import { formatCsvLines } from '../csv.ts';
import { formatHeader, listShownRows, type FileTable, type FormatOptions, type TableFormat } from '../file-table.ts';

/** RFC 4180, with a header, in UTF-8 without a mark. */
export const csv: TableFormat = separated('.csv', ',');

/** As CSV, with tabs. */
export const tsv: TableFormat = separated('.tsv', '\t');

function separated(ending: string, separator: ',' | '\t'): TableFormat {
  const lines = (table: FileTable, { raw = false }: FormatOptions): Iterable<string> =>
    formatCsvLines(table.columns.map(formatHeader), listShownRows(table), { separator, raw });
  return { kind: 'text', endings: [ending], forPeople: true, lines };
}
