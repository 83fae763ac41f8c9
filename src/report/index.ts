export { exactText, type Cell } from './cell.ts';
export { selectColumns, type Column } from './columns.ts';
export { bestPlaces, compareExperiments, type ComparedRow } from './compare.ts';
export { csvLines } from './csv.ts';
export { ABSENT, exportColumns, MISSING, type ExportColumn } from './export-columns.ts';
export {
  headerText,
  shownRows,
  type FileColumn,
  type FileTable,
  type FormatOptions,
  type TableFormat,
} from './file-table.ts';
export { TABLE_FORMATS, type TableFormatName } from './formats/index.ts';
export { groupName, groupRows, meanText, type Group, type GroupMetric } from './group.ts';
export { mergeTable } from './merge.ts';
export { paint, statusStyle } from './paint.ts';
export { renderTable, type TableColumn } from './table.ts';
export { cleanLines, cleanText } from './text-width.ts';
